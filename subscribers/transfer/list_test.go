package transfer

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/alerts"
	"jobalertd/mailer/mailertest/redistest"
	"jobalertd/subscribers"
)

// active is people of another system, of whom everybody has confirmed.
func active(t testing.TB, n int) []Person {
	t.Helper()
	people := make([]Person, n)
	for i := range people {
		line := fmt.Sprintf(`{"email":"person%d@example.com","state":"active","time_zone":"Europe/Berlin","alerts":[{"cadence":{"every":"daily","hour":8},"filter":{"query":"golang"}}],
			"consent":{"confirmed_at":"2027-01-01T10:00:00Z","source":"jobs.example.com"}}`, i)
		var err error
		people[i], err = Decode([]byte(line), start())
		must(t, err)
	}
	return people
}

func TestAnImportThatWasCutOffGoesOnWhereItWas(t *testing.T) {
	const n = 300
	client, cutter := redistest.Embedded(t), &redistest.Cutter{}
	client.AddHook(cutter)
	in, people := install(client, "a key for tests"), active(t, n)
	cutter.Arm(2*n, false)
	through := 0
	counts, err := in.ImportAll(t.Context(), people, start(), func(n int) {
		if n != through+1 {
			t.Errorf("%d are through after %d", n, through)
		}
		through = n
	})
	if !cutter.Disarm() || err == nil || counts[ResultAdded] != through || through == 0 || through == n {
		t.Fatalf("cut off after %d of %d people, %v, %v", through, n, counts, err)
	}
	again, err := in.ImportAll(t.Context(), people, start(), func(int) {})
	must(t, err)
	if again[ResultAdded]+again[ResultKnown] != n || again[ResultKnown] < through {
		t.Errorf("the second time: %v, want everybody of whom %d are known", again, through)
	}
	third, err := in.ImportAll(t.Context(), people, start(), func(int) {})
	must(t, err)
	if diff := cmp.Diff(map[Result]int{ResultKnown: n}, third); diff != "" {
		t.Errorf("the third time (-want +got):\n%s", diff)
	}
	if got := len(in.list(t)); got != n {
		t.Errorf("%d of %d people are there", got, n)
	}
}

func TestOfSeveralLinesWithOneAddressTheFirstIsTaken(t *testing.T) {
	in := install(redistest.Embedded(t), "a key for tests")
	var people []Person
	for i, p := range active(t, 40) {
		p.Email = address(t, fmt.Sprint("twin", i/2))
		p.Alerts[0].Name = []string{"first", "second"}[i%2]
		people = append(people, p)
	}
	counts, err := in.ImportAll(t.Context(), people, start(), func(int) {})
	must(t, err)
	if diff := cmp.Diff(map[Result]int{ResultAdded: 20, ResultKnown: 20}, counts); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	must(t, in.Export(t.Context(), func(p Person) error {
		if p.Alerts[0].Name != "first" || p.State != subscribers.StateActive || p.Alerts[0].Cadence.Every != alerts.EveryDaily {
			t.Errorf("%+v", p)
		}
		return nil
	}))
}

// BenchmarkImport takes people in; the baseline is as many SETs of a record's size in one pipeline.
func BenchmarkImport(b *testing.B) {
	for _, list := range []bool{false, true} {
		b.Run(map[bool]string{false: "one by one", true: "the list"}[list], func(b *testing.B) {
			in, people := install(redistest.Server(b), "a key for tests"), active(b, b.N)
			b.ResetTimer()
			if list {
				_, err := in.ImportAll(b.Context(), people, start(), func(int) {})
				must(b, err)
				return
			}
			for _, p := range people {
				_, err := in.Import(b.Context(), p, start())
				must(b, err)
			}
		})
	}
	b.Run("pipelined SET", func(b *testing.B) {
		client, value := redistest.Server(b), make([]byte, 250)
		pipe := client.Pipeline()
		b.ResetTimer()
		for i := range b.N {
			pipe.Set(b.Context(), fmt.Sprint("person", i), value, 0)
			if i%500 == 499 || i == b.N-1 {
				_, err := pipe.Exec(b.Context())
				must(b, err)
			}
		}
	})
}
