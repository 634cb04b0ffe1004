package mailer

import (
	"regexp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestALettersNameTellsItsPartsApart(t *testing.T) {
	part := rapid.StringMatching(`[a-z0-9:]{0,6}`)
	parts := rapid.SliceOfN(part, 1, 4)
	form := regexp.MustCompile(`^[a-z2-7]{20}$`)
	rapid.Check(t, func(t *rapid.T) {
		one, other := parts.Draw(t, "one"), parts.Draw(t, "other")
		name := LetterID(one...)
		if !form.MatchString(name) {
			t.Errorf("LetterID(%q) = %q, want 20 lower-case letters and digits", one, name)
		}
		if again := LetterID(slices.Clone(one)...); again != name {
			t.Errorf("LetterID(%q) = %q, then %q", one, name, again)
		}
		if same := LetterID(other...) == name; same != slices.Equal(one, other) {
			t.Errorf("LetterID(%q) and LetterID(%q): same name %v", one, other, same)
		}
	})
	if LetterID("ab", "c") == LetterID("a", "bc") {
		t.Error("the border between two parts does not count")
	}
}

func TestOnlyRecurringMailIsBulk(t *testing.T) {
	var bulk []Kind
	for _, kind := range Kinds() {
		if kind.Bulk() {
			bulk = append(bulk, kind)
		}
	}
	if want := []Kind{KindAlert, KindDigest, KindReconfirm}; !slices.Equal(bulk, want) {
		t.Errorf("bulk = %v, want %v", bulk, want)
	}
}
