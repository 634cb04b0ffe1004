// Package where reads words about places: which cities, regions and countries a free text names,
// and where a remote worker may live. The gazetteer knows the names; this package knows how postings
// write them.
package where
