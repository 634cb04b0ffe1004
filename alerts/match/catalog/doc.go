// Package catalog finds which of very many postings one filter matches, for somebody who waits for the
// answer, and answers as alerts.Filter.Match does. Package match does the opposite: it finds the
// filters.
//
// # How
//
// A posting has a slot, and everything that can be asked about it leads to lists of slots: each word
// of it with its positions, each skill, the company, the language. Facets with few values stand in
// one word for each slot, as in package match. Few postings have a location of their own: an area is
// compared with each different location, not with each posting, and a country likewise with each
// different answer to who may work remotely. What a filter asks is then a few ands and ors of sets of
// slots; salaries are compared last. No posting is judged one by one, however many match.
//
// A posting that goes leaves its slot empty, and one that changes takes a new slot. When most slots
// are empty the lists are written anew.
//
// # Decisions
//
// Queries are evaluated as trees, over sets of slots. The clauses that package match makes of them
// would be no faster here, and those of a large query are too many.
//
// Words are kept with their positions, about 1 kB for each posting with a text of usual length.
// Without them a phrase of common words would have to be looked for in nearly all texts.
package catalog
