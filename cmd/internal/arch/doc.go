// Package arch holds nothing but tests. They guard the house: which package may import which, which
// room speaks to which driver, where keys, scripts and metrics are born, how long things may get,
// what must be documented, and that prose which names a file, a make target, a command or a metric
// names one that is there.
//
// Each rule is a function from a tree of files to the places that break it, tested on small bad
// trees of its own; TestTheHouse then holds all of them against this repository. A rule that needs
// an exception gets it in its table, with the reason beside it.
package arch
