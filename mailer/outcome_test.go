package mailer

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestEveryClassSaysWhatToDo(t *testing.T) {
	type verdict struct{ final, retry, blames bool }
	want := map[Class]verdict{
		ClassSent:        {final: true},
		ClassInDoubt:     {},
		ClassNetwork:     {retry: true},
		ClassRelay:       {retry: true},
		ClassGreylisted:  {retry: true},
		ClassMailboxFull: {retry: true},
		ClassDead:        {final: true, blames: true},
		ClassRefused:     {final: true},
		ClassProtocol:    {retry: true},
		ClassPolicy:      {retry: true},
		ClassTooBig:      {final: true},
		ClassUnwritten:   {retry: true},
	}
	for _, class := range Classes() {
		got := verdict{class.Final(), class.Retry(), class.BlamesAddress()}
		if got != want[class] {
			t.Errorf("%s: %+v, want %+v", class, got, want[class])
		}
	}
	if len(Classes()) != len(want) {
		t.Errorf("%d classes, %d expected", len(Classes()), len(want))
	}
}

func TestBackoffDoublesUpToACap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		class := rapid.SampledFrom(Classes()).Draw(t, "class")
		attempt := rapid.IntRange(0, 1000).Draw(t, "attempt")
		rnd := rapid.Float64Range(0, 0.999).Draw(t, "rnd")
		first, most := class.patience()
		got := class.Backoff(attempt, rnd)
		if got < first/2 || got > most {
			t.Errorf("wait of %s is outside %s … %s", got, first/2, most)
		}
		if next := class.Backoff(attempt+1, rnd); next < got {
			t.Errorf("the next wait, %s, is shorter than %s", next, got)
		}
	})
	if got := ClassGreylisted.Backoff(0, 0.5); got != 15*time.Minute {
		t.Errorf("first wait of a greylisted letter = %s", got)
	}
}

// A letter that is refused all its life must be tried often enough to get through an outage of a
// day, and seldom enough not to be a nuisance.
func TestALifetimeHoldsAReasonableNumberOfAttempts(t *testing.T) {
	for _, class := range Classes() {
		if !class.Retry() {
			continue
		}
		attempts := 0
		for age := time.Duration(0); age < Lifetime; attempts++ {
			age += class.Backoff(attempts, 0.5)
		}
		if attempts < 5 || attempts > 150 {
			t.Errorf("%s: %d attempts in %s", class, attempts, Lifetime)
		}
	}
}

func TestWhatTheReplyAskedForIsWaited(t *testing.T) {
	o := Outcome{Class: ClassGreylisted, RetryAfter: 5 * time.Hour}
	if got := o.Wait(0, 0.5); got != 5*time.Hour {
		t.Errorf("asked for 5 h, waits %s", got)
	}
	o.RetryAfter = time.Second
	if got := o.Wait(3, 0); got != o.Class.Backoff(3, 0) {
		t.Errorf("a relay that always says one second is asked again after %s", got)
	}
}

func TestNoAddressReachesALog(t *testing.T) {
	to, err := ParseAddress("Jane.Doe+jobs@example.com")
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{
		"<Jane.Doe+jobs@example.com>: user unknown",
		"550 jane.doe+jobs@EXAMPLE.com unknown",
		"mail from bounce+Jane.Doe+jobs=example.com@us.example refused",
		"to=<Jane.Doe+jobs@example.com>,<Jane.Doe+jobs@example.com>",
		"Jane.Doe+jobs@a@b",
		"user Jane.Doe+jobs unknown",
		"user JANE.DOE+JOBS, unknown",
	}
	for _, text := range texts {
		t.Run(text, func(t *testing.T) {
			var log bytes.Buffer
			outcome := Classify(StageRcpt, 550, "5.1.1", text).RedactedFor(to)
			slog.New(slog.NewTextHandler(&log, nil)).Info("refused", "outcome", outcome)
			if strings.Contains(strings.ToLower(log.String()), "doe") {
				t.Errorf("the log shows the address: %s", log.String())
			}
			if !strings.Contains(log.String(), "outcome.code=550") || !strings.Contains(log.String(), "outcome.class=dead") {
				t.Errorf("the log lacks what happened: %s", log.String())
			}
		})
	}
}

func TestRedactingLeavesTheRestReadable(t *testing.T) {
	to, err := ParseAddress("ann@example.com")
	if err != nil {
		t.Fatal(err)
	}
	o := Outcome{Text: "Anna, cannot find Ann <ann@example.com>"}
	if got, want := o.RedactedFor(to).Text, "Anna, cannot find *** <***@example.com>"; got != want {
		t.Errorf("redacted text = %q, want %q", got, want)
	}
	if got := (Outcome{Text: "queued as 4F2"}).Redacted().Text; got != "queued as 4F2" {
		t.Errorf("redacted text = %q", got)
	}
}
