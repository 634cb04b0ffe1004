package limit

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"jobalertd/mailer"
)

// By is what there can be too many signups, or questions, of.
type By string

// The brakes, in the order in which they are asked.
const (
	ByIP      By = "ip"      // from one IP address
	ByDomain  By = "domain"  // for addresses of one domain
	ByAddress By = "address" // for one mail address

	ByQuestions By = "questions" // what a filter would find, from one IP address
)

// Config is how many signups an hour each brake lets through, and how many questions from one IP address
// what a filter would find; 0 for any number.
type Config struct{ PerIP, PerDomain, PerAddress, Questions int }

// Brakes counts signups and questions. It is safe for concurrent use.
type Brakes struct {
	redis   redis.UniversalClient
	cfg     Config
	mac     mailer.MAC
	metrics *metrics
}

// New makes brakes with a secret that keeps what is counted from whoever reads Redis. The
// registerer may be nil.
func New(cfg Config, client redis.UniversalClient, secret []byte, reg prometheus.Registerer) *Brakes {
	return &Brakes{redis: client, cfg: cfg, mac: mailer.NewMAC(secret), metrics: newMetrics(reg)}
}

// Refusal says which brake let something not through, and when to come back. The zero value is none.
type Refusal struct {
	By   By
	Wait time.Duration
}

// brake is one brake with what it is asked about.
type brake struct {
	by      By
	perHour int
	what    string
}

// Take counts a signup, and tells whether it is one too many.
func (b *Brakes) Take(ctx context.Context, ip netip.Addr, address mailer.Address, now time.Time) (Refusal, error) {
	refusal, err := b.ask(ctx, now,
		brake{ByIP, b.cfg.PerIP, network(ip)}, brake{ByDomain, b.cfg.PerDomain, address.Domain()}, brake{ByAddress, b.cfg.PerAddress, address.Key()})
	if refusal.By != "" {
		b.metrics.braked.WithLabelValues(string(refusal.By)).Inc()
	}
	return refusal, err
}

// Question counts a question what a filter would find, and tells whether it is one too many.
func (b *Brakes) Question(ctx context.Context, ip netip.Addr, now time.Time) (Refusal, error) {
	refusal, err := b.ask(ctx, now, brake{ByQuestions, b.cfg.Questions, network(ip)})
	if refusal.By != "" {
		b.metrics.previews.Inc()
	}
	return refusal, err
}

// ask counts something against brakes, up to the first that refuses it.
func (b *Brakes) ask(ctx context.Context, now time.Time, brakes ...brake) (Refusal, error) {
	var asked []By
	var keys []string
	args := []any{now.UnixMilli()}
	for _, one := range brakes {
		if one.perHour <= 0 || one.what == "" {
			continue
		}
		asked = append(asked, one.by)
		keys = append(keys, brakeKey(one.by, b.hash(string(one.by), one.what)))
		args = append(args, time.Hour.Milliseconds()/int64(one.perHour), time.Hour.Milliseconds())
	}
	if len(keys) == 0 {
		return Refusal{}, nil
	}
	found, err := take.Run(ctx, b.redis, keys, args...).Int64Slice()
	if err != nil {
		return Refusal{}, fmt.Errorf("asking the brakes: %w", err)
	}
	if found[0] == 0 {
		return Refusal{}, nil
	}
	return Refusal{By: asked[found[0]-1], Wait: time.Duration(found[1]) * time.Millisecond}, nil
}

// IPHash is the keyed hash of an IP address, for the record of a consent; empty for none.
func (b *Brakes) IPHash(ip netip.Addr) string {
	if !ip.IsValid() {
		return ""
	}
	return hex.EncodeToString(b.hash("consent", ip.String()))
}

func (b *Brakes) hash(use, what string) []byte {
	return b.mac.Sum([]byte(use + "\x00" + what))[:16]
}

// network is what an IP address counts as; nothing where it is not known.
func network(ip netip.Addr) string {
	switch {
	case !ip.IsValid():
		return ""
	case ip.Is4():
		return ip.String()
	}
	return netip.PrefixFrom(ip.WithZone(""), 64).Masked().String()
}
