package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"jobalertd/alerts/phrase"
	"jobalertd/cmd/internal/app"
	"jobalertd/cmd/internal/cli/console"
	"jobalertd/cmd/internal/cli/transfer"
	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/suppress"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
)

// subscribersCmd is `jobalertd subscribers`.
type subscribersCmd struct {
	Import   transfer.ImportCmd     `cmd:"" help:"Take in people of another system or installation, one JSON a line."`
	List     subscribersListCmd     `cmd:"" help:"List subscribers, without their addresses."`
	Show     subscribersShowCmd     `cmd:"" help:"Show what one subscriber asked for."`
	Export   subscribersExportCmd   `cmd:"" help:"Print everything that is kept about one person, or everybody, one JSON a line."`
	Leave    subscribersLeaveCmd    `cmd:"" help:"Unsubscribe one person from everything, as they asked by mail."`
	Erase    subscribersEraseCmd    `cmd:"" help:"Remove everything that is kept about one person."`
	Suppress subscribersSuppressCmd `cmd:"" help:"Never write to an address again, or lift that."`
}

type subscribersListCmd struct {
	console.ConfigFlag
	console.JSONFlag
}

// subscriberRow is one subscriber of a list.
type subscriberRow struct {
	ID      subscribers.ID    `json:"id"`
	State   subscribers.State `json:"state"`
	Alerts  int               `json:"alerts"`
	Zone    string            `json:"zone"`
	Created time.Time         `json:"created"`
}

// Run implements the command.
func (c *subscribersListCmd) Run(ctx context.Context, w *World) error {
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	var rows []subscriberRow
	for shard := range daemon.Store.Shards() {
		_, err := daemon.Store.Scan(ctx, shard, func(page []store.Stored) error {
			for _, s := range page {
				if s.Subscriber != nil {
					rows = append(rows, subscriberRow{s.ID, s.State, len(s.Alerts), s.Zone, s.CreatedAt})
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return console.Rows(w, c.JSONFlag, rows, []string{"ID", "STATE", "ALERTS", "ZONE", "CREATED"}, func(r subscriberRow) []string {
		return []string{string(r.ID), string(r.State), strconv.Itoa(r.Alerts), r.Zone, r.Created.UTC().Format(time.DateTime)}
	})
}

// person is the flags of a command about one subscriber, named by id or address.
type person struct {
	console.ConfigFlag
	Who string `arg:"" name:"WHO" help:"Id or address of the subscriber."`
}

// with finds the person and hands them to the command.
func (n person) with(ctx context.Context, w *World, do func(*app.App, subscribers.ID) error) error {
	daemon, err := n.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	id, err := n.find(ctx, daemon)
	if err != nil {
		return err
	}
	return do(daemon, id)
}

func (n person) find(ctx context.Context, daemon *app.App) (subscribers.ID, error) {
	if id, err := subscribers.ParseID(n.Who); err == nil {
		return id, nil
	}
	address, err := mailer.ParseAddress(n.Who)
	if err != nil {
		return "", console.UsageError(fmt.Sprintf("%q is neither a subscriber's id nor an address", n.Who))
	}
	return daemon.Store.Find(ctx, daemon.Store.Hash(address))
}

type subscribersShowCmd struct{ person }

// Run implements the command.
func (c *subscribersShowCmd) Run(ctx context.Context, w *World) error {
	return c.with(ctx, w, func(daemon *app.App, id subscribers.ID) error {
		sub, err := daemon.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		fmt.Fprintf(w.Stdout, "%s is %s, zone %s\n", sub.ID, sub.State, sub.Location())
		for _, a := range sub.Alerts {
			fmt.Fprintf(w.Stdout, "alert %s %q, %s\n", a.ID, a.Name, a.Cadence)
			for _, line := range phrase.Filter(locale.English, a.Filter) {
				fmt.Fprintln(w.Stdout, "  "+line)
			}
		}
		return nil
	})
}

type subscribersExportCmd struct {
	console.ConfigFlag
	Who string `arg:"" optional:"" name:"WHO" help:"Id or address of the subscriber. Without it: everybody, as jobalertd subscribers import takes them."`
}

// Run implements the command.
func (c *subscribersExportCmd) Run(ctx context.Context, w *World) error {
	if c.Who == "" {
		return transfer.ExportAll(ctx, w, c.ConfigFlag)
	}
	return person{c.ConfigFlag, c.Who}.with(ctx, w, func(daemon *app.App, id subscribers.ID) error {
		data, err := daemon.Keeper.Export(ctx, id)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w.Stdout, "%s\n", data)
		return err
	})
}

type subscribersEraseCmd struct{ person }

// Run implements the command.
func (c *subscribersEraseCmd) Run(ctx context.Context, w *World) error {
	return c.with(ctx, w, func(daemon *app.App, id subscribers.ID) error {
		if err := daemon.Keeper.Erase(ctx, id); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w.Stdout, "erased")
		return err
	})
}

type subscribersLeaveCmd struct{ person }

// Run implements the command.
func (c *subscribersLeaveCmd) Run(ctx context.Context, w *World) error {
	return c.with(ctx, w, func(daemon *app.App, id subscribers.ID) error {
		if err := daemon.Desk.Leave(ctx, id, "", subscribers.ViaOperator, time.Now()); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w.Stdout, "unsubscribed")
		return err
	})
}

type subscribersSuppressCmd struct {
	console.ConfigFlag
	Address string `arg:"" help:"The address."`
	Reason  string `default:"operator" enum:"bounce,unreachable,complaint,operator" help:"Why: ${enum}."`
	Show    bool   `xor:"do" help:"Only tell whether it is suppressed and why, or on how many days mail came back."`
	Lift    bool   `xor:"do" aliases:"remove" help:"Lift the suppression, and forget the bounces that led to it."`
}

// Run implements the command.
func (c *subscribersSuppressCmd) Run(ctx context.Context, w *World) error {
	address, err := mailer.ParseAddress(c.Address)
	if err != nil {
		return console.UsageError(err.Error())
	}
	daemon, err := c.Open(ctx, w)
	if err != nil {
		return err
	}
	defer daemon.Close()
	said, err := c.carryOut(ctx, daemon.Suppress, daemon.Store.Hash(address))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.Stdout, said)
	return err
}

// carryOut does what was asked for and says what came of it.
func (c *subscribersSuppressCmd) carryOut(ctx context.Context, set *suppress.Set, hash mailer.AddressHash) (string, error) {
	switch {
	case c.Show:
		return standing(ctx, set, hash)
	case c.Lift:
		was, err := set.Remove(ctx, hash)
		if !was {
			return "was not suppressed", err
		}
		return "lifted", err
	}
	return "suppressed", set.Add(ctx, hash, suppress.Reason(c.Reason), time.Now())
}

// standing says whether an address is suppressed and why, or how near it is to that.
func standing(ctx context.Context, set *suppress.Set, hash mailer.AddressHash) (string, error) {
	entry, found, err := set.Get(ctx, hash)
	if err != nil {
		return "", err
	}
	if found {
		return fmt.Sprintf("suppressed since %s: %s", entry.At.Format(time.DateTime), entry.Reason), nil
	}
	days, err := set.Strikes(ctx, hash, time.Now())
	return fmt.Sprintf("not suppressed; mail came back on %d of the last 30 days", days), err
}
