package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"

	"jobalertd/alerts"
	"jobalertd/alerts/digest"
	"jobalertd/alerts/match"
	"jobalertd/alerts/normalize"
	"jobalertd/alerts/postings"
	"jobalertd/alerts/rates"
	"jobalertd/alerts/skill"
	"jobalertd/cmd/internal/app/bell"
	"jobalertd/cmd/internal/app/lease"
	"jobalertd/cmd/internal/app/mails"
	"jobalertd/cmd/internal/app/sending"
	"jobalertd/cmd/internal/config"
	"jobalertd/mailer"
	"jobalertd/mailer/bounce/intake"
	"jobalertd/mailer/deliver"
	"jobalertd/mailer/dkim"
	"jobalertd/mailer/outbox"
	"jobalertd/mailer/suppress"
	"jobalertd/mailer/ticket"
	"jobalertd/subscribers"
	"jobalertd/subscribers/compose"
	"jobalertd/subscribers/limit"
	"jobalertd/subscribers/privacy"
	"jobalertd/subscribers/roster"
	"jobalertd/subscribers/signup"
	"jobalertd/subscribers/store"
	"jobalertd/subscribers/token"
	"jobalertd/subscribers/transfer"
)

// makeRooms makes the rooms, from the right of the street to the left.
func (a *App) makeRooms(ctx context.Context) error {
	cfg := a.opts.Config
	masters, err := a.masters()
	if err != nil {
		return err
	}
	keys, err := deriveKeys(masters)
	if err != nil {
		return err
	}
	hasher := mailer.NewHasher(keys.address)
	shards, err := store.Layout(ctx, a.redis, cmp.Or(a.opts.Shards, store.DefaultShards), hasher)
	if err != nil {
		return err
	}
	a.bell = bell.New(a.redis, a.logger.With("component", "bell"))
	a.lease = lease.New(a.redis, a.opts.Lease, a.logger.With("component", "lease"), a.registry)
	a.schedule = newSchedule(a.logger.With("component", "cron"), a.metrics, a.tracer)

	a.Outbox = outbox.New(outbox.Config{Shards: shards, Sweep: a.opts.Sweep, Back: a.bell.Owed}, a.redis)
	a.Suppress = suppress.New(a.redis, shards, a.registry)
	if a.Rules, err = Rules(cfg.Alerts.RatesFile); err != nil {
		return err
	}
	a.normalizer = normalize.New(skill.Shipped())
	a.Log = postings.New(a.redis, a.registry)
	a.Window = postings.NewWindow(a.Log)
	a.Store = store.New(a.redis, shards, hasher, func(ctx context.Context, shard int, l mailer.Letter) {
		a.bell.Owed(shard)
		sending.Owed(ctx, a.logger, l)
		a.tracer.Owed(ctx, l)
	})
	a.Roster = roster.New(a.Store, a.newIndex, a.logger.With("component", "roster"), a.registry)
	a.Runner = digest.New(digest.Config{MaxJobs: cfg.Alerts.MaxJobs, Rules: a.Rules}, a.Window, a.Roster, a.registry)
	a.Desk = signup.New(a.Store, a.Suppress, offers{a})
	terms := subscribers.Terms{
		Unconfirmed: cfg.Retention.Unconfirmed, Left: cfg.Retention.Left,
		Reconfirm: cfg.Retention.Reconfirm, Answer: cfg.Retention.Answer,
	}
	a.Roster.Watch(terms)
	a.Keeper = privacy.New(terms, a.Store, a.Suppress, a.Roster, a.Log, a.registry)
	a.Transfer = transfer.New(a.Store, a.Suppress, a.Desk, a.Log)
	if a.tickets, err = ticket.New(keys.tickets); err != nil {
		return err
	}
	a.Intake = intake.New(a.Desk, a.tickets, a.registry, a.logger.With("component", "bounce"))
	a.Brakes = limit.New(limit.Config{PerIP: cfg.Limits.PerIP, PerDomain: cfg.Limits.PerDomain, PerAddress: cfg.Limits.PerAddress, Questions: cfg.Limits.Previews}, a.redis, keys.callers, a.registry)
	a.bell.OnPostings, a.bell.OnOwed = a.wake, a.Outbox.Ring
	a.bell.OnLease = a.lease.Vacant
	a.lease.Taken, a.lease.Given = a.begin, a.bell.Lease
	if a.Links, err = token.New(keys.tokens); err != nil {
		return err
	}
	return errors.Join(a.Outbox.Register(a.registry), a.makeMailer(), a.makePollers(), a.addJobs())
}

// sampleSize is from how many postings the index of filters learns what is common.
const sampleSize = 2_000

// newIndex makes the index of filters, which learns from the newest postings.
func (a *App) newIndex() *match.Index {
	jobs := a.Window.Newest(sampleSize)
	sample := make([]*match.Posting, len(jobs))
	for i, job := range jobs {
		sample[i] = job.Prepared()
	}
	return match.New(a.Rules, sample)
}

// begin is what a replica does that has just become the leader.
func (a *App) begin() {
	a.wake()
	select {
	case a.led <- struct{}{}:
	default:
	}
}

// makeMailer makes what turns letters into mails and sends them.
func (a *App) makeMailer() error {
	cfg := a.opts.Config
	renderer, err := mails.Renderer(cfg, func(l mailer.Letter) string {
		return a.tickets.Sign(ticket.Ticket{Letter: l.ID, Subscriber: l.Subscriber})
	}, a.registry, a.logger.With("component", "mail"))
	if err != nil {
		return err
	}
	composes := compose.Config{
		BaseURL: cfg.HTTP.BaseURL, UnsubscribeMailbox: cmp.Or(cfg.Mail.ReplyTo, cfg.Mail.From), Credit: creditOf, Rules: a.Rules,
	}
	if cfg.Bounce.Listen != "" {
		composes.UnsubscribeDomain = cfg.Mail.EnvelopeDomain()
	}
	a.Composer = compose.New(composes, a.Store, a.Suppress, a.Log, a.Links, renderer)
	if a.opts.Tool {
		return nil // commands send nothing
	}
	logger := a.logger.With("component", "delivery")
	deps := deliver.Deps{Registerer: a.registry, Logger: logger, Dial: a.opts.DialSMTP}
	if a.Pool, err = deliver.New(deliver.Config{Relays: sending.Relays(cfg), Domains: sending.Domains(cfg)}, deps); err != nil {
		return fmt.Errorf("mail.relays: %w", err)
	}
	keys, err := sending.Keys(cfg)
	if err != nil {
		return err
	}
	a.courier = deliver.NewCourier(deliver.CourierConfig{Workers: cfg.Delivery.Workers, InDoubt: deliver.DoubtPolicy(cfg.Delivery.InDoubt)},
		a.tracer.Outbox(a.Outbox), a.tracer.Composer(sending.Signing{Composer: a.Composer, Signer: dkim.New(keys...)}), a.Intake, a.Pool, deps)
	return nil
}

// Rules are the rules of matching with the exchange rates of a file, or the shipped ones.
func Rules(file config.File) (alerts.Rules, error) {
	if file.Path == "" {
		return alerts.Rules{}, nil
	}
	table, err := rates.Parse(bytes.NewReader(file.Data))
	if err != nil {
		return alerts.Rules{}, fmt.Errorf("alerts.rates_file: %s: %w", file.Path, err)
	}
	return alerts.Rules{Rates: table}, nil
}
