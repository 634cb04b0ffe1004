package records

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// Resolver asks the DNS, as *net.Resolver does.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupHost(ctx context.Context, host string) ([]string, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// Key is the public half of a DKIM key: where its record stands and what it says.
type Key struct{ Domain, Name, Record string }

// Sender is who we are.
type Sender struct {
	From   string // the domain letters come from
	Bounce string // the domain of the envelope sender
	Keys   []Key
	Relays []string // host names
}

// Level says how bad a finding is.
type Level string

// The levels.
const (
	Fine  Level = "fine"
	Warn  Level = "warning" // letters arrive, but not everywhere or not for ever
	Fault Level = "fault"   // letters will be refused or land in spam
)

// Finding is one thing that was looked at.
type Finding struct {
	Level Level
	Text  string
	// Name and Value are the TXT record to add or to put in place of what stands there; empty where
	// none would help.
	Name, Value string
}

// look is one run of Look.
type look struct {
	ctx      context.Context
	dns      Resolver
	sender   Sender
	findings []Finding
	// What DMARC can pass by.
	signed, vouched bool
}

// Look compares the DNS with a sender. It finds something to say about each record, fine or not.
func Look(ctx context.Context, dns Resolver, sender Sender) []Finding {
	l := &look{ctx: ctx, dns: dns, sender: sender}
	l.spf()
	l.dkim()
	l.dmarc()
	l.bounces()
	for _, host := range sender.Relays {
		l.reverse(host)
	}
	return l.findings
}

func (l *look) find(level Level, format string, args ...any) *Finding {
	l.findings = append(l.findings, Finding{Level: level, Text: fmt.Sprintf(format, args...)})
	return &l.findings[len(l.findings)-1]
}

func (f *Finding) record(name, value string) { f.Name, f.Value = name, value }

// texts is the TXT records of a name that begin with a tag; false where the DNS did not answer.
func (l *look) texts(name, tag string) ([]string, bool) {
	all, err := l.dns.LookupTXT(l.ctx, name)
	if err != nil && !isNotFound(err) {
		l.find(Warn, "%s could not be looked up: %v", name, err)
		return nil, false
	}
	return slices.DeleteFunc(all, func(text string) bool { return !strings.HasPrefix(strings.ToLower(text), tag) }), true
}

func isNotFound(err error) bool {
	failed, ok := errors.AsType[*net.DNSError](err)
	return ok && failed.IsNotFound
}

// spf looks at the domain of the envelope sender: it is the one that receivers ask about.
func (l *look) spf() {
	domain := l.sender.Bounce
	found, answered := l.texts(domain, "v=spf1")
	if !answered {
		return
	}
	includes := l.includes()
	missing := slices.DeleteFunc(slices.Clone(includes), func(term string) bool {
		return len(found) > 0 && slices.Contains(strings.Fields(found[0]), term)
	})
	wanted := "v=spf1 " + strings.Join(includes, " ") + " ~all"
	switch {
	case len(found) == 0:
		l.find(Warn, "SPF: %s says nothing about who may send for it", domain).record(domain, wanted)
	case len(found) > 1:
		l.find(Fault, "SPF: %s has %d records, so that none counts (RFC 7208 §4.5); leave one", domain, len(found))
	case slices.Contains(strings.Fields(found[0]), "+all") || slices.Contains(strings.Fields(found[0]), "all"):
		l.find(Fault, "SPF: the record of %s lets everybody send for it", domain).record(domain, wanted)
	case len(missing) > 0 && strings.HasPrefix(missing[0], "include:"):
		merged := strings.Replace(found[0], "v=spf1", "v=spf1 "+strings.Join(missing, " "), 1)
		l.find(Warn, "SPF: the record of %s does not name the relay's provider", domain).record(domain, merged)
	default:
		l.find(Fine, "SPF: %s has a record", domain)
		l.vouched = Aligned(l.sender.From, domain)
	}
	if !Aligned(l.sender.From, domain) {
		l.find(Warn, "SPF: %s does not align with %s, so that SPF counts nothing for DMARC; set mail.bounce_domain to a name under %s", domain, l.sender.From, organisationOf(l.sender.From))
	}
}

// includes is the terms of an SPF record for the relays, as far as we know them.
func (l *look) includes() []string {
	var terms []string
	for _, host := range l.sender.Relays {
		term := "a:" + host
		if _, err := netip.ParseAddr(host); err == nil || !strings.Contains(host, ".") {
			term = "mx" // a relay of our own, whose public address we do not know
		}
		for suffix, include := range map[string]string{
			"amazonaws.com": "amazonses.com", "sendgrid.net": "sendgrid.net", "mailgun.org": "mailgun.org", "postmarkapp.com": "spf.mtasv.net",
			"brevo.com": "spf.brevo.com", "sparkpostmail.com": "sparkpostmail.com", "mailjet.com": "spf.mailjet.com",
			"smtp.gmail.com": "_spf.google.com", "smtp-relay.gmail.com": "_spf.google.com", "office365.com": "spf.protection.outlook.com",
		} {
			if host == suffix || strings.HasSuffix(host, "."+suffix) {
				term = "include:" + include
			}
		}
		if !slices.Contains(terms, term) {
			terms = append(terms, term)
		}
	}
	return terms
}

func (l *look) dkim() {
	if len(l.sender.Keys) == 0 {
		l.find(Warn, "DKIM: we do not sign, so the relay must, as %s or a name under it; or set mail.dkim", organisationOf(l.sender.From))
	}
	for _, key := range l.sender.Keys {
		found, answered := l.texts(key.Name, "")
		switch text := strings.Join(found, ""); {
		case !answered:
		case text == "":
			l.find(Fault, "DKIM: the key's record is missing").record(key.Name, key.Record)
		case publicPart(text) != publicPart(key.Record):
			l.find(Fault, "DKIM: the record %s belongs to another key", key.Name).record(key.Name, key.Record)
		default:
			l.find(Fine, "DKIM: the record %s belongs to the key", key.Name)
			l.signed = l.signed || Aligned(l.sender.From, key.Domain)
		}
	}
}

// publicPart is the p= of a DKIM record.
func publicPart(record string) string {
	for tag := range strings.SplitSeq(record, ";") {
		if name, value, _ := strings.Cut(tag, "="); strings.TrimSpace(name) == "p" {
			return strings.Join(strings.Fields(value), "")
		}
	}
	return ""
}

func (l *look) dmarc() {
	var found []string
	for _, domain := range []string{l.sender.From, organisationOf(l.sender.From)} {
		answered := true
		if found, answered = l.texts("_dmarc."+domain, "v=dmarc1"); !answered {
			return
		}
		if len(found) > 0 {
			break
		}
	}
	name := "_dmarc." + organisationOf(l.sender.From)
	strict := len(found) > 0 && (strings.Contains(found[0], "p=reject") || strings.Contains(found[0], "p=quarantine"))
	passes := l.signed || l.vouched
	switch {
	case len(found) == 0:
		l.find(Warn, "DMARC: %s has no policy, which Gmail and Yahoo ask of everybody who sends much", l.sender.From).
			record(name, "v=DMARC1; p=none; rua=mailto:postmaster@"+organisationOf(l.sender.From))
	case len(found) > 1:
		l.find(Fault, "DMARC: %s has %d policies, so that none counts (RFC 7489 §6.6.3); leave one", l.sender.From, len(found))
	case !passes && strict:
		l.find(Fault, "DMARC: %s asks receivers to refuse what neither SPF nor DKIM vouches for, and neither does, unless the relay signs", l.sender.From)
	default:
		l.find(Fine, "DMARC: %s has a policy", l.sender.From)
	}
}

// bounces looks whether bounces can reach us.
func (l *look) bounces() {
	servers, err := l.dns.LookupMX(l.ctx, l.sender.Bounce)
	switch {
	case err != nil && !isNotFound(err):
		l.find(Warn, "MX of %s could not be looked up: %v", l.sender.Bounce, err)
	case len(servers) == 0 || len(servers) == 1 && servers[0].Host == ".":
		l.find(Warn, "MX: no server takes mail for %s, so that bounces are lost, and some receivers refuse the letters", l.sender.Bounce)
	default:
		l.find(Fine, "MX: %s takes bounces", l.sender.Bounce)
	}
}

// reverse looks whether each public address of a relay has a name that leads back to it, which
// receivers ask of whoever delivers to them.
func (l *look) reverse(host string) {
	addresses := []string{host}
	if _, err := netip.ParseAddr(host); err != nil {
		if addresses, err = l.dns.LookupHost(l.ctx, host); err != nil {
			l.find(Warn, "PTR: the addresses of %s could not be looked up: %v", host, err)
			return
		}
	}
	for _, address := range addresses {
		if ip, err := netip.ParseAddr(address); err != nil || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
			continue // it leaves by another
		}
		names, err := l.dns.LookupAddr(l.ctx, address)
		back := slices.ContainsFunc(names, func(name string) bool {
			forth, err := l.dns.LookupHost(l.ctx, name)
			return err == nil && slices.Contains(forth, address)
		})
		switch {
		case err != nil && !isNotFound(err):
			l.find(Warn, "PTR of %s could not be looked up: %v", address, err)
		case len(names) == 0:
			l.find(Warn, "PTR: the address %s of %s has no name; if it delivers to receivers itself, have its network add one", address, host)
		case !back:
			l.find(Warn, "PTR: the name %s of the address %s does not lead back to it", strings.TrimSuffix(names[0], "."), address)
		default:
			l.find(Fine, "PTR: %s is %s and back", address, strings.TrimSuffix(names[0], "."))
		}
	}
}

// maxString is the longest character string of a TXT record, in octets (RFC 1035 §3.3).
const maxString = 255

// Quote is the text of a TXT record as a zone file has it, in as many strings as it takes.
func Quote(text string) string {
	var parts []string
	for len(text) > maxString {
		parts = append(parts, text[:maxString])
		text = text[maxString:]
	}
	return `"` + strings.Join(append(parts, text), `" "`) + `"`
}
