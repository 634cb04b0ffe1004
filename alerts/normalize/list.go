package normalize

import "slices"

// unique drops what stands earlier in the list, keeping the order.
func unique[T comparable](list []T) []T {
	var out []T
	for _, v := range list {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// without drops what stands in the other list.
func without[T comparable](list, other []T) []T {
	return slices.DeleteFunc(list, func(v T) bool { return slices.Contains(other, v) })
}

func digits(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }
