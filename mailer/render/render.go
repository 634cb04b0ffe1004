package render

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"

	"jobalertd/mailer"
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

// Renderer turns mails into messages. It does not change and can be shared.
type Renderer struct {
	cfg     Config
	site    string // the host of the signup page
	html    htmlPart
	locales []*locale
	match   language.Matcher
}

// New makes a renderer. Its error names every fault of the configuration.
func New(cfg Config) (*Renderer, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("configuring mails: %w", err)
	}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("configuring mails: base URL: %w", err)
	}
	pages, err := newHTMLPart()
	if err != nil {
		return nil, fmt.Errorf("reading mail templates: %w", err)
	}
	r := &Renderer{cfg: cfg, site: base.Host, html: pages, locales: locales()}
	tags := make([]language.Tag, len(r.locales))
	for i, l := range r.locales {
		tags[i] = language.MustParse(l.tag)
	}
	r.match = language.NewMatcher(tags)
	return r, nil
}

// Render makes the whole message. Its errors wrap ErrMail or ErrNothingToTell; no mail that is
// complete fails, whatever strangers wrote into its jobs.
func (r *Renderer) Render(m Mail) (mailer.Message, error) {
	msg, err := r.render(m)
	if err != nil {
		return mailer.Message{}, fmt.Errorf("rendering %s letter: %w", m.Letter.Kind, err)
	}
	return msg, nil
}

func (r *Renderer) render(m Mail) (mailer.Message, error) {
	m, err := r.clean(m)
	if err != nil {
		return mailer.Message{}, err
	}
	loc := r.locale(m.Locale)
	p := compose(loc, r.cfg, m)
	html, err := r.html.write(&p)
	if err != nil {
		return mailer.Message{}, err
	}
	head, err := r.header(m, p)
	if err != nil {
		return mailer.Message{}, err
	}
	return mailer.Message{
		ID:         r.messageID(m.Letter),
		ReturnPath: r.returnPath(m.Letter),
		To:         m.To,
		Data:       message(head, boundary(m.Letter), writeText(p), html),
	}, nil
}

// locale finds the table nearest to a BCP 47 tag; the first one is the fallback.
func (r *Renderer) locale(tag string) *locale {
	_, i := language.MatchStrings(r.match, tag)
	return r.locales[i]
}
