// Package layout writes pages, which are mails in words, as text and HTML: templates/, and what an
// operator puts in their place.
//
// A part is a named template: top, job, why and foot in both forms; head and style, which come first
// in HTML, and the smaller ones that its top is made of. An override file redefines parts of one kind of mail, or of all, in one locale, or
// in all; what it leaves out stays built in. Its functions come from a fixed list, which is what is
// safe and has a use; it cannot reach files, the environment or methods.
//
// A page is written fragment by fragment, each beginning at a line start and ending in a line break,
// and encoded at once: quoted-printable is line by line, so that fragments can be joined afterwards.
// The fragment of a job holds nothing personal; the line that says why it matched is one of its own.
//
// # Decisions
//
// Overrides are Go templates that redefine parts, and not whole pages: an operator who wants another
// foot writes a foot, keeps the rest up to date with each release, and keeps the fragments that make
// many mails cheap.
//
// What stands around the jobs of a digest differs between two readers in some words and links only, so
// the built-in templates are executed once for each form of page, with marks in the place of words
// (stencil.go), and for each reader only the lines with words in them are written; the others are the same
// memory in every mail. Tests hold it to the bytes that executing the templates gives. The templates of an
// operator may do with words what they like, and are executed.
//
// Quoted-printable is our own, fifty lines (quoted.go), and the tests read it with mime/quotedprintable: its
// writer took half of the time that goes into the changing lines of a mail.
package layout
