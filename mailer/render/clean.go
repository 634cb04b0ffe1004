package render

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"jobalertd/mailer"
	"jobalertd/mailer/render/layout"
)

// How much of a stranger's words is shown, in characters. A mail stays below the clipping limit
// however many of them are reached at once.
const (
	maxTitle = 160
	maxLine  = 100 // company, place, pay, a fact, a line of a filter
	maxWhy   = 300
	maxURL   = 2000 // bytes
	maxList  = 12   // facts, further places, lines of a filter
	maxShown = 10   // alerts
)

// maxID leaves room in the 64 octets of a local part (RFC 5321 §4.5.3.1.1) for the bounce prefix.
const maxID = 32

// clean brings every string of the mail, its jobs aside, into a form that is safe to show, and names
// what makes the mail unusable.
func (r *Renderer) clean(m Mail) (Mail, error) {
	if err := checkLetter(&m); err != nil {
		return Mail{}, err
	}
	if m.Zone == nil {
		m.Zone = time.UTC
	}
	if m.SourceSite = plain(m.SourceSite, maxLine); m.SourceSite == "" {
		m.SourceSite = r.site
	}
	alerts := make([]Alert, min(len(m.Alerts), maxShown))
	for i := range alerts {
		a := m.Alerts[i]
		a.Name, a.Cadence, a.Filter = plain(a.Name, maxLine), plain(a.Cadence, maxLine), plainList(a.Filter)
		alerts[i] = a
	}
	m.Alerts = alerts
	links, err := r.cleanLinks(m.Links)
	if err != nil {
		return Mail{}, err
	}
	m.Links = links
	return m, nil
}

// checkLetter refuses letters that lack what their kind is for.
func checkLetter(m *Mail) error {
	if m.To.IsZero() {
		return fmt.Errorf("%w: it is to nobody", ErrMail)
	}
	if m.Now.IsZero() {
		return fmt.Errorf("%w: it has no date", ErrMail)
	}
	if m.Letter.ID == "" || len(m.Letter.ID) > maxID || strings.Trim(m.Letter.ID, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return fmt.Errorf("%w: the letter id %q is not 1 to %d lower-case letters and digits", ErrMail, m.Letter.ID, maxID)
	}
	if !slices.Contains(mailer.Kinds(), m.Letter.Kind) {
		return fmt.Errorf("%w: %q is not a kind of letter", ErrMail, m.Letter.Kind)
	}
	for _, link := range []struct{ name, url string }{
		{"confirm", m.Links.Confirm}, {"manage", m.Links.Manage}, {"unsubscribe", m.Links.Unsubscribe},
	} {
		if link.url == "" && requires(m, link.name) {
			return fmt.Errorf("%w: it has no %s link", ErrMail, link.name)
		}
	}
	if news := m.Letter.Kind == mailer.KindAlert || m.Letter.Kind == mailer.KindDigest; news {
		if len(m.Alerts) != 1 {
			return fmt.Errorf("%w: it is about %d alerts instead of one", ErrMail, len(m.Alerts))
		}
		if len(m.Jobs) == 0 {
			return ErrNothingToTell
		}
	}
	return nil
}

// requires reports whether a letter is no use without the link.
func requires(m *Mail, link string) bool {
	switch m.Letter.Kind {
	case mailer.KindMove:
		return link == "confirm" && !m.Taken || link == "manage" && m.Taken
	case mailer.KindMoved:
		return link == "unsubscribe"
	case mailer.KindConfirm:
		return link == "confirm"
	case mailer.KindManage:
		return link == "manage"
	case mailer.KindReconfirm:
		return link == "confirm" || link == "unsubscribe"
	case mailer.KindWelcome, mailer.KindAlert, mailer.KindDigest:
	}
	return link == "manage" || link == "unsubscribe"
}

// cleanJob does the same for what all readers see of a job.
func cleanJob(j Job) Job {
	j.Title = plain(j.Title, maxTitle)
	j.Company = plain(j.Company, maxLine)
	j.Place = plain(j.Place, maxLine)
	j.Pay = plain(j.Pay, maxLine)
	j.Facts = plainList(j.Facts)
	j.AlsoAt = plainList(j.AlsoAt)
	j.Credit = plain(j.Credit, maxLine)
	if clean, err := webURL(j.URL); err == nil {
		j.URL = clean
	} else {
		j.URL = ""
	}
	return j
}

func (r *Renderer) cleanLinks(l Links) (Links, error) {
	var err error
	for _, link := range []struct {
		name string
		url  *string
	}{
		{"confirm", &l.Confirm}, {"manage", &l.Manage}, {"unsubscribe", &l.Unsubscribe}, {"unsubscribe-all", &l.UnsubscribeAll}, {"more", &l.More},
	} {
		if r.ours(*link.url) {
			continue
		}
		if *link.url, err = webURL(*link.url); err != nil {
			return Links{}, fmt.Errorf("%w: the %s link: %w", ErrMail, link.name, err)
		}
	}
	if l.UnsubscribeMail != "" && !isPlainMailto(l.UnsubscribeMail) {
		u, err := url.Parse(l.UnsubscribeMail)
		if err != nil || u.Scheme != "mailto" || u.Opaque == "" || len(l.UnsubscribeMail) > maxURL {
			return Links{}, fmt.Errorf("%w: the unsubscribe mail link is not a mailto URI", ErrMail)
		}
		l.UnsubscribeMail = escapeURL(u.String())
	}
	return l, nil
}

// isPlainMailto reports whether a link is a mailto URI that net/url would leave as it is.
func isPlainMailto(link string) bool {
	address, isMailto := strings.CutPrefix(link, "mailto:")
	return isMailto && address != "" && address[0] != '?' && address[0] != '/' && len(link) <= maxURL && layout.IsEasy(address, "-._~=&?@+%")
}

// ours reports whether a link is below the signup page, and of such letters only that webURL would leave
// it as it is.
func (r *Renderer) ours(link string) bool {
	path, below := strings.CutPrefix(link, r.base+"/")
	return below && len(link) <= maxURL && layout.IsEasy(path, "-._~/?=&")
}

// webURL reads an absolute http or https URL and writes it so that it can stand between angle
// brackets, in an attribute or in running text, its host in A-label form. The empty string is no
// URL and no error. A URL that names a user is refused: it serves to make one host look like
// another.
func webURL(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", errors.New("it is not a URL") // the error of url.Parse would repeat a token
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", errors.New("it is not an http or https URL without a user")
	}
	if _, err := netip.ParseAddr(u.Hostname()); err != nil {
		host, err := idna.Lookup.ToASCII(u.Hostname())
		if err != nil || host == "" {
			return "", errors.New("it has no valid host")
		}
		u.Host = host + strings.TrimPrefix(u.Host, u.Hostname())
	}
	clean := escapeURL(u.String())
	if len(clean) > maxURL {
		return "", fmt.Errorf("it is longer than %d bytes", maxURL)
	}
	return clean, nil
}

// escapeURL percent-encodes what net/url lets through in a query and RFC 3986 does not.
func escapeURL(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("<>\"'\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// plain makes one line of readable text: white space and control characters become single spaces, but
// for the no-break spaces within, by which languages keep numbers and signs together; what is
// invisible or changes the direction of writing disappears; and what is longer than limit characters
// ends in an ellipsis, after a whole word if one ends near.
func plain(s string, limit int) string {
	if isPlain(s) {
		return shorten(s, limit)
	}
	space := func(r rune) bool { return r == ' ' }
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == noBreak:
			b.WriteRune(r)
		case unicode.IsSpace(r) || unicode.IsControl(r):
			b.WriteByte(' ')
		case visible(r):
			b.WriteRune(r)
		}
	}
	words := strings.FieldsFunc(strings.Trim(b.String(), " \u00A0"), space)
	return shorten(strings.Join(words, " "), limit)
}

// noBreak keeps what it stands between on one line.
const noBreak = '\u00A0'

// visible reports whether a reader sees the character, or it is invisible but Persian and many emoji need it.
func visible(r rune) bool {
	const nonJoiner, joiner = '\u200C', '\u200D'
	return unicode.IsGraphic(r) || r == nonJoiner || r == joiner
}

// isPlain reports whether a text is one line of readable text already, as nearly all are.
func isPlain(s string) bool {
	if strings.Trim(s, " \u00A0") != s {
		return false
	}
	last := rune(0)
	for _, r := range s {
		switch {
		case r == utf8.RuneError, r == ' ' && last == ' ':
			return false
		case r >= ' ' && r < 0x7f, r == noBreak:
		case unicode.IsSpace(r) || unicode.IsControl(r) || !visible(r):
			return false
		}
		last = r
	}
	return true
}

func shorten(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	cut := string([]rune(s)[:limit-1])
	if at := strings.LastIndexByte(cut, ' '); at > len(cut)*2/3 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " \u00A0,;:-") + "…"
}

func plainList(list []string) []string {
	var out []string
	for _, s := range list[:min(len(list), maxList)] {
		if s = plain(s, maxLine); s != "" {
			out = append(out, s)
		}
	}
	return out
}
