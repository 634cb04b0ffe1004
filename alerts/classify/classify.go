package classify

import (
	"cmp"
	"strings"

	"jobalertd/alerts"
	"jobalertd/alerts/normalize/phrase"
)

// maxReasons is how many findings are kept: more would explain less.
const maxReasons = 20

// Reason is one finding that decided.
type Reason struct {
	Where string // title or description
	Kind  string // what it names, a section of rules.txt: backend, fullstack, other
	Words string // as the posting writes them
}

// Classify names the class of a posting, and the findings that decided, the strongest first.
func Classify(p alerts.Posting) (alerts.Class, []Reason) {
	return ClassifyText(phrase.Split(p.Title), phrase.Split(p.Description))
}

// ClassifyText is Classify for a title and a description that are already cut into words.
func ClassifyText(title, description phrase.Text) (alerts.Class, []Reason) {
	c := &judgement{rules: shipped(), title: title, description: description}
	class := c.decide()
	return class, c.reasons
}

// judgement is one posting under judgement.
type judgement struct {
	rules              rules
	title, description phrase.Text
	reasons            []Reason
}

// role is what one part of a title names: the words up to a comma or bracket are the trade itself,
// what follows is the team or a detail.
type role struct {
	head, tail map[kind]string
}

func (r role) has(k kind) bool { return r.head[k] != "" || r.tail[k] != "" }
func (r role) words(k kind) string {
	if w := r.head[k]; w != "" {
		return w
	}
	return r.tail[k]
}

// trade says whether a role names a trade, and not only a field of work.
func (r role) trade() bool {
	for _, k := range []kind{kindSoftware, kindBare, kindBackend, kindFullStack, kindProduct, kindManager, kindForeign} {
		if r.has(k) {
			return true
		}
	}
	return false
}

// decide judges each role of the title; of several the most backend one counts, because a posting
// of many roles is offered to those who want any of them.
func (c *judgement) decide() alerts.Class {
	best := alerts.Class("")
	for _, r := range c.roles() {
		if c.announces() && !r.trade() {
			continue // the company's name or site: "Robot Security | robots.ai | …"
		}
		class, ok := c.judge(r)
		if ok && (best == "" || nearer(class, best)) {
			best = class
		}
	}
	if best != "" || !c.announces() {
		return cmp.Or(best, alerts.ClassNo)
	}
	return c.byRolesInText()
}

// announces says whether the title is the head of a free announcement, "Acme | Berlin | Full-time"
// or a whole sentence, and not a job's name; such a text tells its roles further down.
func (c *judgement) announces() bool {
	return len(c.title.Tokens) > 12 || strings.Contains(c.title.Source, "|")
}

// nearer says whether a is nearer to backend work than b.
func nearer(a, b alerts.Class) bool {
	return a == alerts.ClassCore && b != alerts.ClassCore || a == alerts.ClassPartly && b == alerts.ClassNo
}

// roles cuts the title at its bars and semicolons, and reads each part; in an announcement, which may
// list roles behind one another, also before each that names a trade of its own.
func (c *judgement) roles() []role {
	var roles []role
	for from := 0; from < len(c.title.Tokens); {
		to := from + 1
		for to < len(c.title.Tokens) && c.title.Tokens[to].Gap != phrase.Stop && !(c.title.Tokens[to].Gap == phrase.Comma && c.announces() && c.listed(from, to)) {
			to++
		}
		if r := c.role(from, to); len(r.head)+len(r.tail) > 0 {
			roles = append(roles, r)
		}
		from = to
	}
	return roles
}

// listed says whether a comma before token at parts two roles of a list: "Frontend Engineer, Backend
// Engineer". A team has no trade: "Engineer, Backend".
func (c *judgement) listed(from, at int) bool {
	if sign := c.title.Source[c.title.Tokens[at-1].End:c.title.Tokens[at].Start]; strings.Trim(sign, ", ") != "" || !trade(c.title.Tokens[at-1].Word) {
		return false
	}
	for i := at; i < len(c.title.Tokens) && (i == at || c.title.Tokens[i].Gap < phrase.Comma); i++ {
		if trade(c.title.Tokens[i].Word) {
			return true
		}
	}
	return false
}

// role reads the tokens [from, to) of the title. The head ends at the first comma behind a trade.
func (c *judgement) role(from, to int) role {
	r := role{head: map[kind]string{}, tail: map[kind]string{}}
	inHead := true
	for i := from; i < to; {
		if i > from && c.title.Tokens[i].Gap >= phrase.Comma && len(r.head) > 0 {
			inHead = false
		}
		m, ok := c.rules.title.At(c.title, i)
		if !ok {
			i++
			continue
		}
		part := r.tail
		if inHead {
			part = r.head
		}
		if part[m.Value] == "" {
			part[m.Value] = c.title.Original(m.First, m.Last)
		}
		// "Platform engineer" names its trade with its kind.
		if last := c.title.Tokens[m.Last]; m.Value == kindPlatform && trade(last.Word) && part[kindBare] == "" {
			part[kindBare] = c.title.Source[last.Start:last.End]
		}
		i = m.Last + 1
	}
	return r
}

func (c *judgement) because(r role, k kind) {
	c.reasons = append(c.reasons, Reason{Where: "title", Kind: string(k), Words: r.words(k)})
}

// judge decides by one role of the title; not ok where the role is none.
func (c *judgement) judge(r role) (class alerts.Class, ok bool) {
	software := r.head[kindSoftware] != "" || r.head[kindBackend] != "" || r.head[kindFullStack] != "" || r.head[kindLanguage] != "" || r.head[kindProduct] != ""
	developer := r.head[kindSoftware] != "" || r.head[kindBare] != "" || r.head[kindLanguage] != ""
	for _, rule := range []struct {
		when bool
		by   kind
		is   func(role) alerts.Class
	}{
		{r.head[kindManager] != "", kindManager, c.manager},
		{r.has(kindNever), kindNever, no},
		{r.head[kindForeign] != "" && !software, kindForeign, no},
		{r.has(kindBackend) && (r.has(kindFrontend) || r.has(kindMobile)), kindBackend, partly},
		{r.has(kindFullStack) && r.has(kindBackend) && !leaning(r), kindFullStack, partly},
		{r.has(kindBackend), kindBackend, core},
		{r.has(kindAPI) && !r.has(kindFullStack) && !r.has(kindFrontend) && !r.has(kindMobile) && r.head[kindOther] == "" && developer, kindAPI, core},
		{r.has(kindFullStack), kindFullStack, partly},
		{r.has(kindFrontend), kindFrontend, no},
		{r.has(kindMobile), kindMobile, no},
		{r.has(kindData) && (software || r.head[kindBare] != "" || r.head[kindData] != ""), kindData, partly},
		{r.head[kindOther] != "", kindOther, no},
		{r.has(kindLearning), kindLearning, c.learning},
		{r.has(kindOther), kindOther, c.team},
		{r.head[kindLanguage] != "", kindLanguage, c.language},
		{r.head[kindProduct] != "", kindProduct, c.product},
		{r.has(kindPlatform) && (software || r.head[kindBare] != ""), kindPlatform, c.platform},
		{r.has(kindLanguage), kindLanguage, c.language},
		{r.head[kindSoftware] != "", kindSoftware, c.byText},
		{r.has(kindForeign), kindForeign, no},
		{r.has(kindBare), kindBare, c.byText},
	} {
		if rule.when {
			c.because(r, rule.by)
			return rule.is(r), true
		}
	}
	return alerts.ClassNo, false
}

func no(role) alerts.Class     { return alerts.ClassNo }
func partly(role) alerts.Class { return alerts.ClassPartly }
func core(role) alerts.Class   { return alerts.ClassCore }

// leaning says whether a full-stack role leans to the server side by its own words.
func leaning(r role) bool {
	words := strings.ToLower(r.words(kindBackend))
	return strings.Contains(words, "focus") || strings.Contains(words, "leaning") || strings.Contains(words, "heavy")
}

// findings counts the different phrases of each kind in the description.
func (c *judgement) findings() map[kind]int {
	seen := map[string]bool{}
	counts := map[kind]int{}
	c.rules.text.Scan(c.description, func(m phrase.Match[kind]) {
		words := c.description.Original(m.First, m.Last)
		if key := strings.ToLower(words); !seen[key] {
			seen[key] = true
			counts[m.Value]++
			if len(c.reasons) < maxReasons {
				c.reasons = append(c.reasons, Reason{Where: "description", Kind: string(m.Value), Words: words})
			}
		}
	})
	return counts
}

// server is how much a description speaks of the server side.
func server(found map[kind]int) int { return found[textBackend] + 2*found[textStrong] }

// learning is a trade of data or models, or a developer in such a team: partly where the text is
// about services in its own words, and much more than about models.
func (c *judgement) learning(r role) alerts.Class {
	if r.tail[kindOther] != "" {
		return c.team(r)
	}
	if r.head[kindSoftware] != "" && r.head[kindLearning] == "" {
		if class := c.byText(r); class != alerts.ClassCore {
			return class
		}
		return alerts.ClassPartly
	}
	if r.head[kindProduct] != "" && r.head[kindLearning] == "" {
		return c.product(r)
	}
	if found := c.findings(); found[textStrong] >= 2 && server(found) > 2*found[textOther] {
		return alerts.ClassPartly
	}
	return alerts.ClassNo
}

// team is a developer in a team of another trade, "Software Engineer, Robotics": no, unless the text
// calls the work itself server side and speaks of it more.
func (c *judgement) team(r role) alerts.Class {
	if r.head[kindSoftware] == "" && r.head[kindLanguage] == "" {
		return alerts.ClassNo
	}
	if r.head[kindLanguage] != "" {
		if found := c.findings(); server(found) >= 2*found[textOther] {
			return c.language(r)
		}
	}
	if found := c.findings(); found[textStrong] >= 2 && server(found) > found[textOther] {
		return alerts.ClassPartly
	}
	return alerts.ClassNo
}

// manager is partly a backend job where the manager still builds.
func (c *judgement) manager(r role) alerts.Class {
	if r.has(kindNever) || r.has(kindOther) || r.has(kindLearning) || r.has(kindFrontend) || r.has(kindMobile) {
		return alerts.ClassNo
	}
	found := c.findings()
	if (found[textHandsOn] > 0 && server(found) >= 2 || r.has(kindBackend)) && found[textOther] <= server(found) {
		return alerts.ClassPartly
	}
	return alerts.ClassNo
}

// language is a trade named after a language of the server side: backend work, unless the text
// speaks of both sides.
func (c *judgement) language(role) alerts.Class {
	found := c.findings()
	if found[textFullStack] > 0 || found[textFrontend] > server(found) {
		return alerts.ClassPartly
	}
	return alerts.ClassCore
}

// product is an engineer of a whole product.
func (c *judgement) product(role) alerts.Class {
	found := c.findings()
	if found[textOther] > server(found)+found[textFrontend]+found[textFullStack] {
		return alerts.ClassNo
	}
	return alerts.ClassPartly
}

// platform is partly, unless the text speaks more of operations or another trade than of services.
func (c *judgement) platform(role) alerts.Class {
	if found := c.findings(); found[textOther] > server(found)+found[textFrontend]+1 {
		return alerts.ClassNo
	}
	return alerts.ClassPartly
}

// byText decides where the title says no more than "software engineer". A text that calls its own
// work backend, and does not speak of the other side more, is core; one that speaks of both sides is
// partly; one that speaks of another trade more than of either is none.
func (c *judgement) byText(r role) alerts.Class {
	found := c.findings()
	strong, front, other := found[textStrong], found[textFrontend], found[textOther]
	server := server(found)
	switch {
	case other > server+front:
		return alerts.ClassNo
	case r.head[kindSoftware] == "" && server < 5:
		return alerts.ClassNo
	case found[textFullStack] > 0 && (strong < 3 || front > 2):
		return alerts.ClassPartly
	case strong >= 1 && front <= strong+1 && (server >= 3 || front == 0), server >= 5 && front == 0:
		return alerts.ClassCore
	case r.head[kindSoftware] != "" || server >= 2 || front >= 2:
		// A software engineer of whom no more is known may well do backend work.
		return alerts.ClassPartly
	}
	return alerts.ClassNo
}

// byRolesInText decides for a posting whose title names no trade, such as a company's name alone:
// by the trades that its text looks for. A line that names an engineer and the server side, as
// "Senior Software Engineer, Back-end", is a role; a word in passing is none.
func (c *judgement) byRolesInText() alerts.Class {
	best := alerts.ClassNo
	for from := 0; from < len(c.description.Tokens); {
		_, to := c.description.Sentence(from)
		if class, reason := c.line(from, to); nearer(class, best) {
			best = class
			c.reasons = append(c.reasons, reason)
		}
		from = to
	}
	return best
}

// line reads one sentence or line as the announcement of a role.
func (c *judgement) line(from, to int) (alerts.Class, Reason) {
	best, reason := alerts.ClassNo, Reason{}
	engineer := -3
	for i := from; i < to; i++ {
		m, ok := c.rules.title.At(c.description, i)
		if !ok {
			continue
		}
		class := alerts.ClassNo
		switch m.Value {
		case kindSoftware, kindBare:
			engineer = m.Last
			class = alerts.ClassNo
			if m.Value == kindSoftware {
				class = alerts.ClassPartly
			}
		case kindFullStack, kindProduct:
			class = alerts.ClassPartly
		case kindBackend:
			follows := m.Last+1 < to && trade(c.description.Tokens[m.Last+1].Word)
			if follows || m.First-engineer <= 2 {
				class = alerts.ClassCore
			}
		}
		if nearer(class, best) {
			best, reason = class, Reason{Where: "description", Kind: string(m.Value), Words: c.description.Original(m.First, m.Last)}
		}
		i = m.Last
	}
	return best, reason
}

func trade(word string) bool {
	switch word {
	case "engineer", "engineers", "developer", "developers", "engineering", "dev", "devs", "software", "lead":
		return true
	}
	return false
}
