// Package query is the language in which a candidate says which words a posting should have:
//
//	"distributed systems" (go OR rust) -php title:backend
//
// A word or a "phrase" asks for itself in the title, the company or the description; title:word,
// company:word and description:word ask in one of them, and title:(a OR b) puts the field before
// every word inside. Words side by side must all be there; AND may be written between them. OR gives
// a choice and binds more loosely than AND; parentheses group. NOT or a minus directly before a
// word, phrase or group excludes it. Operators are in capitals: or is a word like any other.
//
// Words are whole words, folded as package text does: case and accents do not matter, c++, c# and
// .net are words, and node.js is the phrase "node js". The curly quotes and dashes that phones
// type in place of quotes and minus are understood.
//
// # Decisions
//
// A query is kept in one canonical form: operands sorted, each once, groups flattened. So queries
// that differ only in order or spelling are equal, and are stored and matched once. The price is
// that a candidate sees the words in another order than typed.
package query
