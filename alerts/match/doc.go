// Package match finds which filters a posting matches among very many, and gives the same answers as
// alerts.Filter.Match. It works in two directions over one form of a filter:
//
//   - Index.Match: one posting against all filters, for instant alerts.
//   - Index.Join: hundreds of postings against the filters that are due together, for digests.
//
// # How
//
// A filter is a record: its facets with few values in one word (package facet), its salary, and
// clauses of atoms, one of each of which must be true of a posting (package atom). What is true of a
// posting is found once, and then compared with records.
//
// Match reaches a filter only through two atoms that are both true: an area of the filter and the
// rarest other thing it asks. Entries under such pairs hold all the rest of the record, so that no
// record need be fetched. Join turns things round: each atom becomes a row of bits, one for each of
// up to 2,048 postings, and a record becomes a few ands and ors of rows. The postings are put in the
// order of the map, so that a filter has to do with few words of a row.
//
// A posting remembers which atoms are true of it. When filters begin to ask about others, or cease to,
// it looks at these alone, unless they are many.
//
// # Equal to the oracle
//
// Areas, remote jobs, salaries and words are judged by the packages that the oracle asks too: the
// map grid only chooses which areas to ask. What clauses cannot tell, such as a query whose normal
// form is large, is judged by the oracle's matcher after the record has agreed. Postings and filters
// that Validate refuses get the oracle's answers as well.
//
// # Edits
//
// A snapshot of the index never changes. An edit copies the pages and leaves it touches, some
// kilobytes, and publishes a new snapshot; whoever is matching goes on with the old one. Nothing is
// rebuilt or merged later, nothing of a removed filter stays but the number of its Ref. The numbers
// of atoms are used again, but never while a snapshot in use may mean something else by them: a
// posting's atoms are looked up under the lock under which they are published.
//
// An edit of thousands touches most leaves, so that to add millions of filters by the thousand would copy
// everything there is again and again. A Loader publishes what it takes in when that is a third of what is
// there: each entry is copied a few times, whatever the number.
//
// # Decisions
//
// Match and Join take a Posting of this package and not an alerts.Prepared: they need the words and
// places themselves, which Prepared keeps to itself. Posting.Prepared gives the latter, so that
// nobody has to keep both.
//
// Filters are equal if their records are, which is a little more than equal canonical forms: two
// filters that say the same in other facets are matched once.
//
// The index is not told how common things are but by a sample of postings given to New. It changes
// the speed alone.
//
// An entry repeats what the record says. That takes 40 bytes a filter more than asking the record, and
// takes about a third off the slowest postings, those with over ten thousand matches: they waited for memory.
//
// # Measured
//
// make bench-match compares both directions with the oracle and with roaring bitmaps, the fastest
// other way we know in Go. The workload is synthetic (workload_test.go): it says nothing about other
// machines or other engines. At 1,000,000 filters, 637,860 of them distinct, each posting matching
// 0.41 % of these, and 2,000 postings, on two virtual cores with little else to do (CPU time, the best of three):
//
//	roaring bitmaps             2,200 to 2,700 µs a posting, p99 6,100 to 6,800 µs
//	index                         262 µs, 8.4 times as fast; p99 979 µs, 6 times
//	join, postings known           76 µs, 29 to 36 times
//	join, after a new word         78 µs, 28 to 33 times
//	join, postings never seen      92 to 102 µs, 22 to 28 times: each is compared with 21,000 atoms first
//	oracle, in a loop               3.0 s, counted up from a part of the pairs
//	memory                        138.6 bytes a distinct filter: 37.6 for records, which are all that a
//	                              join needs, and 101.0 for entries; 183 with atoms and what edits need
//	build                          17 µs of CPU time a filter, canonical form and deduplication included
//	add or remove one filter       52 or 44 µs
package match
