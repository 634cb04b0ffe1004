package compose

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"jobalertd/alerts"
	"jobalertd/alerts/phrase"
	"jobalertd/alerts/postings"
	"jobalertd/mailer"
	"jobalertd/mailer/bounce"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/recent"
	"jobalertd/mailer/render"
	"jobalertd/mailer/suppress"
	"jobalertd/mailer/together"
	"jobalertd/subscribers"
	"jobalertd/subscribers/store"
	"jobalertd/subscribers/token"
)

// Config is what the links of mails begin with.
type Config struct {
	// BaseURL is where people reach the public listener, without a slash at the end.
	BaseURL string
	// UnsubscribeMailbox takes the mails of the mailto form of List-Unsubscribe, for a person to read.
	UnsubscribeMailbox mailer.Address
	// UnsubscribeDomain takes them instead, at an address signed for each reader, where it is not empty.
	UnsubscribeDomain string
	// Rules are those of matching.
	Rules alerts.Rules
	// Credit names the sources whose terms ask to be named, by format.
	Credit func(format string) string
}

// Composer makes mails of letters.
type Composer struct {
	cfg      Config
	store    *store.Store
	suppress *suppress.Set
	offers   *postings.Shelf[*offer]
	lookUps  *together.Group[*mailer.Letter, lookUp]
	zones    *recent.Map[string, *time.Location]
	links    *token.Minter
	renderer *render.Renderer
}

// maxZones is more time zones than people live in.
const maxZones = 1_000

// maxOffers is how many jobs are kept ready, at about 12 kB each, or 40 kB where people look for words.
const maxOffers = 2_000

// New makes a composer.
func New(cfg Config, s *store.Store, set *suppress.Set, log *postings.Log, links *token.Minter, r *render.Renderer) *Composer {
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	c := &Composer{
		cfg: cfg, store: s, suppress: set, zones: recent.New[string, *time.Location](maxZones), links: links, renderer: r,
		offers: postings.NewShelf(log, maxOffers, func(job *postings.Job) *offer { return newOffer(job, cfg.Credit) }),
	}
	c.lookUps = together.New(c.lookUpAll)
	return c
}

// Why a letter is not sent any more.
const (
	dropGone       = "gone"       // no such subscriber, proposal, question or alert any more
	dropSilent     = "silent"     // left, paused or not confirmed
	dropSuppressed = "suppressed" // the address must not be written to
	dropEmpty      = "empty"      // nothing left to tell
)

// Compose makes the mail of a letter, once admit has let one through to the recipient's domain; an error
// of admit is returned as it is. It is a *mailer.Drop where the letter is not to be sent any more.
func (c *Composer) Compose(ctx context.Context, l mailer.Letter, admit func(domain string) error) (mailer.Message, error) {
	found, err := c.lookUps.Ask(ctx, &l)
	if err = cmp.Or(err, found.err); err == nil {
		err = admit(found.sub.Recipient(l.Kind).Domain())
	}
	if err != nil {
		return mailer.Message{}, err
	}
	m, err := c.mail(ctx, l, found, time.Now())
	if err != nil {
		return mailer.Message{}, fmt.Errorf("composing letter %s: %w", l.ID, err)
	}
	message, err := c.renderer.Render(m)
	if errors.Is(err, render.ErrNothingToTell) {
		return mailer.Message{}, &mailer.Drop{Reason: dropEmpty}
	}
	return message, err
}

// standing says why a letter of this kind must not go to a subscriber in this state; "" if it may.
func standing(sub *subscribers.Subscriber, l *mailer.Letter) string {
	switch l.Kind {
	case mailer.KindConfirm:
		if sub.Proposal == nil || sub.Proposal.ID != l.Proposal {
			return dropGone
		}
	case mailer.KindAlert, mailer.KindDigest:
		if sub.State != subscribers.StateActive {
			return dropSilent
		}
		if _, found := sub.Alert(l.Alert); !found {
			return dropGone
		}
	case mailer.KindWelcome, mailer.KindReconfirm:
		if sub.State != subscribers.StateActive {
			return dropSilent
		}
		if l.Kind == mailer.KindReconfirm && sub.Question() != l.Proposal {
			return dropGone
		}
	case mailer.KindMove:
		if sub.Moving.ID != l.Proposal {
			return dropGone
		}
		if sub.State != subscribers.StateActive && sub.State != subscribers.StatePaused {
			return dropSilent
		}
	case mailer.KindMoved:
		if sub.Moved.ID != l.Proposal {
			return dropGone
		}
	case mailer.KindManage: // an answer to what the person has just asked for, in any state
	}
	return ""
}

// mail gathers what the letter says.
func (c *Composer) mail(ctx context.Context, l mailer.Letter, found lookUp, now time.Time) (render.Mail, error) {
	sub := found.sub
	m := render.Mail{
		Letter: l, To: sub.Recipient(l.Kind), Locale: sub.Locale, Zone: c.zone(sub), Now: now, More: l.More,
		Links: c.personalLinks(l, sub, now), SourceSite: sub.Consent.Source,
	}
	about := sub.Alerts
	switch l.Kind {
	case mailer.KindConfirm:
		p := sub.Proposal
		about = p.Alerts
		m.Locale, m.Zone, m.SourceSite = p.Locale, p.Location(), p.Given.Source
		m.Until = p.At.Add(token.ConfirmLife) // as long as signup lets it be confirmed
	case mailer.KindManage:
		m.Until = now.Add(token.ManageLife)
	case mailer.KindAlert, mailer.KindDigest:
		alert, _ := sub.Alert(l.Alert)
		about = []subscribers.Alert{alert}
	case mailer.KindReconfirm:
		m.Until = sub.Consent.AnswerBy
	case mailer.KindMove:
		m.Until = sub.Moving.At.Add(token.ConfirmLife)
		if err := c.taken(ctx, &m, sub, now); err != nil {
			return render.Mail{}, err
		}
	case mailer.KindWelcome, mailer.KindMoved:
	}
	speech := locale.Negotiate(m.Locale)
	for _, a := range about {
		if l.Kind == mailer.KindAlert || l.Kind == mailer.KindDigest { // which show no more than its name
			m.Alerts = append(m.Alerts, render.Alert{Name: a.Name})
			continue
		}
		m.Alerts = append(m.Alerts, inWords(speech, a, m.Zone, now))
	}
	m.Jobs = c.jobs(speech, found.offers, about, now)
	return m, nil
}

// zone is the time zone of a subscriber. Reading it from its file takes as long as writing a mail.
func (c *Composer) zone(sub *subscribers.Subscriber) *time.Location {
	if zone, ok := c.zones.Get(sub.Zone); ok {
		return zone
	}
	zone := sub.Location()
	c.zones.Put(sub.Zone, zone)
	return zone
}

// taken has the mail to a new address say so where it has alerts of its own, and lead to them: then
// it cannot take in others. It speaks to who reads it, and tells nothing of who wishes to move.
func (c *Composer) taken(ctx context.Context, m *render.Mail, sub *subscribers.Subscriber, now time.Time) error {
	other, err := c.store.Find(ctx, c.store.Hash(m.To))
	if errors.Is(err, subscribers.ErrNotFound) || err == nil && other == sub.ID {
		return nil
	}
	if err != nil {
		return err
	}
	reader, err := c.store.Get(ctx, other)
	if err != nil && !errors.Is(err, subscribers.ErrNotFound) {
		return err
	}
	if err != nil || reader.State == subscribers.StatePending {
		return &mailer.Drop{Reason: dropGone} // they have a mail to confirm already, and nothing to lead to
	}
	m.Taken, m.Until = true, now.Add(token.ManageLife)
	m.Locale, m.Zone, m.SourceSite = reader.Locale, c.zone(reader), reader.Consent.Source
	m.Links = render.Links{Manage: c.cfg.BaseURL + "/manage/" + c.links.Mint(token.Claims{Purpose: token.Manage, Subscriber: other}, now)}
	return nil
}

func inWords(speech locale.Locale, a subscribers.Alert, zone *time.Location, now time.Time) render.Alert {
	words := render.Alert{Name: a.Name, Filter: phrase.Filter(speech, a.Filter), Cadence: sentence(phrase.Cadence(speech, a.Cadence))}
	if a.Cadence.Every != alerts.EveryInstant {
		words.Next = a.Cadence.Next(now, zone)
	}
	return words
}

// jobs is what a letter shows. What has closed, or matches none of the alerts any more, is left out.
func (c *Composer) jobs(speech locale.Locale, found []*offer, about []subscribers.Alert, now time.Time) []render.Job {
	matchers := make([]alerts.Matcher, len(about))
	for i, a := range about {
		matchers[i] = c.cfg.Rules.Matcher(a.Filter)
	}
	var reasons []alerts.Reason
	shown := make([]render.Job, 0, len(found))
	for _, offer := range found {
		if !offer.job.Open(now) {
			continue
		}
		for _, matcher := range matchers {
			verdict := matcher.JudgeInto(reasons, offer.prepared())
			if reasons = verdict.Reasons; verdict.Match {
				shown = append(shown, offer.to(speech, verdict))
				break
			}
		}
	}
	return shown
}

// personalLinks are the links of a letter.
func (c *Composer) personalLinks(l mailer.Letter, sub *subscribers.Subscriber, now time.Time) render.Links {
	mint := func(path string, claims token.Claims) string {
		claims.Subscriber = sub.ID
		return c.cfg.BaseURL + path + c.links.Mint(claims, now)
	}
	links := render.Links{
		Manage:         mint("/manage/", token.Claims{Purpose: token.Manage}),
		Unsubscribe:    mint("/unsubscribe/", token.Claims{Purpose: token.Unsubscribe, Alert: l.Alert}),
		UnsubscribeAll: mint("/unsubscribe/", token.Claims{Purpose: token.Unsubscribe}),
	}
	if l.Upto > 0 {
		news := mint("/more/", token.Claims{Purpose: token.News, Alert: l.Alert})
		links.More = fmt.Sprintf("%s?after=%d&upto=%d", news, l.After, l.Upto)
	}
	switch l.Kind {
	case mailer.KindConfirm:
		links.Confirm = mint("/confirm/", token.Claims{Purpose: token.Confirm, Proposal: l.Proposal})
	case mailer.KindMove: // to somebody who may be a stranger: it opens nothing else
		return render.Links{Confirm: mint("/confirm/", token.Claims{Purpose: token.Confirm, Proposal: l.Proposal})}
	case mailer.KindMoved:
		return render.Links{Unsubscribe: links.Unsubscribe}
	case mailer.KindReconfirm:
		links.Confirm = mint("/confirm/", token.Claims{Purpose: token.Confirm, Proposal: l.Proposal, Expires: sub.Consent.AnswerBy})
	}
	text := strings.TrimPrefix(links.Unsubscribe, c.cfg.BaseURL+"/unsubscribe/")
	switch {
	case c.cfg.UnsubscribeDomain != "":
		links.UnsubscribeMail = "mailto:" + bounce.UnsubscribePrefix + token.ForAddress(text) + "@" + c.cfg.UnsubscribeDomain + "?subject=unsubscribe"
	case !c.cfg.UnsubscribeMailbox.IsZero():
		links.UnsubscribeMail = "mailto:" + c.cfg.UnsubscribeMailbox.String() + "?subject=" + url.PathEscape("unsubscribe "+text)
	}
	return links
}
