package text

// Folded gives the words of a text without regard to what of it is plain ASCII.
func Folded(s string) []Word {
	var words []Word
	scanFolded(s, 0, func(w Word) bool {
		words = append(words, w)
		return true
	})
	return words
}
