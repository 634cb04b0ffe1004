package status

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

const (
	// Interval is the usual time between two samples: that of Prometheus.
	Interval = 15 * time.Second
	// kept is how many samples are kept: an hour's.
	kept = int(time.Hour / Interval)
)

// measure is what to read from the metrics.
type measure struct {
	metric string
	where  map[string]string // labels that a series must have
	by     string            // the label that tells lines apart; "" for a single line
	// perMinute is for counters: what came on in a minute.
	perMinute bool
	// age is for moments: the seconds since; never for one that has not come yet.
	age bool
}

// never is the age of what has not happened.
const never = -1

// History remembers measures for an hour.
type History struct {
	gatherer prometheus.Gatherer
	interval time.Duration

	mu    sync.Mutex
	lines map[string]map[string][]float64 // by measure and by line; the newest last
	last  map[string]map[string]float64   // of counters: what they stood at
}

// NewHistory makes a History of what the gatherer holds, with a sample each interval.
func NewHistory(gatherer prometheus.Gatherer, interval time.Duration) *History {
	return &History{gatherer: gatherer, interval: interval, lines: map[string]map[string][]float64{}, last: map[string]map[string]float64{}}
}

// Run takes samples until ctx ends.
func (h *History) Run(ctx context.Context) error {
	tick := time.NewTicker(h.interval)
	defer tick.Stop()
	for {
		h.sample()
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// sample adds what the metrics say now.
func (h *History) sample() {
	families, err := h.gatherer.Gather()
	if err != nil && len(families) == 0 {
		return // /metrics reports it
	}
	byName := map[string]*dto.MetricFamily{}
	for _, f := range families {
		byName[f.GetName()] = f
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range measures() {
		h.add(m, read(byName[m.metric], m))
	}
}

// add appends one value to each line of a measure. A counter's first value only says where it stood.
func (h *History) add(m measure, values map[string]float64) {
	key := m.key()
	if h.lines[key] == nil {
		h.lines[key] = map[string][]float64{}
	}
	before := h.last[key]
	h.last[key] = values
	for name, value := range values {
		switch {
		case m.age && value == 0:
			value = never
		case m.age:
			value = float64(time.Now().Unix()) - value
		}
		if m.perMinute {
			stood, known := before[name]
			if !known && before == nil {
				stood = value // the program ran before the page did
			}
			value = max(0, value-stood) * float64(time.Minute) / float64(h.interval)
		}
		line := append(h.lines[key][name], value)
		h.lines[key][name] = line[max(0, len(line)-kept):]
	}
	maps.DeleteFunc(h.lines[key], func(name string, _ []float64) bool { _, there := values[name]; return !there })
}

// line is one series as the page shows it.
type line struct {
	Name   string
	Values []float64
}

// Now is the newest value; 0 where there is none.
func (l line) Now() float64 {
	if len(l.Values) == 0 {
		return 0
	}
	return l.Values[len(l.Values)-1]
}

// read is the lines of a measure by name.
func (h *History) read(m measure) []line {
	h.mu.Lock()
	defer h.mu.Unlock()
	lines := h.lines[m.key()]
	var all []line
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		all = append(all, line{name, slices.Clone(lines[name])})
	}
	return all
}

// key names a measure among the others.
func (m measure) key() string {
	key := m.metric + " by " + m.by
	for _, label := range slices.Sorted(maps.Keys(m.where)) {
		key += " " + label + "=" + m.where[label]
	}
	return key
}

// read sums the series of a family that the measure wants, by line.
func read(family *dto.MetricFamily, m measure) map[string]float64 {
	values := map[string]float64{}
	for _, series := range family.GetMetric() {
		labels := map[string]string{}
		for _, pair := range series.GetLabel() {
			labels[pair.GetName()] = pair.GetValue()
		}
		wanted := true
		for name, value := range m.where {
			wanted = wanted && labels[name] == value
		}
		if wanted {
			values[labels[m.by]] += number(series)
		}
	}
	return values
}

// number is a series' value; of a histogram, how many it has counted.
func number(series *dto.Metric) float64 {
	switch {
	case series.Gauge != nil:
		return series.GetGauge().GetValue()
	case series.Counter != nil:
		return series.GetCounter().GetValue()
	case series.Histogram != nil:
		return float64(series.GetHistogram().GetSampleCount())
	}
	return 0
}
