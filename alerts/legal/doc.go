// Package legal says whether a single value from outside is legal, and if not, what is wrong with
// it and how to mend it, in one sentence. Every function gives that sentence, or nothing where the
// value is legal.
package legal
