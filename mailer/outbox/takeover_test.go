package outbox

import (
	"testing"
	"testing/synctest"
	"time"

	"jobalertd/mailer/mailertest/redistest"
)

func TestATakeOverKeepsToItsLimitAndGoesOnAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := redistest.Bubble(t)
		dead, other := New(Config{Shards: 4}, client), New(Config{Shards: 4}, client)
		for n := range 12 {
			owe(t, dead, n%3, n)
		}
		for held := 0; held < 12; {
			held += len(claim(t, dead, 12))
		}
		time.Sleep(time.Minute)
		taken := map[string]bool{}
		for _, want := range []int{5, 5, 2, 0} {
			claims := claim(t, other, 5)
			if len(claims) != want {
				t.Errorf("took over %d letters, want %d of those that are left", len(claims), want)
			}
			for _, c := range claims {
				taken[c.Letter.ID] = true
			}
		}
		if len(taken) != 12 {
			t.Errorf("took over %d letters of 12", len(taken))
		}
	})
}

// Another outbox looks every second for what it can take over. A holder that lives renews its claim as a
// courier does: every 5 s, and after a failure every second.
func TestTheDeadAreTakenOverInTimeAndTheLivingNever(t *testing.T) {
	never := func(int) bool { return false }
	tests := []struct {
		name  string
		lives bool
		away  func(second int) bool // Redis
		from  int                   // when the other begins
		by    int                   // when it must have taken over
	}{
		{"the holder has died", false, never, 0, 28},
		{"the holder has died, and Redis fails now and then", false, func(s int) bool { return s%3 == 2 }, 0, 28},
		{"the holder has died, and so does Redis for a minute", false, func(s int) bool { return s > 2 && s < 62 }, 0, 62 + 20},
		{"the holder has died long before the other begins", false, never, 50, 50 + 20},
		{"the holder lives", true, never, 0, 0},
		{"the holder lives, and Redis fails now and then", true, func(s int) bool { return s%3 == 2 }, 0, 0},
		{"the holder lives, and Redis dies for a minute", true, func(s int) bool { return s > 2 && s < 62 }, 0, 0},
		{"the holder lives, and Redis dies as long as is overlooked", true, func(s int) bool { return s%20 > 4 && s%20 < 10 }, 0, 0},
		{"the holder lives, and the other begins as Redis comes back", true, func(s int) bool { return s > 2 && s < 62 }, 62, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, cutter := redistest.Bubble(t), &redistest.Cutter{}
				holder := New(Config{Shards: 2}, client)
				owe(t, holder, 1, 1)
				held := claim(t, holder, 1)
				client.AddHook(cutter)
				ask := func(second int, what func() error) error {
					if test.away(second) {
						cutter.Arm(1, false)
					}
					defer cutter.Disarm()
					return what()
				}
				var other *Outbox
				renew, taken := 5, 0
				for second := range 120 {
					if second == test.from {
						other = New(Config{Shards: 2}, client)
					}
					_ = ask(second, func() error {
						if other == nil || taken > 0 {
							return nil
						}
						claims, err := other.Claim(t.Context(), 10)
						if len(claims) > 0 {
							taken = second
						}
						return err
					})
					if test.lives && second >= renew && ask(second, func() error { return holder.Renew(t.Context(), held) }) == nil {
						renew = second + 5
					}
					time.Sleep(time.Second)
				}
				switch {
				case test.lives && taken > 0:
					t.Errorf("taken over after %d s, though its holder lives", taken)
				case !test.lives && (taken == 0 || taken > test.by):
					t.Errorf("taken over after %d s (0 is never), want it within %d s", taken, test.by)
				}
			})
		})
	}
}
