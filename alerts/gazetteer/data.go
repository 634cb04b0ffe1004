package gazetteer

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

//go:embed cities.txt.gz
var packed []byte

//go:embed regions.tsv
var regionTable string

// data is the unpacked file: a line for each city, the most populous first, and the sorted index.
type data struct {
	cities []string // name, region, country, latitude, longitude, inhabitants
	names  []string // folded name, then the numbers of its cities: ~ an alternate name, ^ first of all
}

var loaded = sync.OnceValue(unpack)

// unpack panics on a damaged file: it is part of the program, and a test reads all of it.
func unpack() *data {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic("gazetteer: embedded file: " + err.Error())
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic("gazetteer: embedded file: " + err.Error())
	}
	cities, names, _ := strings.Cut(string(text), "\n\n")
	return &data{
		cities: strings.Split(cities, "\n"),
		names:  strings.Split(strings.TrimSuffix(names, "\n"), "\n"),
	}
}
