package record

import (
	_ "embed"
	"strings"
	"sync"
)

// wordsFile is one word a line. Records hold line numbers: lines are added at the end only.
//
//go:embed words.txt
var wordsFile string

type wordTable struct {
	text   []string
	number map[string]uint64
}

var words = sync.OnceValue(func() wordTable {
	t := wordTable{text: strings.Split(strings.TrimSuffix(wordsFile, "\n"), "\n")}
	t.number = make(map[string]uint64, len(t.text))
	for i, word := range t.text {
		t.number[word] = uint64(i)
	}
	return t
})
