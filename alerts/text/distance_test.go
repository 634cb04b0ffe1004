package text

import (
	"testing"

	"pgregory.net/rapid"
)

// far is the distance without a limit.
func far(a, b string) int { return distance([]rune(a), []rune(b), len(a)+len(b)) }

func TestTheDistanceOfWordsIsADistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "acb", 1}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"abc", "xabc", 1}, {"größe", "grösse", 2}} {
		if got := far(test.a, test.b); got != test.want {
			t.Errorf("from %q to %q it is %d, want %d", test.a, test.b, got, test.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[abc]{0,6}`).Draw(t, "a"), rapid.StringMatching(`[abc]{0,6}`).Draw(t, "b")
		d := far(a, b)
		if d != far(b, a) {
			t.Fatalf("from %q to %q it is not as far as back", a, b)
		}
		if (d == 0) != (a == b) || d > max(len(a), len(b)) {
			t.Fatalf("from %q to %q it is %d", a, b, d)
		}
	})
}
