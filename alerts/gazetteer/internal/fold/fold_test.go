package fold_test

import (
	"testing"

	"pgregory.net/rapid"

	"jobalertd/alerts/gazetteer/internal/fold"
)

// A full stop leaves no trace, and is not plain: with one, a name is folded letter by letter.
func TestPlainNamesFoldAsAllOthersDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-zA-Z0-9 ]{0,4}( |St|Ste |MT|ft )[a-z ]{0,4}`).Draw(t, "name")
		if got, want := fold.Name(name), fold.Name(name+"."); got != want {
			t.Fatalf("%q folds to %q, with a full stop to %q", name, got, want)
		}
	})
}
