package atom

import (
	"math/bits"
	"slices"
)

// zeroed is a slice of n zeros, in the place of old where that is large enough.
func zeroed[T any](old []T, n int) []T {
	old = slices.Grow(old[:0], n)[:n]
	clear(old)
	return old
}

// numbersOf is the numbers of the bits that are set, in order.
func numbersOf(words []uint64) []uint32 {
	n := 0
	for _, w := range words {
		n += bits.OnesCount64(w)
	}
	// Most words have few bits, and how many cannot be foreseen: two are taken without asking whether they
	// are there. What is not is written over, or stands behind the end.
	numbers := make([]uint32, n+2)
	n = 0
	for i, w := range words {
		for first := uint32(i * 64); ; {
			rest := w & (w - 1)
			numbers[n], numbers[n+1] = first+uint32(bits.TrailingZeros64(w)), first+uint32(bits.TrailingZeros64(rest))
			count := bits.OnesCount64(w)
			if count <= 2 {
				n += count
				break
			}
			n, w = n+2, rest&(rest-1)
		}
	}
	return slices.Clip(numbers[:n])
}
