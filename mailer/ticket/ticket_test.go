package ticket

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jobalertd/mailer"
)

func signer(t interface{ Fatal(...any) }, keys ...string) *Signer {
	var all [][]byte
	for _, key := range keys {
		all = append(all, []byte(key))
	}
	s, err := New(all)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	oldKey = "the old key of sixteen or more octets"
	newKey = "the new key of sixteen or more octets"
)

func janes() Ticket {
	return Ticket{Letter: mailer.LetterID("a letter"), Subscriber: "abcdefghijklm"}
}

func TestATicketNamesTheLetterAndThePerson(t *testing.T) {
	text := signer(t, oldKey).Sign(janes())
	if len(text) != Size || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		t.Errorf("ticket %q is not %d letters and digits", text, Size)
	}
	for name, given := range map[string]string{"as it is": text, "in capitals": strings.ToUpper(text)} {
		if got, err := signer(t, newKey, oldKey).Check(given); got != janes() || err != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if again := signer(t, oldKey).Sign(janes()); again != text {
		t.Errorf("the same letter has two tickets: %s and %s", text, again)
	}
}

func TestAForgedTicketIsRefused(t *testing.T) {
	good := signer(t, oldKey).Sign(janes())
	other := signer(t, oldKey).Sign(Ticket{Letter: janes().Letter, Subscriber: "mlkjihgfedcba"})
	for name, text := range map[string]string{
		"nothing":                        "",
		"a letter alone":                 janes().Letter,
		"no seal":                        good[:Size-sealSize],
		"half a seal":                    good[:Size-6],
		"more than a seal":               good + "a",
		"another person under this seal": good[:letterSize] + "mlkjihgfedcba" + good[Size-sealSize:],
		"the seal of another person":     good[:Size-sealSize] + other[Size-sealSize:],
		"signed with another key":        signer(t, newKey).Sign(janes()),
	} {
		if _, err := signer(t, oldKey).Check(text); !errors.Is(err, ErrForged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnyChangedCharacterBreaksTheSeal(t *testing.T) {
	good := signer(t, oldKey).Sign(janes())
	rapid.Check(t, func(t *rapid.T) {
		changed := []byte(good)
		changed[rapid.IntRange(0, Size-1).Draw(t, "at")] = rapid.SampledFrom([]byte("abcdefghijklmnopqrstuvwxyz234567.-@\x00")).Draw(t, "to")
		if _, err := signer(t, oldKey).Check(string(changed)); (err == nil) != (string(changed) == good) {
			t.Errorf("%s instead of %s: %v", changed, good, err)
		}
	})
}

func TestAShortKeyOrNoneIsRefused(t *testing.T) {
	for _, keys := range [][][]byte{nil, {bytes.Repeat([]byte("k"), minKey), bytes.Repeat([]byte("k"), minKey-1)}} {
		if _, err := New(keys); err == nil {
			t.Errorf("%d keys were accepted", len(keys))
		}
	}
}
