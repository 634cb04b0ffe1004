// Package normalize turns what a board says into an alerts.Posting.
//
// Structured fields are read first and the text second; From tells which. Nothing is guessed: what
// neither says stays unknown. The traps that real boards set stand beside the rules that answer
// them, and each is a test.
//
// # Decisions
//
// Workplace. A field made for the purpose and the bare remote flag are both set carelessly, so
// plain words of the text overrule them: see workplace.go for the order of belief.
//
// Education. "Bachelor's degree or equivalent experience" is bachelor, as candidates search for it;
// a degree that is only preferred is not required, and leaves education unknown.
//
// Seniority. The title decides. Where it is silent, the years of experience that the text asks for
// do: up to 1 is junior, 2 to 4 mid, 5 and more senior. A title may name two rungs, and then both
// are given.
package normalize
