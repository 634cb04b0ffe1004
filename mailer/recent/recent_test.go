package recent

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAMapGivesTheLastValueAndIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(2, 10).Draw(t, "most")
		m, truth := New[int, int](most), map[int]int{}
		for step := range rapid.IntRange(0, 100).Draw(t, "steps") {
			key := rapid.IntRange(0, 20).Draw(t, "key")
			switch rapid.SampledFrom([]string{"put", "get", "forget"}).Draw(t, "what") {
			case "forget":
				m.Forget(key)
				if v, ok := m.Get(key); ok {
					t.Fatalf("what was just forgotten is %d", v)
				}
			case "put":
				m.Put(key, step)
				truth[key] = step
				if v, ok := m.Get(key); !ok || v != step {
					t.Fatalf("what was just put is %d, %v", v, ok)
				}
			case "get":
				if v, ok := m.Get(key); ok && v != truth[key] {
					t.Fatalf("%d is %d, want %d", key, v, truth[key])
				}
			}
			if n := len(m.young) + len(m.old); n > most {
				t.Fatalf("%d values are kept, %d are allowed", n, most)
			}
		}
	})
}

func TestWhatIsAskedForAgainStaysAndTheRestGoes(t *testing.T) {
	m := New[int, string](10)
	m.Put(1, "asked for")
	m.Put(2, "not asked for")
	for n := range 30 {
		m.Put(100+n, "")
		if v, ok := m.Get(1); !ok || v != "asked for" {
			t.Fatalf("after %d others it is %q, %v", n+1, v, ok)
		}
	}
	if _, ok := m.Get(2); ok {
		t.Error("what nobody asked for is still there")
	}
}
