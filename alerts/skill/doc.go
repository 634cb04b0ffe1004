// Package skill is the vocabulary of skills: their names, how else they are written, what they
// imply, and which spellings are ordinary words as well. skills.txt holds it and describes its form.
package skill
