package bounce

import (
	"slices"
	"strings"
	"testing"

	"jobalertd/mailer"
)

func TestEveryPhraseDecides(t *testing.T) {
	for kind, entries := range sections() {
		for _, e := range entries {
			text := strings.ReplaceAll(e.phrase, " * ", " some words ")
			got, found := table(kind, e.status, text)
			if !found || got != e {
				t.Errorf("%s: %q never decides, since %q of %s does", kind, e.phrase, got.phrase, got.name)
			}
			if kind == "reason" && e.phrase != plain(e.phrase) {
				t.Errorf("%q never fits: a reply comes as %q", e.phrase, plain(e.phrase))
			}
			if e.phrase != spaced(e.phrase) && !e.start {
				t.Errorf("%q never fits: a text comes as %q", e.phrase, spaced(e.phrase))
			}
		}
	}
}

func TestHeadingsOfTheTableAreKnown(t *testing.T) {
	proofs := []string{"soft", "hard", "rcpt", "sure"}
	for kind, entries := range sections() {
		for _, e := range entries {
			switch kind {
			case "reason":
				if !slices.Contains(Reasons(), Reason(e.name)) || !slices.Contains(proofs, e.proof) {
					t.Errorf("[%s %s %s] is no heading", kind, e.name, e.proof)
				}
			case "stage", "implied":
				if !slices.Contains(mailer.Stages(), mailer.Stage(e.name)) {
					t.Errorf("[%s %s]: no such stage", kind, e.name)
				}
			case "from", "subject", "auto-reply", "end":
			default:
				t.Errorf("[%s] is no heading", kind)
			}
		}
	}
}

func TestPhrasesStandAsWords(t *testing.T) {
	tests := []struct {
		phrase, text string
		want         bool
	}{
		{"ube", "taken for ube", true},
		{"ube", "a tube", false},
		{"ube", "ubered", false},
		{"throttl-", "we are throttling you", true},
		{"throttl-", "unthrottled", false},
		{"unknown user:", "unknown user: jane", true},
		{"mailbox * full", "mailbox of jane is full", true},
		{"mailbox * full", "full mailbox", false},
		{"mailbox * full", "mailbox" + strings.Repeat(" word", 30) + " full", false},
		{"あふれ", "メールボックスがあふれています", true},
	}
	for _, tt := range tests {
		if got := (entry{phrase: tt.phrase}).fits("", tt.text); got != tt.want {
			t.Errorf("%q in %q: %v", tt.phrase, tt.text, got)
		}
	}
}

func TestNamesDoNotCountAsWords(t *testing.T) {
	for _, text := range []string{
		"550 5.7.0 <spam@example.com> said no",
		"550-5.7.0 said 550 5.7.0 no",
		"said no https://example.com/quota#spam",
		"host mx.spam.example[192.0.2.1] said no",
		"said no (#5.1.1)",
	} {
		for _, word := range []string{"spam", "quota", "550", "5.7.0", "5.1.1"} {
			if strings.Contains(plain(text), word) {
				t.Errorf("%q keeps %q: %q", text, word, plain(text))
			}
		}
		if !strings.Contains(plain(text), "said") || !strings.Contains(plain(text), "no") {
			t.Errorf("%q lost its words: %q", text, plain(text))
		}
	}
}
