package outbox

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// collector reads the outbox when it is scraped: its gauges are the same on every replica.
type collector struct {
	outbox  *Outbox
	letters *prometheus.Desc
	oldest  *prometheus.Desc
}

// scrapeTimeout bounds what a scrape waits for Redis.
const scrapeTimeout = 2 * time.Second

// Register offers the outbox's gauges:
//
//	jobalert_outbox_letters{state}       state: ready, in_hand, waiting, dead
//	jobalert_outbox_oldest_age_seconds
func (o *Outbox) Register(reg prometheus.Registerer) error {
	return reg.Register(&collector{
		outbox:  o,
		letters: prometheus.NewDesc("jobalert_outbox_letters", "Letters in the outbox.", []string{"state"}, nil),
		oldest:  prometheus.NewDesc("jobalert_outbox_oldest_age_seconds", "Age of the oldest letter that is not put off.", nil, nil),
	})
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.letters
	ch <- c.oldest
}

// Collect implements prometheus.Collector. While Redis is away there is nothing to tell.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	stats, err := c.outbox.Stats(ctx, time.Now())
	if err != nil {
		return
	}
	for state, n := range map[string]int64{"ready": stats.Ready, "in_hand": stats.InHand, "waiting": stats.Waiting, "dead": stats.Dead} {
		ch <- prometheus.MustNewConstMetric(c.letters, prometheus.GaugeValue, float64(n), state)
	}
	ch <- prometheus.MustNewConstMetric(c.oldest, prometheus.GaugeValue, stats.Oldest.Seconds())
}
