// Package phrase puts facts into words for people, in the language of a message.Printer.
//
// The English words are the keys: golang.org/x/text/message looks every format up in its catalogue
// and falls back to the format itself, so that a locale is added by filling a catalogue, without a
// change here. Numbers are written the locale's way already.
package phrase
