// Package phrase puts facts into words for people, in the languages of package mailer/locale. Mails
// and pages both take their words for filters, reasons, cadences and postings from here.
//
// The English words are the keys: every text is looked up in the catalogue of catalogue.go, whose columns
// are the other languages, and a text that is not there says itself. All arguments are words already, so
// that golang.org/x/text/message, which would do the same, had nothing to add but its time, for each job of
// each letter.
package phrase
