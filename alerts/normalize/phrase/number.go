package phrase

import (
	"strconv"
	"strings"
)

// Number reads a small number, in digits or in letters: of years, of days.
func Number(word string) (int, bool) {
	if n := spelled(word); n > 0 {
		return n, true
	}
	whole, tenths, decimal := strings.Cut(word, ".") // "1.5 years"
	if len(whole) > 2 || !Digits(whole) || decimal && len(tenths) != 1 {
		return 0, false
	}
	n, err := strconv.Atoi(whole)
	return n, err == nil
}

// spelled reads one to ten, and 0 for any other word.
func spelled(word string) int {
	switch word {
	case "one", "ein", "ett", "jeden":
		return 1
	case "two", "zwei", "deux", "dos", "dois", "due", "twee", "två", "dwa":
		return 2
	case "three", "drei", "trois", "tres", "três", "tre", "drie", "trzy":
		return 3
	case "four", "vier", "quatre", "cuatro", "quatro", "quattro", "fyra":
		return 4
	case "five", "fünf", "cinq", "cinco", "cinque", "vijf", "fem":
		return 5
	case "six", "sechs", "seis", "sei", "zes":
		return 6
	case "seven", "sieben", "sept", "siete", "sete", "sette", "zeven":
		return 7
	case "eight", "acht", "huit", "ocho", "oito", "otto":
		return 8
	case "nine", "neun", "neuf", "nueve", "nove", "negen":
		return 9
	case "ten", "zehn", "dix", "diez", "dez", "dieci", "tien":
		return 10
	}
	return 0
}
