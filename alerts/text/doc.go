// Package text cuts text into words the way every part of the program that compares words must:
// the query language, the skill vocabulary, company and city names, and the matching index.
//
// A word is a run of letters and digits, folded: compatibility forms opened (NFKD), accents
// dropped, case removed, so that "Łódź" is lodz and "Straße" is strasse. All other characters
// separate words, with these exceptions, which keep the names of programming languages whole:
//
//   - "++" and "#" directly after a letter belong to the word: c++ c# f# g++.
//   - ".net" is one word, at the start of a word or after asp, vb, ado, ml.
//
// So "node.js" is the two words node, js wherever it stands, and a search for it finds them side
// by side; "C/C++" is c, c++; "go-to-market" is go, to, market. Scripts that are written without
// spaces give one word per character, so that a search for several of them works like a phrase.
package text
