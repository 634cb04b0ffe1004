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
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/subscribers"
)

// model is one person as a reader of the design would expect them, without races or storage.
type model struct {
	state  subscribers.State // "" for nobody
	words  []string          // of the alerts, in order
	from   map[string]alerts.Seq
	waits  []string // words of the signup that waits
	wrote  int      // confirmation mails about it
	since  time.Time
	dead   bool
	mailed time.Time
	owed   []mailer.Kind
}

func (m *model) confirmed() bool {
	return m.state == subscribers.StateActive || m.state == subscribers.StatePaused
}

func (m *model) enrol(words []string, now time.Time) {
	if m.waits == nil || now.Sub(m.since) >= 24*time.Hour {
		m.wrote, m.since = 0, now
	}
	if m.wrote == 5 || m.dead {
		return
	}
	if m.state == "" {
		m.state = subscribers.StatePending
	}
	m.wrote++
	m.waits = words
	m.owed = append(m.owed, mailer.KindConfirm)
}

// confirm reports whether it may be done.
func (m *model) confirm(head alerts.Seq) bool {
	if m.waits == nil || m.dead {
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
	m.state, m.waits = subscribers.StateActive, nil
	m.owed = append(m.owed, mailer.KindWelcome)
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
	m.state, m.waits = subscribers.StateLeft, nil
}

// machine does at random to the desk and to the model what people do.
type machine struct {
	*bench
	model
	id       subscribers.ID
	proposal string
	now      time.Time
}

func newMachine(t *testing.T) *machine {
	return &machine{bench: newBench(redistest.Embedded(t)), model: model{from: map[string]alerts.Seq{}}, now: start()}
}

// later lets time pass and a posting come in.
func (m *machine) later(t *rapid.T) {
	m.now = m.now.Add(time.Duration(rapid.IntRange(2, 300).Draw(t, "minutes")) * time.Minute)
	m.offer.head++
}

func (m *machine) enrolSomewhat(t *rapid.T) {
	m.later(t)
	words := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"go", "rust", "java", "c++"}), 1, 3, rapid.ID).Draw(t, "words")
	var wanted []subscribers.Alert
	for _, word := range words {
		wanted = append(wanted, asks(word))
	}
	known := m.state != "" || !m.dead
	done, err := m.Enrol(t.Context(), janes(t, wanted...), m.now)
	must(t, err)
	m.model.enrol(words, m.now)
	if done.ID != "" && known {
		m.id, m.proposal = done.ID, done.Proposal
	}
}

func (m *machine) confirmIt(t *rapid.T) {
	m.later(t)
	_, err := m.Confirm(t.Context(), m.id, m.proposal, subscribers.ViaButton, m.now)
	again := m.waits == nil && m.confirmed()
	if ok := m.model.confirm(m.offer.head) || again; ok != (err == nil) {
		t.Fatalf("Confirm: %v, want success %v", err, ok)
	}
}

func (m *machine) change(t *rapid.T, c subscribers.Change) bool {
	_, err := m.Change(t.Context(), m.id, c, m.now)
	if ok := m.confirmed(); ok != (err == nil) || !ok && !errors.Is(err, subscribers.ErrState) {
		t.Fatalf("Change of a %s subscriber: %v", m.state, err)
	}
	return err == nil
}

func (m *machine) changeFilter(t *rapid.T) {
	m.later(t)
	sub, err := m.Get(t.Context(), m.id)
	must(t, err)
	word := "word" + strconv.Itoa(int(m.offer.head))
	wanted, at := slices.Clone(sub.Alerts), 0
	if len(wanted) > 0 {
		at = rapid.IntRange(0, len(wanted)-1).Draw(t, "alert")
		wanted[at].Filter.Query = word
	}
	if m.change(t, subscribers.Change{Alerts: &wanted}) {
		m.words[at] = word
		m.start(m.offer.head, []string{word})
	}
}

func (m *machine) pauseOrNot(t *rapid.T, pause bool) {
	m.later(t)
	if !m.change(t, subscribers.Change{Pause: &pause}) {
		return
	}
	if m.state == subscribers.StatePaused && !pause {
		m.start(m.offer.head, m.words)
	}
	m.state = subscribers.StateActive
	if pause {
		m.state = subscribers.StatePaused
	}
}

func (m *machine) leaveOneOrAll(t *rapid.T, one bool) {
	m.later(t)
	sub, err := m.Get(t.Context(), m.id)
	must(t, err)
	alert, word := "", ""
	if one && len(sub.Alerts) > 0 && m.confirmed() {
		a := rapid.SampledFrom(sub.Alerts).Draw(t, "alert")
		alert, word = a.ID, a.Filter.Query
	}
	must(t, m.Leave(t.Context(), m.id, alert, subscribers.ViaOneClick, m.now))
	m.model.leave(word)
}

func (m *machine) askForLink(t *rapid.T) {
	m.later(t)
	must(t, m.SendManageLink(t.Context(), m.id, m.now))
	if !m.dead && m.now.Sub(m.mailed) >= 10*time.Minute {
		m.mailed = m.now
		m.owed = append(m.owed, mailer.KindManage)
	}
}

func (m *machine) check(t *rapid.T) {
	owes(t, m.bench, m.owed...)
	if m.state == "" {
		return
	}
	got := stored(t, m.bench, m.id)
	if got.State != m.state || (got.Proposal != nil) != (m.waits != nil) {
		t.Fatalf("state %s, waiting signup %v; the model has %s, %v", got.State, got.Proposal, m.state, m.waits)
	}
	ids := map[string]bool{}
	for i, a := range got.Alerts {
		ids[a.ID] = true
		if i >= len(m.words) || a.Filter.Query != m.words[i] || got.Cursors[a.ID] != m.from[m.words[i]] {
			t.Fatalf("alert %d is %q from %d; the model has %v from %v", i, a.Filter.Query, got.Cursors[a.ID], m.words, m.from)
		}
	}
	if len(got.Alerts) != len(m.words) || len(ids) != len(m.words) || len(got.Cursors) != len(m.words) {
		t.Fatalf("%d alerts, %d ids, cursors %v; the model has %v", len(got.Alerts), len(ids), got.Cursors, m.words)
	}
}

func TestTheDeskDoesWhatTheModelDoes(t *testing.T) {
	m := newMachine(t)
	rapid.Check(t, func(t *rapid.T) {
		must(t, m.redis.FlushAll(t.Context()).Err())
		*m = machine{bench: m.bench, model: model{from: map[string]alerts.Seq{}}, now: start()}
		m.offer.head = 100
		known := func(do func(*rapid.T)) func(*rapid.T) {
			return func(t *rapid.T) {
				if m.state == "" {
					t.Skip("nobody is there yet")
				}
				do(t)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"":          m.check,
			"enrol":     m.enrolSomewhat,
			"confirm":   known(m.confirmIt),
			"filter":    known(m.changeFilter),
			"pause":     known(func(t *rapid.T) { m.pauseOrNot(t, true) }),
			"resume":    known(func(t *rapid.T) { m.pauseOrNot(t, false) }),
			"leave one": known(func(t *rapid.T) { m.leaveOneOrAll(t, true) }),
			"leave":     known(func(t *rapid.T) { m.leaveOneOrAll(t, false) }),
			"link":      known(m.askForLink),
			"bounce": known(func(t *rapid.T) {
				if rapid.IntRange(0, 4).Draw(t, "seldom") > 0 {
					t.Skip("mostly mail arrives")
				}
				must(t, m.Returned(t.Context(), string(m.id), came(bounce.Hard, bounce.UserUnknown), m.now))
				m.dead = true
				m.model.leave("")
			}),
		})
	})
}
