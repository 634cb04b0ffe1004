// Package locale knows how the languages of mails and pages write numbers, money, dates, lists and
// plurals. The words themselves stand where they are said; this is grammar only.
//
// It is pure: a Locale is a small number that can be compared and kept, and English is its zero value.
//
// # Decisions
//
// golang.org/x/text picks the locale, groups digits, and knows plural rules, currency signs and the
// names of countries and languages. Where a sign stands beside its amount, how a date is written and
// how a list ends it does not know; that is in grammar.go, after CLDR.
//
// A reader of en-US gets the dates of en-GB: the month is a word, so no order can be misread.
package locale
