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
	numbers := make([]uint32, 0, n)
	for i, w := range words {
		for ; w != 0; w &= w - 1 {
			numbers = append(numbers, uint32(i*64+bits.TrailingZeros64(w)))
		}
	}
	return numbers
}
