// Package rates converts money by a dated table of exchange rates. One table ships with the program;
// an operator can put a newer one in its place.
//
// The table serves to compare a salary with a wish, not to pay one: a rate that is a few per cent
// off moves the edge of a filter by as much.
package rates
