package money

import (
	"strings"

	"jobalertd/alerts/normalize/phrase"
)

// paySignals weighs the words around money. Salary words speak for it; money of other kinds stands
// beside words that rule it out.
func paySignals() map[string]int {
	table := map[string]int{}
	for w := range strings.FieldsSeq(`salary salaries compensation comp pay paid wage wages base gehalt jahresgehalt monatsgehalt vergütung remuneration
		rémunération salaire gratification rate tagessatz stundenlohn stundensatz tjm ote earn earnings package salario sueldo salário retribución stipendio
		wynagrodzenie salaris lön løn earning salariale brut bruts brute brutto bruto brutos lordi gross annual annually annum hourly monthly verdienst
		jahresbruttogehalt bruttojahresgehalt`) {
		table[w] = 3
	}
	for w := range strings.FieldsSeq(`raised raise raising series funding funded seed round arr revenue revenues valuation valued bonus stipend budget
		allowance commuter reimbursement reimburse reimbursed savings referral aum assets backed investment investments invested investors donation
		spend spending learning education tuition grant equipment wellness perks gift customers users transactions processed market industry
		sign signing relocation contribution deductible fee fees prize debt capital gmv volume payments fund donate sales quota
		401k insurance credit credits match discount monthlybudget mobile phone internet gym lunch meal meals travel home-office setup
		acquisition acquired exit loan loans loss losses saved save billion million mrr bookings commission uncapped taxes cost costs worth rent
		size sizes deals quotas productivity workspace coworking retreat vacation childcare fertility adoption development donations award awards infrastructure`) {
		table[w] = -4
	}
	return table
}

// context weighs the words of the sentence around the sums; failing a word there, the line above,
// which is often the heading "Compensation".
func (r *Reader) context(text phrase.Text, first, last int, ranged bool) int {
	from, to := text.Sentence(first)
	if _, end := text.Sentence(last); end > to {
		to = end
	}
	good, bad := 0, 0
	for i := max(from, first-16); i < min(to, last+14); i++ {
		if i >= first && i <= last {
			continue
		}
		w := r.signals[text.Tokens[i].Word]
		distance := max(first-i, i-last)
		switch {
		case w > 0:
			good = max(good, w)
		case w < 0 && distance <= 7:
			bad = min(bad, w)
		}
	}
	if good > 0 && bad < 0 {
		// "The base salary is $150k–$180k plus bonus": what else is offered stands behind; the word
		// nearest to the sum decides.
		bad = r.nearest(text, from, to, first, last)
	}
	if good == 0 && bad == 0 && to-from <= last-first+7 {
		good = r.heading(text, from)
	}
	if good == 0 && bad == 0 && ranged && to-from <= last-first+3 {
		good = 1 // a line that is a range and no more: "$225K–$250K"
	}
	return good + bad
}

// timed says whether a word that speaks for a salary is only one of time: a stipend is annual too.
func timed(word string) bool {
	switch word {
	case "annual", "annually", "annum", "hourly", "monthly":
		return true
	}
	return false
}

// nearest is -4 where a word against stands nearer to the sum than any word for it.
func (r *Reader) nearest(text phrase.Text, from, to, first, last int) int {
	for distance := 1; distance <= 8; distance++ {
		for _, i := range [2]int{first - distance, last + distance} {
			if i < from || i >= to {
				continue
			}
			// What follows "plus" or "and" is beside the salary, not the salary.
			if w := r.signals[text.Tokens[i].Word]; w > 0 && !timed(text.Tokens[i].Word) {
				return 0
			} else if w < 0 && (i < first || !beside(text, last, i)) {
				return w
			}
		}
	}
	return 0
}

// beside says whether a word that adds, or a comma, stands between two tokens.
func beside(text phrase.Text, from, to int) bool {
	for i := from + 1; i <= to; i++ {
		switch text.Tokens[i].Word {
		case "plus", "and", "with", "in", "not", "depending", "excluding", "before":
			return true
		}
		if text.Tokens[i].Gap >= phrase.Comma {
			return true
		}
	}
	return strings.Contains(text.Source[text.Tokens[from].End:text.Tokens[to].Start], "+")
}

// heading looks for a word of pay in the few words above a line that holds little but a sum.
func (r *Reader) heading(text phrase.Text, from int) int {
	for i := from - 1; i >= max(0, from-60); i-- {
		switch w := r.signals[text.Tokens[i].Word]; {
		case w > 0:
			return 3
		case w < 0 && i >= from-4 && strings.Contains(text.Source[text.Tokens[from-1].End:text.Tokens[from].Start], ";"):
			return w // "Commuter benefit; $300 a month"
		}
	}
	return 0
}
