package outbox

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"

	"jobalertd/mailer"
)

func anyLetter() *rapid.Generator[mailer.Letter] {
	return rapid.Custom(func(t *rapid.T) mailer.Letter {
		text := func(name string) string { return rapid.String().Draw(t, name) }
		moment := func(name string) time.Time {
			if rapid.Bool().Draw(t, "no "+name) {
				return time.Time{}
			}
			return time.Unix(rapid.Int64Range(1, 4e9).Draw(t, name), rapid.Int64Range(0, 999_999_999).Draw(t, "fraction")).UTC()
		}
		return mailer.Letter{
			ID: "l" + text("id"), Kind: rapid.SampledFrom(mailer.Kinds()).Draw(t, "kind"), Subscriber: text("subscriber"), Alert: text("alert"),
			Postings: rapid.SliceOfN(rapid.String(), 1, 20).Draw(t, "postings"), More: rapid.IntRange(0, 1e6).Draw(t, "more"),
			After: rapid.Uint64().Draw(t, "after"), Upto: rapid.Uint64().Draw(t, "upto"), Proposal: text("proposal"),
			Owed: moment("owed"), News: moment("news"), Attempt: rapid.IntRange(0, 100).Draw(t, "attempt"), Doubts: rapid.IntRange(0, 2).Draw(t, "doubts"),
		}
	})
}

func TestALetterIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyLetter().Draw(t, "letter")
		got, err := Decode(Encode(want))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
	})
}

func TestALetterOfAnEarlierProgramIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyLetter().Draw(t, "letter")
		written, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(string(written))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
	})
}

func TestFieldsOfALaterProgramArePassedOver(t *testing.T) {
	written := []byte(Encode(letter(1)))
	written = protowire.AppendVarint(protowire.AppendTag(written, 99, protowire.VarintType), 1)
	written = protowire.AppendFixed64(protowire.AppendTag(written, 100, protowire.Fixed64Type), 1)
	written = protowire.AppendString(protowire.AppendTag(written, 101, protowire.BytesType), "new")
	want, err := Decode(Encode(letter(1)))
	must(t, err)
	got, err := Decode(string(written))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestWhatIsNoLetterIsRefused(t *testing.T) {
	for _, text := range []string{"", "{", "not a letter", "\x0a", "\x0a\x05abc", "\xff\xff", Encode(mailer.Letter{ID: "nameless"}), Encode(mailer.Letter{Kind: mailer.KindAlert})} {
		if got, err := Decode(text); err == nil || !strings.HasPrefix(err.Error(), "decoding a letter: ") {
			t.Errorf("%q is read as %+v, %v", text, got, err)
		}
	}
}

// FuzzDecode: whatever stands in Redis is a letter that can be written again, or refused.
func FuzzDecode(f *testing.F) {
	f.Add(Encode(letter(1)))
	f.Add(`{"id":"a","kind":"alert","owed":"2026-01-02T03:04:05Z"}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Decode(text)
		if err != nil || strings.HasPrefix(text, "{") {
			return
		}
		again, err := Decode(Encode(got))
		if diff := cmp.Diff(got, again); err != nil || diff != "" {
			t.Errorf("%v (-first +again):\n%s", err, diff)
		}
	})
}
