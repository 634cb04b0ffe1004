package table

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAnOldTableStaysAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tables []Table[int]
		var want []map[uint32]int
		now, values := Table[int]{}, map[uint32]int{}
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			at := rapid.SampledFrom([]uint32{0, 63, 64, 8191, 8192, 30_000}).Draw(t, "at")
			value := rapid.Int().Draw(t, "value")
			now = now.Set(at, value)
			next := map[uint32]int{at: value}
			for old, v := range values {
				if old != at {
					next[old] = v
				}
			}
			values = next
			tables, want = append(tables, now), append(want, values)
		}
		for i, old := range tables {
			for _, at := range []uint32{0, 1, 63, 64, 8191, 8192, 30_000, 99_999} {
				if got := old.Get(at); got != want[i][at] {
					t.Fatalf("after %d changes, value %d is %d, want %d", i+1, at, got, want[i][at])
				}
			}
		}
	})
}
