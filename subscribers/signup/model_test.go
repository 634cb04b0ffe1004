package signup

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jobalertd/alerts"
	"jobalertd/mailer"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/subscribers"
)

// model is one person as a reader of the design would expect them, without races or storage.
type model struct {
	id    subscribers.ID
	at    mailer.Address
	state subscribers.State
	words []string // of the alerts, in order
	from  map[string]alerts.Seq
	heard []string // the postings that one alert told of and another may meet
	proof bool     // whoever reads the mail of the address has said yes
	// dead: the address must not be written to. Where the person has come from another shard nothing stops the
	// desk from owing them a letter, which is then not sent.
	dead, strange bool

	waits  []string // words of the signup that waits
	asked  time.Time
	mailed bool // it came to the mailbox, as link
	link   string
	last   string // what was confirmed last
	wrote  int    // confirmation mails about it
	since  time.Time
	linked time.Time // when a manage link was last mailed

	wish  *wish  // the move that waits
	moves []wish // that came to a mailbox
	moved wish   // the last one that was confirmed, from where
}

// wish is to move to an address, or what came of it.
type wish struct {
	id    string
	to    mailer.Address
	from  mailer.Address
	at    time.Time
	mails int
	since time.Time
}

func (m *model) confirmed() bool {
	return m.state == subscribers.StateActive || m.state == subscribers.StatePaused
}

// barred is where the desk itself owes nothing and changes nothing that would need a letter.
func (m *model) barred() bool { return m.dead && !m.strange }

// enrol reports whether a mail asks to confirm it.
func (m *model) enrol(words []string, now time.Time) bool {
	if m.barred() || !m.mayAsk(now) {
		return false
	}
	m.waits, m.asked, m.mailed = words, now, !m.dead
	return true
}

// mayAsk counts one more mail that asks for a confirmation.
func (m *model) mayAsk(now time.Time) bool {
	if m.waits == nil || now.Sub(m.since) >= 24*time.Hour {
		m.wrote, m.since = 0, now
	}
	if m.wrote == 5 {
		return false
	}
	m.wrote++
	return true
}

// confirm reports whether it may be done.
func (m *model) confirm(head alerts.Seq, now time.Time) bool {
	if m.waits == nil || !m.mailed || m.barred() || now.Sub(m.asked) > 7*24*time.Hour {
		return false
	}
	if !m.confirmed() {
		m.words = nil
	}
	if m.state == subscribers.StatePaused {
		m.start(head, m.words)
	}
	for _, word := range m.waits {
		if !slices.Contains(m.words, word) {
			m.words = append(m.words, word)
			m.start(head, []string{word})
		}
	}
	m.state, m.waits, m.proof, m.last = subscribers.StateActive, nil, true, m.link
	return true
}

func (m *model) start(head alerts.Seq, words []string) {
	for _, word := range words {
		m.from[word] = head
	}
}

func (m *model) leave(word string) {
	if m.state == subscribers.StateLeft && m.waits == nil {
		return
	}
	if word != "" && len(m.words) > 1 {
		m.words = slices.DeleteFunc(m.words, func(w string) bool { return w == word })
		return
	}
	m.state, m.waits, m.wish = subscribers.StateLeft, nil, nil
}

// machine does at random to the desk and to the model what people do.
type machine struct {
	*bench
	places []mailer.Address // two in one shard and two in another
	people []*model
	silent map[mailer.Address]bool
	mails  []string // that must have come since the last check
	now    time.Time
}

func (m *machine) reset(t *rapid.T) {
	must(t, m.redis.FlushAll(t.Context()).Err())
	m.people, m.silent, m.mails, m.now = nil, map[mailer.Address]bool{}, nil, start()
	m.offer.head = 100
	for _, at := range m.places[:2] { // else most runs are over before anybody can move
		s := janes(t, asks("go"), asks("rust"))
		s.Address = at
		sub := confirm(t, m.bench, enrol(t, m.bench, s, m.now), m.now)
		m.people = append(m.people, &model{
			id: sub.ID, at: at, state: sub.State, words: []string{"go", "rust"}, from: map[string]alerts.Seq{"go": 100, "rust": 100},
			proof: true, link: sub.Confirmed, last: sub.Confirmed,
		})
	}
	forget(t, m.bench)
}

// later lets time pass and a posting come in.
func (m *machine) later(t *rapid.T) {
	m.now = m.now.Add(time.Duration(rapid.IntRange(2, 300).Draw(t, "minutes")) * time.Minute)
	m.offer.head++
}

// living is who has an address, nil for nobody.
func (m *machine) living(at mailer.Address) *model {
	for _, p := range m.people {
		if p.at == at {
			return p
		}
	}
	return nil
}

// somebody is one of those whom the desk knows.
func (m *machine) somebody(t *rapid.T) *model {
	if len(m.people) == 0 {
		t.Skip("nobody is there yet")
	}
	m.later(t)
	return m.people[rapid.IntRange(0, len(m.people)-1).Draw(t, "person")]
}

// expect notes a mail that must come, unless nothing may be sent there.
func (m *machine) expect(kind mailer.Kind, to mailer.Address) {
	if !m.silent[to] {
		m.mails = append(m.mails, string(kind)+" to "+to.String())
	}
}

func (m *machine) enrolSomewhat(t *rapid.T) {
	m.later(t)
	words := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"go", "rust", "java", "c++"}), 1, 3, rapid.ID).Draw(t, "words")
	var wanted []subscribers.Alert
	for _, word := range words {
		wanted = append(wanted, asks(word))
	}
	s := janes(t, wanted...)
	s.Address = rapid.SampledFrom(m.places).Draw(t, "address")
	done := enrol(t, m.bench, s, m.now)
	p := m.living(s.Address)
	if p == nil && !m.silent[s.Address] {
		p = &model{id: done.ID, at: s.Address, state: subscribers.StatePending, from: map[string]alerts.Seq{}}
		m.people = append(m.people, p)
	}
	if p == nil || p.barred() {
		if done != (Enrolled{}) {
			t.Fatalf("a signup of a suppressed address led to %+v", done)
		}
		return
	}
	if done.ID != p.id {
		t.Fatalf("a signup at %s went to %s, want %s", s.Address, done.ID, p.id)
	}
	if p.enrol(words, m.now) {
		m.expect(mailer.KindConfirm, p.at)
	}
}

func (m *machine) confirmIt(t *rapid.T) {
	p := m.somebody(t)
	if p.link == "" {
		t.Skip("no link was mailed")
	}
	_, err := m.Confirm(t.Context(), p.id, p.link, subscribers.ViaButton, m.now)
	ok := p.last == p.link && p.state != subscribers.StateLeft
	if !ok && p.confirm(m.offer.head, m.now) {
		ok = true
		m.expect(mailer.KindWelcome, p.at)
	}
	if ok != (err == nil) {
		t.Fatalf("Confirm: %v, want success %v", err, ok)
	}
}

func (m *machine) change(t *rapid.T, p *model, c subscribers.Change) bool {
	_, err := m.Change(t.Context(), p.id, c, m.now)
	if ok := p.confirmed(); ok != (err == nil) || !ok && !errors.Is(err, subscribers.ErrState) {
		t.Fatalf("Change of a %s subscriber: %v", p.state, err)
	}
	return err == nil
}

func (m *machine) changeFilter(t *rapid.T) {
	p := m.somebody(t)
	word := "word" + strconv.Itoa(int(m.offer.head))
	wanted, at := slices.Clone(stored(t, m.bench, p.id).Alerts), 0
	if len(wanted) > 0 {
		at = rapid.IntRange(0, len(wanted)-1).Draw(t, "alert")
		wanted[at].Filter.Query = word
	}
	if m.change(t, p, subscribers.Change{Alerts: &wanted}) {
		p.words[at] = word
		p.start(m.offer.head, []string{word})
	}
}

func (m *machine) pauseOrNot(t *rapid.T, pause bool) {
	p := m.somebody(t)
	if !m.change(t, p, subscribers.Change{Pause: &pause}) {
		return
	}
	if p.state == subscribers.StatePaused && !pause {
		p.start(m.offer.head, p.words)
	}
	p.state = subscribers.StateActive
	if pause {
		p.state = subscribers.StatePaused
	}
}

func (m *machine) leaveOneOrAll(t *rapid.T, one bool) {
	p := m.somebody(t)
	sub := stored(t, m.bench, p.id)
	alert, word := "", ""
	if one && len(sub.Alerts) > 0 && p.confirmed() {
		a := rapid.SampledFrom(sub.Alerts).Draw(t, "alert")
		alert, word = a.ID, a.Filter.Query
	}
	must(t, m.Leave(t.Context(), p.id, alert, subscribers.ViaOneClick, m.now))
	p.leave(word)
}

func (m *machine) askForLink(t *rapid.T) {
	p := m.somebody(t)
	must(t, m.SendManageLink(t.Context(), p.id, m.now))
	m.linkTo(p)
}

// linkTo is what asking for a manage link leads to.
func (m *machine) linkTo(p *model) {
	if !p.barred() && m.now.Sub(p.linked) >= 10*time.Minute {
		p.linked = m.now
		m.expect(mailer.KindManage, p.at)
	}
}

func (m *machine) check(t *rapid.T) {
	m.deliver(t)
	for _, at := range m.places {
		id, err := m.store.Find(t.Context(), m.store.Hash(at))
		switch p := m.living(at); {
		case p == nil && !errors.Is(err, subscribers.ErrNotFound):
			t.Fatalf("nobody lives at %s, but it leads to %s, %v", at, id, err)
		case p != nil && (err != nil || id != p.id):
			t.Fatalf("%s leads to %s, %v; want %s", at, id, err, p.id)
		}
	}
	for _, p := range m.people {
		m.checkOne(t, p)
	}
}

func (m *machine) checkOne(t *rapid.T, p *model) {
	got := stored(t, m.bench, p.id)
	if got.State != p.state || (got.Proposal != nil) != (p.waits != nil) {
		t.Fatalf("state %s, waiting signup %v; the model has %s, %v", got.State, got.Proposal, p.state, p.waits)
	}
	if got.Address != p.at || (got.Moving != nil) != (p.wish != nil) {
		t.Fatalf("at %s, waiting move %v; the model has %s, %v", got.Address, got.Moving, p.at, p.wish)
	}
	ids := map[string]bool{}
	for i, a := range got.Alerts {
		ids[a.ID] = true
		if i >= len(p.words) || a.Filter.Query != p.words[i] || got.Cursor(a.ID) != p.from[p.words[i]] {
			t.Fatalf("alert %d is %q from %d; the model has %v from %v", i, a.Filter.Query, got.Cursor(a.ID), p.words, p.from)
		}
	}
	if len(got.Alerts) != len(p.words) || len(ids) != len(p.words) || len(got.Cursors()) != len(p.words) {
		t.Fatalf("%d alerts, %d ids, cursors %v; the model has %v", len(got.Alerts), len(ids), got.Cursors(), p.words)
	}
	heard, err := m.store.Heard(t.Context(), p.id)
	must(t, err)
	for _, job := range p.heard {
		if !heard[job] {
			t.Fatalf("it is forgotten that they have heard of %s; known are %v", job, heard)
		}
	}
}

func TestTheDeskDoesWhatTheModelDoes(t *testing.T) {
	b := newBench(redistest.Embedded(t))
	m := &machine{bench: b, places: places(t, b)}
	rapid.Check(t, func(t *rapid.T) {
		m.reset(t)
		t.Repeat(map[string]func(*rapid.T){
			"":             m.check,
			"enrol":        m.enrolSomewhat,
			"confirm":      m.confirmIt,
			"filter":       m.changeFilter,
			"pause":        func(t *rapid.T) { m.pauseOrNot(t, true) },
			"resume":       func(t *rapid.T) { m.pauseOrNot(t, false) },
			"leave one":    func(t *rapid.T) { m.leaveOneOrAll(t, true) },
			"leave":        func(t *rapid.T) { m.leaveOneOrAll(t, false) },
			"link":         m.askForLink,
			"serve":        m.serve,
			"move":         m.wishToMove,
			"confirm move": m.confirmMove,
			"erase":        m.erase,
			"return":       m.comesBack,
			"suppress":     m.suppressed,
			"week":         m.week,
		})
	})
}
