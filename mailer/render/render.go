package render

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/mail"
	"net/url"
	"regexp"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/idna"

	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render/layout"
	"jobalertd/mailer/render/wording"
)

// Config is what all mails of one installation have in common.
type Config struct {
	Product string // its name, in the head of each mail
	// From and FromName are who writes; ReplyTo is where answers go if not there. Both must be
	// able to receive.
	From     mailer.Address
	FromName string // default: Product
	ReplyTo  mailer.Address
	// ListID names the mailing list for the reader's mail program, as alerts.example.com (RFC 2919);
	// default: "alerts." and the domain of From.
	ListID string
	// BounceDomain receives bounces, at BouncePrefix+<letter id>@. Where it is empty they go to From,
	// and nothing tells which letter they are about.
	BounceDomain string
	BouncePrefix string // default: bounce
	// Ticket is what a letter is called in its Message-ID and envelope sender; default: its ID.
	Ticket func(mailer.Letter) string
	// FeedbackID is the sender's id in Gmail's Feedback-ID header, 5 to 15 letters or digits; no
	// such header where it is empty.
	FeedbackID    string
	PostalAddress string // of the operator, in the foot of each mail; may have several lines
	BaseURL       string // the public address of the signup page
	// Templates holds files that replace parts of the built-in templates; see package layout. Nil for none.
	Templates fs.FS
	// Log hears of such a template that fails on a mail; nil: nobody does. Metrics may be nil.
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

func (c Config) withDefaults() Config {
	if c.FromName == "" {
		c.FromName = c.Product
	}
	if c.ListID == "" {
		c.ListID = "alerts." + c.From.Domain()
	}
	if c.BouncePrefix == "" {
		c.BouncePrefix = "bounce"
	}
	if c.Ticket == nil {
		c.Ticket = func(l mailer.Letter) string { return l.ID }
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// check names every fault.
func (c Config) check() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.Product == "" {
		fault("product: it is empty; give the name that readers know the service by")
	}
	if c.From.IsZero() {
		fault("from: it is empty; give the address the mails come from")
	}
	for _, field := range []struct{ name, value string }{
		{"product", c.Product}, {"from name", c.FromName}, {"list id", c.ListID}, {"bounce prefix", c.BouncePrefix},
	} {
		if err := headerSafe(field.name, field.value); err != nil {
			errs = append(errs, err)
		}
		if len(field.value) > 100 {
			fault("%s: it is longer than 100 bytes", field.name)
		}
	}
	for _, domain := range []struct{ name, value string }{{"list id", c.ListID}, {"bounce domain", c.BounceDomain}} {
		ascii, err := idna.Lookup.ToASCII(domain.value)
		if domain.value != "" && (err != nil || ascii != domain.value || !strings.Contains(ascii, ".")) {
			fault("%s: %q is not a domain name in lower case, such as alerts.example.com", domain.name, domain.value)
		}
	}
	if !bouncePrefix().MatchString(c.BouncePrefix) {
		fault("bounce prefix: %q is not 1 to 30 letters, digits or hyphens", c.BouncePrefix)
	}
	if c.FeedbackID != "" && !feedbackID().MatchString(c.FeedbackID) {
		fault("feedback id: %q is not 5 to 15 letters or digits", c.FeedbackID)
	}
	if u, err := webURL(c.BaseURL); err != nil {
		fault("base URL: %w", err)
	} else if u == "" {
		fault("base URL: it is empty; give the public address of the signup page")
	}
	return errors.Join(errs...)
}

func bouncePrefix() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9-]{1,30}$`)
}

func feedbackID() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9]{5,15}$`) }

// maxHTML keeps the HTML part below the size, about 102 kB, at which Gmail cuts a mail off.
const maxHTML = 98_000 // bytes before the transfer encoding

// Renderer turns mails into messages. It can be shared.
type Renderer struct {
	cfg     Config
	house   house
	site    string // the host of the signup page
	base    string // its address as webURL writes it, without a slash at the end
	from    string // as the header has it
	listID  string // as the header has it
	layouts *layout.Set
	texts   map[locale.Locale]wording.Texts
	cards   *cards // jobs
	whys    *cards // reasons
	paper   paper

	failures failures
}

// New makes a renderer. Its error names every fault of the configuration, or every fault that can be
// seen in the templates without trying them; see Try.
func New(cfg Config) (*Renderer, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("configuring mails: %w", err)
	}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("configuring mails: base URL: %w", err)
	}
	clean, err := webURL(cfg.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("configuring mails: base URL: %w", err)
	}
	r := &Renderer{cfg: cfg, house: newHouse(cfg), site: base.Host, base: strings.TrimSuffix(clean, "/"), cards: newCards(), whys: newCards()}
	r.from = (&mail.Address{Name: cfg.FromName, Address: cfg.From.String()}).String()
	r.listID = strings.TrimSuffix((&mail.Address{Name: cfg.Product}).String(), "<@>") + "<" + cfg.ListID + ">"
	r.failures = failures{metrics: newMetrics(cfg.Metrics), log: cfg.Log}
	if r.texts, err = wording.Load(); err != nil {
		return nil, err
	}
	if r.layouts, err = layout.New(cfg.Templates, kindNames()); err != nil {
		return nil, fmt.Errorf("reading templates: %w", err)
	}
	return r, nil
}

func kindNames() []string {
	var names []string
	for _, kind := range mailer.Kinds() {
		names = append(names, string(kind))
	}
	return names
}

// Render makes the whole message. Its errors wrap ErrMail or ErrNothingToTell; no mail that is
// complete fails, whatever strangers wrote into its jobs: where an operator's template does, the built-in
// ones write the mail.
func (r *Renderer) Render(m Mail) (mailer.Message, error) {
	edition, builtIn := r.edition(&m), r.layouts.BuiltIn()
	msg, err := r.render(m, edition)
	if err != nil && edition != builtIn {
		if instead, hopeless := r.render(m, builtIn); hopeless == nil {
			r.failures.note(m.Letter, edition, err)
			return instead, nil
		}
	}
	if err != nil {
		return mailer.Message{}, fmt.Errorf("rendering %s letter: %w", m.Letter.Kind, err)
	}
	return msg, nil
}

// edition is the templates for a mail.
func (r *Renderer) edition(m *Mail) *layout.Edition {
	return r.layouts.Edition(string(m.Letter.Kind), locale.Negotiate(m.Locale))
}

func (r *Renderer) render(m Mail, edition *layout.Edition) (mailer.Message, error) {
	m, err := r.clean(m)
	if err != nil {
		return mailer.Message{}, err
	}
	s := r.speaker(&m)
	p := s.page(&m, first(&m))
	sheet := r.paper.take()
	if err := r.write(sheet, edition, s, &m, &p); err != nil {
		return mailer.Message{}, err
	}
	subject, err := edition.Subject(&p)
	if err != nil {
		return mailer.Message{}, err
	}
	ticket := r.cfg.Ticket(m.Letter)
	id := ticket + "@" + r.cfg.From.Domain()
	if sheet.head, err = r.header(sheet.head, &m, id, cmp.Or(plain(subject, maxSubject), p.Subject), p.Lang); err != nil {
		return mailer.Message{}, err
	}
	data, err := sheet.message(boundary(m.Letter))
	if err != nil {
		return mailer.Message{}, err
	}
	return mailer.Message{ID: id, ReturnPath: r.returnPath(ticket), To: m.To, Data: data, Free: func() { r.paper.put(sheet) }}, nil
}

// first is what a subject says of the first job of a mail, cleaned; nothing where there is none.
func first(m *Mail) Job {
	if len(m.Jobs) == 0 {
		return Job{}
	}
	return Job{Title: plain(m.Jobs[0].Title, maxTitle), Company: plain(m.Jobs[0].Company, maxLine)}
}

// write puts the page on a sheet, two fragments for each job. Jobs that would make the mail too long are left
// out and counted in its More.
func (r *Renderer) write(to *sheet, e *layout.Edition, s speaker, m *Mail, p *layout.Page) error {
	p.More = s.more(m.More)
	top, foot, err := e.Frame(&to.scratch, p)
	if err != nil {
		return err
	}
	const moreButton = 1000 // bytes that the foot may grow by when jobs are left out
	size := moreButton + len(p.MoreURL) + total(top) + total(foot)
	to.add(top...)
	for i, j := range m.Jobs {
		card, err := r.card(e, s, j)
		if err != nil {
			return err
		}
		why, err := r.why(e, s, j.Why)
		if err != nil {
			return err
		}
		if size += card.Size + why.Size; size > maxHTML {
			p.More = s.more(m.More + len(m.Jobs) - i)
			if _, foot, err = e.Frame(&to.scratch, p); err != nil {
				return err
			}
			break
		}
		to.add(card, why)
	}
	to.add(foot...)
	return nil
}

// total is the size of fragments together.
func total(fragments []layout.Fragment) (size int) {
	for _, f := range fragments {
		size += f.Size
	}
	return size
}

// card is a job as it was written before, or written now.
func (r *Renderer) card(e *layout.Edition, s speaker, j Job) (layout.Fragment, error) {
	if j.print == (print{}) {
		j = j.Known()
	}
	return r.cards.get(cardKey{edition: e, locale: s.Locale, job: j.print}, func() (layout.Fragment, error) {
		return e.Job(s.job(cleanJob(j)))
	})
}

// why is the reason for a job. Readers with the same filter have the same reasons.
func (r *Renderer) why(e *layout.Edition, s speaker, reason string) (layout.Fragment, error) {
	return r.whys.get(cardKey{edition: e, locale: s.Locale, reason: reason}, func() (layout.Fragment, error) {
		return e.Why(s.why(reason))
	})
}

func (s speaker) more(n int) string {
	if n <= 0 {
		return ""
	}
	return s.Count("news.more", n)
}
