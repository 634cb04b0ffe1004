package mailer

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestAReplyMeans(t *testing.T) {
	tests := []struct {
		name     string
		stage    Stage
		code     int
		enhanced string
		text     string
		want     Class
	}{
		{"taken", StageDot, 250, "2.0.0", "OK: queued as 4F2", ClassSent},
		{"no reply to the final dot", StageDot, 0, "", "EOF", ClassInDoubt},
		{"a reply to the final dot that is none", StageDot, 354, "", "go ahead", ClassInDoubt},
		{"no reply to RCPT", StageRcpt, 0, "", "i/o timeout", ClassNetwork},
		{"no reply while dialling", StageConnect, 0, "", "connection refused", ClassNetwork},
		{"no reply to DATA", StageData, 0, "", "EOF", ClassNetwork},

		{"greylisted in words, whatever the code", StageRcpt, 451, "4.3.0", "Greylisted, come back later", ClassGreylisted},
		{"greylisting may hang up", StageRcpt, 421, "", "you are graylisted", ClassGreylisted},
		{"421 at the greeting", StageConnect, 421, "", "too many connections", ClassRelay},
		{"421 at the final dot was not taken", StageDot, 421, "4.3.2", "shutting down", ClassRelay},
		{"mailbox full, for now", StageRcpt, 452, "4.2.2", "over quota", ClassMailboxFull},
		{"mailbox full, for good", StageRcpt, 552, "5.2.2", "over quota", ClassMailboxFull},
		{"mailbox full after the dot", StageDot, 554, "5.2.2", "mailbox full", ClassMailboxFull},
		{"too big for the system", StageMail, 552, "5.3.4", "message too big for system", ClassTooBig},
		{"too big for the mailbox", StageDot, 550, "5.2.3", "message too long", ClassTooBig},

		{"no such mailbox", StageRcpt, 550, "5.1.1", "user unknown", ClassDead},
		{"no such host", StageRcpt, 550, "5.1.2", "bad destination system", ClassDead},
		{"bad address syntax", StageRcpt, 501, "5.1.3", "bad recipient", ClassDead},
		{"moved away", StageRcpt, 551, "5.1.6", "has moved", ClassDead},
		{"the domain takes no mail", StageRcpt, 556, "5.1.10", "null MX", ClassDead},
		{"mailbox disabled, which it need not stay", StageRcpt, 550, "5.2.1", "disabled, access denied", ClassRefused},
		{"account disabled, in words", StageRcpt, 550, "", "this account has been disabled", ClassRefused},
		{"no such mailbox, said after the dot", StageDot, 550, "5.1.1", "no such user", ClassDead},
		{"the sender does not exist", StageMail, 550, "5.1.1", "sender unknown", ClassPolicy},
		{"bad sender", StageRcpt, 553, "5.1.8", "sender domain does not exist", ClassPolicy},
		{"bad sender syntax", StageMail, 501, "5.1.7", "bad sender", ClassPolicy},
		{"our own account is full", StageMail, 552, "5.2.2", "quota exceeded", ClassPolicy},

		{"policy", StageRcpt, 550, "5.7.1", "rejected", ClassPolicy},
		{"Gmail: unauthenticated", StageDot, 550, "5.7.26", "unauthenticated email is not accepted", ClassPolicy},
		{"Microsoft: bulk rules", StageDot, 550, "5.7.515", "access denied", ClassPolicy},
		{"authentication required", StageMail, 530, "", "authentication required", ClassPolicy},
		{"go-smtp: authentication required", StageMail, 502, "5.7.0", "please authenticate first", ClassPolicy},
		{"wrong password", StageConnect, 535, "", "bad credentials", ClassPolicy},
		{"mechanism too weak", StageConnect, 534, "", "mechanism too weak", ClassPolicy},
		{"no service here", StageConnect, 554, "", "no SMTP service here", ClassPolicy},
		{"sender refused", StageMail, 550, "", "go away", ClassPolicy},
		{"refused in words of policy", StageRcpt, 550, "", "blocked using bl.example", ClassPolicy},
		{"policy outweighs a user in the same words", StageRcpt, 550, "", "user unknown or blocked", ClassPolicy},
		{"relaying denied, as qmail says it", StageRcpt, 553, "", "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", ClassPolicy},

		{"bad sequence", StageMail, 503, "5.5.1", "nested MAIL", ClassProtocol},
		{"syntax error", StageRcpt, 500, "", "what?", ClassProtocol},
		{"parameter unknown", StageMail, 555, "", "BODY unknown", ClassProtocol},
		{"no valid recipients", StageData, 554, "5.5.1", "no valid recipients", ClassProtocol},
		{"an answer to another question", StageRcpt, 354, "", "go ahead", ClassProtocol},
		{"not even a code", StageMail, 99, "", "", ClassProtocol},
		{"a yes too early", StageData, 250, "", "ok", ClassProtocol},

		{"552 in words of size at RCPT", StageRcpt, 552, "", "message size exceeds limit", ClassTooBig},
		{"552 bare at RCPT", StageRcpt, 552, "", "exceeded storage allocation", ClassMailboxFull},
		{"552 in words of quota after the dot", StageDot, 552, "", "quota exceeded", ClassMailboxFull},
		{"552 bare after the dot", StageDot, 552, "", "exceeded storage allocation", ClassTooBig},

		{"user unknown without a code", StageRcpt, 550, "", "sorry, User Unknown", ClassDead},
		{"user unknown, as RFC 5321 words it", StageRcpt, 550, "", "Requested action not taken: mailbox unavailable", ClassDead},
		{"user unknown, as qmail says it", StageRcpt, 550, "", "sorry, no mailbox here by that name. (#5.1.1)", ClassDead},
		{"Yahoo", StageDot, 554, "", "delivery error: dd This user doesn't have a yahoo.com account", ClassDead},
		{"Hotmail", StageRcpt, 550, "5.5.0", "Requested action not taken: mailbox unavailable", ClassDead},
		{"the host takes no mail", StageRcpt, 521, "", "host takes no mail", ClassDead},
		{"not local", StageRcpt, 551, "", "not here", ClassDead},
		{"Exchange Online says denied and means the way", StageRcpt, 550, "5.4.1", "Recipient address rejected: Access denied", ClassRefused},
		{"550 without a reason", StageRcpt, 550, "", "no", ClassRefused},
		{"554 without a reason", StageDot, 554, "5.0.0", "transaction failed", ClassRefused},
		{"content refused", StageDot, 554, "5.6.0", "bad content", ClassRefused},

		{"greylisted, Postfix", StageRcpt, 450, "4.2.0", "try again", ClassGreylisted},
		{"greylisted, by policy code", StageRcpt, 451, "4.7.1", "please try later", ClassGreylisted},
		{"unverified address", StageRcpt, 450, "4.1.1", "unverified address", ClassGreylisted},
		{"450 bare", StageRcpt, 450, "", "mailbox busy", ClassGreylisted},
		{"452 bare at RCPT", StageRcpt, 452, "", "insufficient storage", ClassMailboxFull},
		{"disk full at the relay", StageRcpt, 452, "4.3.1", "insufficient system storage", ClassRelay},
		{"too many recipients", StageRcpt, 452, "4.5.3", "too many recipients", ClassRelay},
		{"rate limited", StageDot, 450, "4.7.28", "unusual rate of mail", ClassRelay},
		{"throttled by SES", StageDot, 454, "", "Throttling failure: Maximum sending rate exceeded.", ClassRelay},
		{"throttled in words", StageRcpt, 450, "", "rate limit exceeded", ClassRelay},
		{"450 at MAIL", StageMail, 450, "", "later", ClassRelay},
		{"451 at DATA", StageData, 451, "", "local error", ClassRelay},
		{"451 after the dot", StageDot, 451, "", "come again", ClassGreylisted},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := Classify(test.stage, test.code, test.enhanced, test.text)
			if got.Class != test.want {
				t.Errorf("%s %d %s %q means %s, want %s", test.stage, test.code, test.enhanced, test.text, got.Class, test.want)
			}
		})
	}
}

// Every line of the table decides at least one of the replies above; one that does not is dead or
// shadowed by an earlier line.
func TestNoLineOfTheTableIsShadowed(t *testing.T) {
	says := []string{"", "greylisted", "size", "throttling", "spam", "user unknown", "quota"}
	enhanced := []string{"", "5.0.0", "5.2.1", "4.0.0", "4.2.2", "5.2.2", "5.3.4", "5.1.1", "5.2.0", "5.7.1", "4.7.1", "5.5.1", "5.4.1", "4.3.0"}
	reached := map[int]bool{}
	rules := replyRules()
	for _, stage := range Stages() {
		for code := 200; code < 600; code++ {
			for _, esc := range enhanced {
				for _, text := range says {
					for i, rule := range rules {
						if rule.fits(stage, strconv.Itoa(code), esc, text) {
							reached[i] = true
							break
						}
					}
				}
			}
		}
	}
	for i, rule := range rules {
		if !reached[i] {
			t.Errorf("line %d is never reached: %+v", i+1, rule)
		}
	}
}

func TestAReplyAsksToWait(t *testing.T) {
	tests := []struct {
		text string
		want time.Duration
	}{
		{"Greylisted, please try again in 300 seconds", 5 * time.Minute},
		{"Greylisted for 5 minutes", 5 * time.Minute},
		{"retry after 90s", 90 * time.Second},
		{"Come back in 1 hour.", time.Hour},
		{"wait 2min, please", 2 * time.Minute},
		{"try again in 99999999999 hours", 6 * time.Hour},
		{"try again in 99999999999999999999999 hours", 0},
		{"try again in 9999 hours", 6 * time.Hour},
		{"100 messages per 60 minutes exceeded", 0},
		{"try again in a few minutes", 0},
		{"try again in 300", 0},
		{"try again in", 0},
		{"", 0},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := Classify(StageRcpt, 451, "", test.text).RetryAfter; got != test.want {
				t.Errorf("RetryAfter = %s, want %s", got, test.want)
			}
		})
	}
	if got := Classify(StageRcpt, 550, "5.1.1", "user left in 5 minutes").RetryAfter; got != 0 {
		t.Errorf("a refusal for good asks to wait %s", got)
	}
}

func TestAnEnhancedCodeIsReadFromTheText(t *testing.T) {
	tests := []struct {
		code int
		text string
		want string
	}{
		{550, "5.1.1 no such user", "5.1.1"},
		{550, "5.7.515 access denied", "5.7.515"},
		{550, "no mailbox (#5.1.1)", "5.1.1"},
		{550, "4.1.1 of another kind", ""},
		{550, "5.1 too short", ""},
		{550, "5.1.1.9 is an address", ""},
		{550, "5..1 nothing between", ""},
		{550, "(#5.1.1", ""},
		{250, "2.0.0 queued", "2.0.0"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := Classify(StageRcpt, test.code, "", test.text).Enhanced; got != test.want {
				t.Errorf("enhanced code of %q = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestWhatNoReplyCanDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stage := rapid.SampledFrom(Stages()).Draw(t, "stage")
		code := rapid.IntRange(0, 599).Draw(t, "code")
		o := Classify(stage, code, "", rapid.StringN(0, 60, 600).Draw(t, "text"))
		if o.Class == ClassSent && (stage != StageDot || code/100 != 2) {
			t.Errorf("%d at %s counts as sent", code, stage)
		}
		answered := code/100 == 2 || code/100 == 4 || code/100 == 5
		if doubt := stage == StageDot && !answered; (o.Class == ClassInDoubt) != doubt {
			t.Errorf("%d at %s is %s", code, stage, o.Class)
		}
		if o.Class.BlamesAddress() && (code/100 != 5 || stage == StageConnect || stage == StageMail) {
			t.Errorf("%d at %s blames the address", code, stage)
		}
		if code/100 == 4 && o.Class.Final() {
			t.Errorf("%d at %s, a refusal for now, is final", code, stage)
		}
	})
}

func FuzzClassify(f *testing.F) {
	f.Add(550, "5.1.1", "<jane.doe@example.com>: user unknown\r\n", "jane.doe")
	f.Add(451, "", "Greylisted, try again in 300 seconds", "jane")
	f.Add(250, "2.0.0", strings.Repeat("ü", 400), "ü")
	f.Add(0, "", "write tcp 10.0.0.1:25: broken pipe", "x")
	f.Fuzz(func(t *testing.T, code int, enhanced, text, local string) {
		for _, stage := range Stages() {
			o := Classify(stage, code, enhanced, text)
			if !utf8.ValidString(o.Text) || strings.ContainsAny(o.Text, "\r\n") || len(o.Text) > MaxText {
				t.Errorf("text %q is not one short line", o.Text)
			}
			if o.RetryAfter < 0 || o.RetryAfter > maxAsked {
				t.Errorf("RetryAfter = %s", o.RetryAfter)
			}
			shown := o.RedactedFor(Address{local: local, domain: "example.com"}).Text
			if len(local) > 2 && !strings.Contains(local, mask) && strings.Contains(shown, " "+local+"@") {
				t.Errorf("%q shows the address of %q", shown, local)
			}
		}
	})
}
