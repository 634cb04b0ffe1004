// Package normalize turns what a board says into an alerts.Posting.
//
// Structured fields are read first and the text second; From tells which. Nothing is guessed: what
// neither says stays unknown. The traps that real boards set stand beside the rules that answer
// them, and each is a test.
//
// # Figures
//
// `make eval` measures against 175 real postings labelled by reading. There: core against the rest F1
// 0.93, three-way macro F1 0.93; seniority right 0.97, workplace 0.93 where stated; salary right 0.97
// where stated and never read where there is none; country 0.97, city 0.98; main skills found 0.98.
// Rules were written with these postings in sight, so expect somewhat less of others.
//
// # Decisions
//
// Workplace. A field made for the purpose and the bare remote flag are both set carelessly, so
// plain words of the text overrule them: see workplace.go for the order of belief. A flag that says no,
// beside a city, is believed over a text that merely likes remote work.
//
// A posting that names a city and speaks nowhere of remote, hybrid or home is on-site: who offers one
// of those says so. It is the one presumption here; candidates who take any workplace are not
// touched by it, and From says that it was read in the text.
//
// Phrases stand in phrases.txt, one section a meaning, and not in the code: a rule for a new wording
// is a word in a table.
//
// Pay. A line that is a range of money and no more is the salary, unless a word beside it says
// otherwise. A plain dollar is that of the posting's country where it names only one.
//
// Education. "Bachelor's degree or equivalent experience" is bachelor, as candidates search for it;
// a degree that is only preferred, by its sentence or by the heading of its list, is not required, and
// leaves education unknown.
//
// Seniority. The title decides. Where it is silent, the years of experience that the text asks for
// do: up to 1 is junior, 2 to 4 mid, 5 and more senior. A title may name two rungs, and then both
// are given.
package normalize
