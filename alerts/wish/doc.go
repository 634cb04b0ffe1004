// Package wish says a whole filter in one line, as people type it into a search box, and reads it back:
//
//	go OR rust remote berlin >80k -gambling
//
// A word that names a skill, a workplace, a level, a kind of contract, a country or a city asks for
// that; any other word is looked for in the text. Words side by side must all hold, but levels,
// workplaces, kinds of contract and places are a choice among what is named. OR joins its two
// neighbours, and nothing more; a minus excludes. What a bare word cannot say is written with its
// kind before it:
//
//	skill:x  any:x  all:x     one of the skills, or each of them
//	in:"Berlin, DE, 30 km"    a place; a city is meant with 50 km around it where it stands bare;
//	                          city and region can be written before a name, and quotes around it
//	at:acme                   a company
//	>80k  >45USD/hour  pay:stated
//	level:  type:  class:  education:  language:
//	title:x  "a phrase"  (a OR b)     the text, as package query reads it
//
// # Decisions
//
// OR binds more tightly here than in package query, where `go OR rust remote` would mean go, or rust
// that is remote. In one line nobody means that.
//
// Format tries the short form and reads it back. Where that is another filter (a word of the query
// that also names a city, say) it writes every part with its kind. So Parse undoes
// Format.
//
// A quotation mark within a value in quotes is written twice: at:"the ""real"" deal". A backslash would be
// one more character that phrases, which package query reads, do not know; and a line that ends a value
// early would still be cut into the same parts. Phrases need no mark: a quotation mark is no part of a word.
package wish
