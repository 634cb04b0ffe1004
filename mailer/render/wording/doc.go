// Package wording holds everything that mails say by themselves, in the languages of package
// mailer/locale: texts/, one file a language.
//
// A text has a key, and stands under the same key with the same placeholders in every language; a
// test holds them to it. {name} stands for something that is put in, # for a number. A text that
// counts has a form for each of CLDR's plurals that the language knows.
//
// The tone is polite everywhere: Sie, vous, usted.
package wording
