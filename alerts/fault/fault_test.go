package fault_test

import (
	"strings"
	"testing"

	"jobalertd/alerts/fault"
)

func TestAFaultIsItsEnglishSentence(t *testing.T) {
	inner := fault.New("inner", "%s is no word", fault.Value(`a"b`))
	outer := fault.New("outer", "at %d: %s", 7, inner)
	if got, want := outer.Error(), `at 7: "a\"b" is no word`; got != want || outer.None() || !(fault.Fault{}).None() {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestALongValueDoesNotBuryTheSentence(t *testing.T) {
	long := fault.Value(strings.Repeat("ü", 60))
	if got, want := long.String(), `"`+strings.Repeat("ü", 50)+`…"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := fault.Value("Zürich").Short(); got != "Zürich" {
		t.Errorf("got %s", got)
	}
}
