package rates

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Table holds exchange rates of one day. It does not change once it is made.
type Table struct {
	date    time.Time
	perEuro map[string]float64
}

//go:embed rates.csv
var shippedFile string

// shipped is parsed on first use; a test parses the embedded file, so it cannot fail.
var shipped = sync.OnceValue(func() *Table {
	t, err := Parse(strings.NewReader(shippedFile))
	if err != nil {
		panic("rates.csv: " + err.Error())
	}
	return t
})

// Shipped is the table that comes with the program.
func Shipped() *Table { return shipped() }

// Parse reads a table in the form of rates.csv: comments after #, a line with the date, then lines of
// currency and units per euro. The error names the line.
func Parse(r io.Reader) (*Table, error) {
	lines := csv.NewReader(r)
	lines.Comment = '#'
	lines.FieldsPerRecord = 2
	lines.TrimLeadingSpace = true
	first, err := lines.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("there are no rates; the first line is date,YYYY-MM-DD")
	}
	if err != nil {
		return nil, err
	}
	date, err := time.Parse(time.DateOnly, first[1])
	if first[0] != "date" || err != nil {
		return nil, fmt.Errorf("the first line is %q instead of date,YYYY-MM-DD", strings.Join(first, ","))
	}
	t := &Table{date: date, perEuro: map[string]float64{"EUR": 1}}
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, err
		}
		if err := t.add(record[0], record[1]); err != nil {
			line, _ := lines.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// add takes one line of the table.
func (t *Table) add(currency, rate string) error {
	perEuro, err := strconv.ParseFloat(rate, 64)
	switch _, doubled := t.perEuro[currency]; {
	case len(currency) != 3 || strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return fmt.Errorf("%q is not a currency code of three capital letters, like USD", currency)
	case err != nil || !(perEuro > 0) || math.IsInf(perEuro, 0):
		return fmt.Errorf("%q is not a rate: %s has to be a number above 0", rate, currency)
	case currency == "EUR" && perEuro != 1:
		return errors.New("one euro is 1 EUR: every rate says how many units are worth one euro")
	case doubled && currency != "EUR":
		return fmt.Errorf("%s has a rate already", currency)
	}
	t.perEuro[currency] = perEuro
	return nil
}

// Date is the day the rates are of.
func (t *Table) Date() time.Time { return t.date }

// Currencies lists the currencies of the table, sorted.
func (t *Table) Currencies() []string {
	codes := make([]string, 0, len(t.perEuro))
	for code := range t.perEuro {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// Convert turns an amount into another currency. An amount in the wanted currency stays as it is,
// even if the table does not know the currency; else both have to be in the table.
func (t *Table) Convert(amount float64, from, to string) (float64, bool) {
	if from == to {
		return amount, true
	}
	source, okFrom := t.perEuro[from]
	target, okTo := t.perEuro[to]
	if !okFrom || !okTo {
		return 0, false
	}
	return amount / source * target, true
}
