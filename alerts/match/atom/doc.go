// Package atom cuts what filters ask of postings into atoms, each true or false of a posting: it has
// a skill, says a phrase, lies in an area, is remote and open to a country. It numbers the atoms of
// all filters, and finds which of them are true of a posting.
//
// Areas and remote jobs are judged by package place, which the oracle asks too: the map grid only
// chooses which areas to ask. Words are cut by package text, as the oracle's are.
package atom
