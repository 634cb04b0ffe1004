package sending

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"

	"jobalertd/cmd/internal/config"
	"jobalertd/mailer"
	"jobalertd/mailer/deliver"
	"jobalertd/mailer/dkim"
	"jobalertd/mailer/records"
)

// Relays are the relays that take letters.
func Relays(cfg config.Config) []deliver.RelayConfig {
	var all []deliver.RelayConfig
	for _, r := range cfg.Mail.Relays {
		relay := deliver.RelayConfig{
			Name: r.Name, Host: r.Host, Port: r.Port, TLS: deliver.TLS(r.TLS), Username: r.Username, Password: r.Password.Reveal(),
			HELO: r.HELO, MaxConnections: r.MaxConnections, RatePerSecond: r.RatePerSecond, Window: r.Window,
			MaxMessages: r.MaxMessages, MaxAge: r.MaxAge, DialTimeout: r.DialTimeout, SendTimeout: r.SendTimeout,
		}
		if r.CAFile.Path != "" {
			relay.RootCAs = x509.NewCertPool()
			relay.RootCAs.AppendCertsFromPEM(r.CAFile.Data)
		}
		all = append(all, relay)
	}
	return all
}

// Domains are the limits of recipients' domains, by the form in which addresses have them.
func Domains(cfg config.Config) []deliver.DomainConfig {
	var all []deliver.DomainConfig
	for _, d := range cfg.Delivery.Domains {
		if address, err := mailer.ParseAddress("x@" + d.Domain); err == nil {
			d.Domain = address.Domain()
		}
		all = append(all, deliver.DomainConfig{Domain: d.Domain, RatePerSecond: d.RatePerSecond, MaxConcurrent: d.MaxConcurrent})
	}
	return all
}

// Keys are the keys that letters are signed with.
func Keys(cfg config.Config) ([]dkim.Key, error) {
	var keys []dkim.Key
	for i, k := range cfg.Mail.DKIM {
		key, err := dkim.ParseKey(k.Domain, k.Selector, []byte(k.Key.Reveal()))
		if err != nil {
			return nil, fmt.Errorf("mail.dkim[%d].key: %w", i, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// CheckKey says what is wrong with a private key.
func CheckKey(pem string) error {
	_, err := dkim.ParseKey("", "", []byte(pem))
	return err
}

// Signing is a composer whose mails are signed.
type Signing struct {
	deliver.Composer
	Signer *dkim.Signer
}

// Compose implements deliver.Composer.
func (s Signing) Compose(ctx context.Context, l mailer.Letter, admit func(domain string) error) (mailer.Message, error) {
	m, err := s.Composer.Compose(ctx, l, admit)
	if err != nil {
		return mailer.Message{}, err
	}
	return s.Signer.Sign(m)
}

// CheckRelays tries the configured relays, up to the point where a letter would begin.
func CheckRelays(ctx context.Context, cfg config.Config) error {
	return deliver.Check(ctx, deliver.Config{Relays: Relays(cfg)}, deliver.Deps{})
}

// CheckRecords compares the DNS with who the configuration says we are.
func CheckRecords(ctx context.Context, cfg config.Config, dns records.Resolver) ([]records.Finding, error) {
	keys, err := Keys(cfg)
	if err != nil {
		return nil, err
	}
	sender := records.Sender{From: cfg.Mail.From.Domain(), Bounce: cmp.Or(cfg.Mail.BounceDomain, cfg.Mail.From.Domain())}
	for _, k := range keys {
		sender.Keys = append(sender.Keys, records.Key{Domain: k.Domain, Name: k.Name(), Record: k.Record()})
	}
	for _, r := range cfg.Mail.Relays {
		sender.Relays = append(sender.Relays, r.Host)
	}
	return records.Look(ctx, dns, sender), nil
}

// ShowRecords writes what the DNS says of the sender, with the records to add. Its error counts the
// faults. A nil resolver is the machine's own.
func ShowRecords(ctx context.Context, out io.Writer, cfg config.Config, dns records.Resolver) error {
	if dns == nil {
		dns = net.DefaultResolver
	}
	found, err := CheckRecords(ctx, cfg, dns)
	if err != nil {
		return err
	}
	faults := 0
	for _, f := range found {
		if f.Level == records.Fault {
			faults++
		}
		line := fmt.Sprintf("%s: %s\n", f.Level, f.Text)
		if f.Name != "" {
			line += fmt.Sprintf("  add: %s. TXT %s\n", f.Name, records.Quote(f.Value))
		}
		if _, err := io.WriteString(out, line); err != nil {
			return fmt.Errorf("writing what the DNS says: %w", err)
		}
	}
	if faults > 0 {
		return fmt.Errorf("the DNS has %d faults that keep letters from arriving; see above", faults)
	}
	return nil
}
