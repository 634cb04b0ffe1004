package signup

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jobalertd/alerts/digest"
	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/bounce/intake"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
)

// places is where people live: two addresses in one shard and two in others.
func places(t *testing.T, b *bench) []mailer.Address {
	t.Helper()
	return []mailer.Address{
		address(t, "jane@example.com"), addressIn(t, b, true), addressIn(t, b, false), address(t, "joe@example.net"),
	}
}

// deliver sends every letter that is owed, as the sender would, and compares it with what must come.
func (m *machine) deliver(t *rapid.T) {
	var came []string
	for _, l := range append(letters(t, m.bench), inLane(t, m.bench, mailer.KindAlert)...) {
		sub := stored(t, m.bench, subscribers.ID(l.Subscriber))
		to := sub.Recipient(l.Kind)
		if suppressedFor(t, m.bench, to) != "" {
			continue
		}
		came = append(came, string(l.Kind)+" to "+to.String())
		m.read(t, l, to)
	}
	forget(t, m.bench)
	slices.Sort(came)
	slices.Sort(m.mails)
	if !slices.Equal(came, m.mails) {
		t.Fatalf("mails that came: %q; want %q", came, m.mails)
	}
	m.mails = nil
}

// read keeps the links of a mail. Nothing but a question may come to where nobody has said yes.
func (m *machine) read(t *rapid.T, l mailer.Letter, to mailer.Address) {
	p := m.who(l.Subscriber)
	if p == nil {
		t.Fatalf("%s has a letter %q, and is unknown", l.Subscriber, l.Kind)
	}
	switch l.Kind {
	case mailer.KindConfirm:
		p.link = l.Proposal
	case mailer.KindMove:
		p.moves = append(p.moves, wish{id: l.Proposal, to: to})
		p.wish.id = l.Proposal
	case mailer.KindManage: // the answer to who asked for it
	default:
		if !p.proof || to != p.at && to != p.moved.from {
			t.Fatalf("a letter %q came to %s, where nobody has said yes", l.Kind, to)
		}
	}
}

func (m *machine) who(id string) *model {
	for _, p := range m.people {
		if string(p.id) == id {
			return p
		}
	}
	return nil
}

// serve lets an alert tell of the newest posting.
func (m *machine) serve(t *rapid.T) {
	p := m.somebody(t)
	if len(p.words) == 0 {
		t.Skip("no alerts")
	}
	n := rapid.IntRange(0, len(p.words)-1).Draw(t, "alert")
	sub := stored(t, m.bench, p.id)
	alert, job := sub.Alerts[n].ID, fmt.Sprintf("job:%d", m.offer.head)
	served, err := m.store.Serve(t.Context(), m.store.Hash(sub.Address), digest.Serving{
		Subscriber: string(p.id), Alert: alert, From: sub.Cursor(alert), To: m.offer.head, Shared: len(p.words) > 1,
		Announced: []digest.Announced{{Seq: m.offer.head, Posting: job}},
		Letter:    &mailer.Letter{ID: job + alert, Kind: mailer.KindAlert, Subscriber: string(p.id), Alert: alert, Owed: m.now},
	})
	must(t, err)
	ok := p.state == subscribers.StateActive && !p.barred()
	if ok != (served.Result == digest.ResultServed) {
		t.Fatalf("an alert of a %s subscriber (suppressed: %v) was served: %v", p.state, p.dead, served)
	}
	if !ok {
		return
	}
	m.expect(mailer.KindAlert, p.at)
	p.from[p.words[n]] = m.offer.head
	if len(p.words) > 1 {
		p.heard = append(p.heard, job)
	}
}

// wishToMove is answered alike wherever to, and only ever mails the address in question.
func (m *machine) wishToMove(t *rapid.T) {
	p := m.somebody(t)
	if !p.confirmed() && rapid.Bool().Draw(t, "try another") {
		t.Skip("mostly they have alerts")
	}
	to := rapid.SampledFrom(m.places).Draw(t, "to")
	err := m.Move(t.Context(), p.id, to, m.now)
	if !p.confirmed() {
		if !errors.Is(err, subscribers.ErrState) {
			t.Fatalf("Move of a %s subscriber: %v", p.state, err)
		}
		return
	}
	if err != nil {
		t.Fatalf("Move to %s, suppressed: %v, taken: %v: %v", to, m.silent[to], m.living(to) != nil, err)
	}
	if to == p.at || !p.moved.at.IsZero() && m.now.Sub(p.moved.at) < 24*time.Hour {
		return
	}
	next := wish{to: to, at: m.now, mails: 1, since: m.now}
	if p.wish != nil && m.now.Sub(p.wish.since) < 24*time.Hour {
		next.mails, next.since = p.wish.mails+1, p.wish.since
	}
	if next.mails > 3 {
		return
	}
	p.wish = &next
	m.expect(mailer.KindMove, to)
}

// confirmMove presses the button of any mail about a move that ever came.
func (m *machine) confirmMove(t *rapid.T) {
	p := m.somebody(t)
	if len(p.moves) == 0 {
		t.Skip("no mail about a move came")
	}
	link := rapid.SampledFrom(p.moves).Draw(t, "link")
	_, err := m.Confirm(t.Context(), p.id, link.id, subscribers.ViaButton, m.now)
	if want := m.arrives(p, link); !errors.Is(err, want) {
		t.Fatalf("confirming a move to %s: %v, want %v", link.to, err, want)
	}
}

// arrives is what becomes of a move that is confirmed.
func (m *machine) arrives(p *model, link wish) error {
	switch other := m.living(link.to); {
	case p.last == link.id && p.state != subscribers.StateLeft:
		return nil
	case p.wish == nil || p.wish.id != link.id || m.now.Sub(p.wish.at) > 7*24*time.Hour:
		return subscribers.ErrExpired
	case m.silent[link.to]:
		return subscribers.ErrSuppressed
	case other != nil && other.state == subscribers.StatePending:
		if other.waits != nil && other.mayAsk(m.now) {
			other.asked, other.mailed = m.now, true
			m.expect(mailer.KindConfirm, other.at)
		}
		return subscribers.ErrTaken
	case other != nil:
		m.linkTo(other)
		return subscribers.ErrTaken
	}
	m.expect(mailer.KindMoved, p.at)
	p.moved = wish{id: link.id, from: p.at, at: m.now}
	p.at, p.wish, p.last, p.dead = link.to, nil, link.id, false
	p.strange = m.store.Hash(p.at).Shard(shards) != p.id.Shard(shards)
	return nil
}

// erase makes everybody forget a person; their addresses can be somebody's anew.
func (m *machine) erase(t *rapid.T) {
	p := m.somebody(t)
	if gone, err := m.store.Erase(t.Context(), stored(t, m.bench, p.id).Subscriber); !gone || err != nil {
		t.Fatalf("erased: %v, %v", gone, err)
	}
	m.people = slices.DeleteFunc(m.people, func(other *model) bool { return other == p })
	for _, link := range p.moves {
		if _, err := m.Confirm(t.Context(), p.id, link.id, subscribers.ViaButton, m.now); !errors.Is(err, subscribers.ErrNotFound) {
			t.Fatalf("who was erased moves: %v", err)
		}
	}
}

// comesBack lets a mail bounce, or somebody complain of one, at an address that the person has, had or wishes for.
func (m *machine) comesBack(t *rapid.T) {
	if rapid.IntRange(0, 4).Draw(t, "seldom") > 0 {
		t.Skip("mostly mail arrives")
	}
	p := m.somebody(t)
	where := []mailer.Address{p.at}
	if !p.moved.at.IsZero() {
		where = append(where, p.moved.from)
	}
	if p.wish != nil && m.now.Sub(p.wish.at) < 7*24*time.Hour {
		where = append(where, p.wish.to)
	}
	at := rapid.SampledFrom(where).Draw(t, "where")
	complaint := rapid.Bool().Draw(t, "complaint")
	e := intake.Event{Report: bounce.Report{Verdict: bounce.Hard, Reason: bounce.UserUnknown, Recipient: at.String()}, At: m.now}
	if complaint {
		e.Verdict, e.Reason = bounce.Complaint, bounce.Abuse
	}
	must(t, m.Returned(t.Context(), string(p.id), e, m.now))
	switch {
	case at == p.at:
		m.silence(at)
		p.leave("")
	case !complaint: // another address costs nobody their alerts
	case p.wish != nil && p.wish.to == at:
		m.silence(at)
	default:
		p.leave("")
	}
}

// suppressed is an operator who wants an address not to be written to; nobody leaves by that.
func (m *machine) suppressed(t *rapid.T) {
	if rapid.IntRange(0, 2).Draw(t, "seldom") > 0 {
		t.Skip("operators seldom do")
	}
	at := rapid.SampledFrom(m.places).Draw(t, "address")
	must(t, m.suppress.Add(t.Context(), m.store.Hash(at), suppress.ReasonOperator, m.now))
	m.silence(at)
}

// week goes by, and what waited for a confirmation has waited too long.
func (m *machine) week(t *rapid.T) {
	if rapid.IntRange(0, 4).Draw(t, "seldom") > 0 {
		t.Skip("mostly people are faster")
	}
	m.now = m.now.Add(7*24*time.Hour + time.Minute)
}

func (m *machine) silence(at mailer.Address) {
	m.silent[at] = true
	if p := m.living(at); p != nil {
		p.dead = true
	}
}
