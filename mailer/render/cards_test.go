package render

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render/layout"
)

func TestKeptJobsAreTheBytesThatWouldBeWritten(t *testing.T) {
	shared := renderer(t, config(t))
	texts := hostile()
	rapid.Check(t, func(rt *rapid.T) {
		m := sample(t, rapid.SampledFrom([]mailer.Kind{mailer.KindDigest, mailer.KindAlert, mailer.KindWelcome}).Draw(rt, "kind"))
		m.Locale = rapid.SampledFrom(locale.All()).Draw(rt, "locale").String()
		m.Jobs = nil
		word := rapid.SampledFrom(texts)
		for range rapid.IntRange(1, 4).Draw(rt, "jobs") {
			j := rapid.SampledFrom(sampleJobs()).Draw(rt, "job")
			j.Facts, j.AlsoAt = slices.Clone(j.Facts), slices.Clone(j.AlsoAt)
			switch rapid.IntRange(0, 7).Draw(rt, "change") {
			case 0:
				j.Title = word.Draw(rt, "title")
			case 1:
				j.Company = word.Draw(rt, "company")
			case 2:
				j.URL = word.Draw(rt, "url")
			case 3:
				j.Facts = append(j.Facts, word.Draw(rt, "fact"))
			case 4:
				j.Posted = j.Posted.AddDate(0, 0, -1)
			case 5:
				j.Credit, j.AlsoAt = word.Draw(rt, "credit"), nil
			case 6:
				j.Why = word.Draw(rt, "why")
			}
			m.Jobs = append(m.Jobs, j)
		}
		kept, err := shared.Render(m)
		if err != nil {
			rt.Fatal(err)
		}
		alone, err := renderer(t, config(t)).Render(m)
		if err != nil {
			rt.Fatal(err)
		}
		if !bytes.Equal(kept.Bytes(), alone.Bytes()) {
			rt.Fatalf("the kept jobs give\n%s\nand new ones\n%s", kept.Bytes(), alone.Bytes())
		}
	})
}

func TestJobsThatDifferInAnyFieldHaveDifferentFingerprints(t *testing.T) {
	base := Job{Title: "a", Company: "b"}
	prints := map[print]Job{}
	for _, j := range []Job{
		base, {Title: "ab"}, {Title: "a", URL: "b"}, {Title: "a", Company: "b", Place: "c"}, {Title: "a", Company: "b", Pay: "c"},
		{Title: "a", Company: "b", Credit: "c"}, {Title: "a", Company: "b", Facts: []string{"c"}}, {Title: "a", Company: "b", AlsoAt: []string{"c"}},
		{Title: "a", Company: "b", Facts: []string{"c", "d"}}, {Title: "a", Company: "b", Facts: []string{"cd"}}, {Title: "a", Company: "b", Posted: sampleJobs()[0].Posted},
	} {
		if twin, taken := prints[fingerprint(j)]; taken {
			t.Errorf("%+v and %+v are taken for the same job", twin, j)
		}
		prints[fingerprint(j)] = j
	}
	why := base
	why.Why = "for you"
	if fingerprint(why) != fingerprint(base) {
		t.Error("a job is kept for each reader")
	}
}

func TestAJobThatIsAskedForAgainIsWrittenOnce(t *testing.T) {
	c, written := newCards(), 0
	get := func(job string) {
		_, err := c.get(cardKey{reason: job}, func() (layout.Fragment, error) {
			written++
			return layout.Fragment{Size: 1}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 * maxCards {
		get(fmt.Sprint("job ", i))
		get("in every digest")
	}
	if written != 3*maxCards+1 {
		t.Errorf("%d jobs were written, want each once", written)
	}
}

func TestManyReadersShareARenderer(t *testing.T) {
	r := renderer(t, config(t))
	want, err := renderer(t, config(t)).Render(sample(t, mailer.KindDigest))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got, err := r.Render(sample(t, mailer.KindDigest)); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
					t.Errorf("a mail differs: %v", err)
				}
			}
		})
	}
	wg.Wait()
}

// digestOfTen is a digest of ten jobs.
func digestOfTen(b *testing.B) Mail {
	m := sample(b, mailer.KindDigest)
	for i := len(m.Jobs); i < 10; i++ {
		j := sampleJobs()[i%4]
		j.Title = fmt.Sprint(j.Title, " ", i)
		m.Jobs = append(m.Jobs, j)
	}
	return m
}

// BenchmarkDigest tells how much cheaper a digest of ten jobs is once its jobs have been written.
func BenchmarkDigest(b *testing.B) {
	m := digestOfTen(b)
	perOp := map[string]float64{}
	run := func(name string, before func(*Renderer)) {
		b.Run(name, func(b *testing.B) {
			r := renderer(b, config(b))
			b.ReportAllocs()
			for b.Loop() {
				before(r)
				if _, err := r.Render(m); err != nil {
					b.Fatal(err)
				}
			}
			perOp[name] = float64(b.Elapsed()) / float64(b.N)
			if name == "kept" && perOp["new"] > 0 {
				b.ReportMetric(perOp["new"]/perOp["kept"], "times-faster")
			}
		})
	}
	run("new", func(r *Renderer) { r.cards, r.whys = newCards(), newCards() })
	run("kept", func(*Renderer) {})
}
