// Package phrase puts facts into words for people, in the languages of package mailer/locale. Mails
// and pages both take their words for filters, reasons, cadences and postings from here.
//
// The English words are the keys: golang.org/x/text/message looks every format up in the catalogue
// of catalogue.go, whose columns are the other languages, and falls back to the key itself.
package phrase
