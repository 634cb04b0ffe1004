// Package fault says what is wrong with something that somebody sent: in English, and in a form that can
// be said in any other language.
//
// The English sentence stands where the fault is found, so that code reads by itself, and is what
// programs are told. Pages have a sentence of their own for each Code.
package fault
