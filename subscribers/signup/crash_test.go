package signup

import (
	"testing"
	"time"

	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/subscribers"
)

// useCase is something a person does, and how it must have ended.
type useCase struct {
	name string
	// prepare makes the state before, do is done, cut anywhere, and then done again; check looks.
	prepare func(*testing.T, *bench) Enrolled
	do      func(*testing.T, *bench, Enrolled) error
	state   subscribers.State
	alerts  map[string]string
	owed    []mailer.Kind
}

func useCases() []useCase {
	nothing := func(*testing.T, *bench) Enrolled { return Enrolled{} }
	enrolled := func(t *testing.T, b *bench) Enrolled { return enrol(t, b, janes(t, asks("go")), start()) }
	subscribed := func(t *testing.T, b *bench) Enrolled {
		sub := active(t, b, "go", "rust")
		b.offer.head = 200
		return Enrolled{ID: sub.ID}
	}
	paused := func(t *testing.T, b *bench) Enrolled {
		e := subscribed(t, b)
		pause(t, b, e.ID, true, time.Time{})
		return e
	}
	change := func(change func(*subscribers.Subscriber) subscribers.Change) func(*testing.T, *bench, Enrolled) error {
		return func(t *testing.T, b *bench, e Enrolled) error {
			sub, err := b.Get(t.Context(), e.ID)
			if err != nil {
				return err
			}
			_, err = b.Change(t.Context(), e.ID, change(sub), start())
			return err
		}
	}
	leave := func(alert string) func(*testing.T, *bench, Enrolled) error {
		return func(t *testing.T, b *bench, e Enrolled) error {
			return b.Leave(t.Context(), e.ID, alert, subscribers.ViaOneClick, start())
		}
	}
	both := map[string]string{"1": "go from 100", "2": "rust from 100"}
	return []useCase{
		{"sign up", nothing, func(t *testing.T, b *bench, _ Enrolled) error {
			_, err := b.Enrol(t.Context(), janes(t, asks("go")), start())
			return err
		}, subscribers.StatePending, map[string]string{}, []mailer.Kind{mailer.KindConfirm}},
		{"sign up once more", subscribed, func(t *testing.T, b *bench, _ Enrolled) error {
			_, err := b.Enrol(t.Context(), janes(t, asks("java")), start())
			return err
		}, subscribers.StateActive, both, []mailer.Kind{mailer.KindConfirm}},
		{"confirm", enrolled, func(t *testing.T, b *bench, e Enrolled) error {
			_, err := b.Confirm(t.Context(), e.ID, e.Proposal, subscribers.ViaButton, start())
			return err
		}, subscribers.StateActive, map[string]string{"1": "go from 100"}, []mailer.Kind{mailer.KindConfirm, mailer.KindWelcome}},
		{"change a filter", subscribed, change(func(sub *subscribers.Subscriber) subscribers.Change {
			sub.Alerts[0].Filter.Query = "java"
			return subscribers.Change{Alerts: &sub.Alerts}
		}), subscribers.StateActive, map[string]string{"1": "java from 200", "2": "rust from 100"}, nil},
		{"pause", subscribed, change(func(*subscribers.Subscriber) subscribers.Change {
			yes := true
			return subscribers.Change{Pause: &yes}
		}), subscribers.StatePaused, both, nil},
		{"resume", paused, change(func(*subscribers.Subscriber) subscribers.Change {
			no := false
			return subscribers.Change{Pause: &no}
		}), subscribers.StateActive, map[string]string{"1": "go from 200", "2": "rust from 200"}, nil},
		{"leave one alert", subscribed, leave("1"), subscribers.StateActive, map[string]string{"2": "rust from 100"}, nil},
		{"leave", subscribed, leave(""), subscribers.StateLeft, both, nil},
		{"ask for a fresh link", subscribed, func(t *testing.T, b *bench, e Enrolled) error {
			return b.SendManageLink(t.Context(), e.ID, start())
		}, subscribers.StateActive, both, []mailer.Kind{mailer.KindManage}},
		{"wish to move", subscribed, func(t *testing.T, b *bench, e Enrolled) error {
			return b.Move(t.Context(), e.ID, afar(t, b), start())
		}, subscribers.StateActive, both, []mailer.Kind{mailer.KindMove}},
		{"bounce", subscribed, func(t *testing.T, b *bench, e Enrolled) error {
			return b.Returned(t.Context(), string(e.ID), came(bounce.Hard, bounce.UserUnknown), start())
		}, subscribers.StateLeft, both, nil},
	}
}

func TestWhatIsCutAnywhereCanBeDoneAgain(t *testing.T) {
	for _, use := range useCases() {
		t.Run(use.name, func(t *testing.T) {
			client := redistest.Embedded(t)
			cutter := &redistest.Cutter{}
			client.AddHook(cutter)
			redistest.EveryCut(t, func(k int, after bool) bool {
				must(t, client.FlushAll(t.Context()).Err())
				b := newBench(client)
				e := use.prepare(t, b)
				cutter.Arm(k, after)
				err := use.do(t, b, e)
				cut := cutter.Disarm()
				if cut && err == nil {
					t.Errorf("cut at command %d (after: %v): success was told", k, after)
				}
				if err != nil {
					must(t, use.do(t, b, e))
				}
				id, err := b.store.Find(t.Context(), b.store.Hash(address(t, "jane@example.com")))
				must(t, err)
				stands(t, b, id, use.state, use.alerts)
				owes(t, b, use.owed...)
				if t.Failed() {
					t.Fatalf("cut at command %d (after: %v)", k, after)
				}
				return cut
			})
		})
	}
}
