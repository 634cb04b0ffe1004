package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"jobalertd/alerts/postings"
	"jobalertd/mailer/mailertest"
)

// onceWithin is how long the whole story may take.
const onceWithin = 20 * time.Second

// neverSpec is a schedule that does not come during the story: its steps poll by themselves.
const neverSpec = "@every 24h"

// Once plays the whole story without a person: signup, confirmation, welcome, alert, digest,
// unsubscribe, silence. It prints one JSON line a step and a last one that says whether all came out
// right; its error says which step did not.
func Once(ctx context.Context, o Options) error {
	ctx, cancel := context.WithTimeoutCause(ctx, onceWithin, fmt.Errorf("not done within %s", onceWithin))
	defer cancel()
	public, err := listenOn("127.0.0.1:0")
	if err != nil {
		return err
	}
	operator, err := listenOn("127.0.0.1:0")
	if err != nil {
		return errors.Join(err, public.Close())
	}
	logger := slog.New(slog.NewTextHandler(o.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := newStage(ctx, options{version: o.Version, public: public, operator: operator, schedule: neverSpec, logger: logger})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.daemon.Run(running) }()
	story := &story{stage: s, out: json.NewEncoder(o.Stdout), operator: "http://" + operator.Addr().String(), read: map[string]bool{}}
	err = story.play(ctx)
	stop()
	err = errors.Join(err, <-ended, s.close())
	last := outcome{OK: err == nil, Steps: story.steps, Mails: len(s.catcher.Mails())}
	if err != nil {
		last.Error = err.Error()
	}
	return errors.Join(err, story.out.Encode(last))
}

// outcome is the last line of output.
type outcome struct {
	OK    bool   `json:"ok"`
	Steps int    `json:"steps"`
	Mails int    `json:"mails"`
	Error string `json:"error,omitempty"`
}

// scene is any other line of output.
type scene struct {
	Step string `json:"step"`
	Saw  line   `json:"saw"`
}

// line is what is seen in one step.
type line map[string]any

// story is the play and how far it has come.
type story struct {
	*stage
	out      *json.Encoder
	operator string
	steps    int
	mails    []letter        // those looked at so far
	read     map[string]bool // the same, as they came
	slot     time.Time       // when the digest is due
}

// letter is a mail as its reader has it.
type letter struct {
	mail.Header
	text string // of all parts, decoded
}

// step is one scene. What it returns is printed.
type step struct {
	name string
	play func(context.Context) (line, error)
}

func (s *story) play(ctx context.Context) error {
	for _, step := range []step{
		{"boards", s.countPostings},
		{"signup", s.signUp},
		{"confirm_mail", s.awaitMail("confirm your job alerts")},
		{"look_at_confirm_page", s.lookAtConfirmPage},
		{"confirm", s.confirm},
		{"welcome_mail", s.awaitMail("Thank you for subscribing to your personalised job alerts")},
		{"new_posting", s.publishMatching},
		{"alert_mail", s.awaitMail("")},
		{"other_postings", s.publishOthers},
		{"digest_hour", s.reachDigestHour},
		{"digest_mail", s.awaitMail("")},
		{"unsubscribe", s.unsubscribe},
		{"silence", s.silence},
		{"metrics", s.metrics},
	} {
		result, err := step.play(ctx)
		if err != nil {
			return fmt.Errorf("step %s: %w", step.name, err)
		}
		s.steps++
		if err := s.out.Encode(scene{step.name, result}); err != nil {
			return err
		}
	}
	return nil
}

// countPostings looks what the boards have brought.
func (s *story) countPostings(ctx context.Context) (line, error) {
	head, err := s.daemon.Window.Sync(ctx)
	if err != nil {
		return nil, err
	}
	return line{"boards": len(s.daemon.Pollers), "open": len(s.daemon.Window.Between(0, head))}, nil
}

// signUp posts to the signup hook: an instant alert for some jobs, and a daily one for the others.
func (s *story) signUp(ctx context.Context) (line, error) {
	s.slot = time.Now().UTC().Truncate(time.Hour).Add(time.Hour)
	filter := func(skills ...string) line {
		return line{"class": []string{"core"}, "skills": line{"any": skills}, "places": []line{{"city": "Berlin", "country": "DE"}}}
	}
	body, err := json.Marshal(line{
		"email": "ada@example.com", "locale": "en", "time_zone": "UTC",
		"alerts": []line{
			{"name": "Go and Rust", "cadence": line{"every": "instant"}, "filter": filter("go", "rust")},
			{"name": "Front end, for a friend", "cadence": line{"every": "daily", "hour": s.slot.Hour()},
				"filter": line{"class": []string{"core", "partly", "no"}, "query": `title:frontend OR title:"front end" OR react`}},
		},
		"consent": line{"text_version": "demo-1", "source": "demo"},
	})
	if err != nil {
		return nil, err
	}
	got, err := s.do(ctx, http.MethodPost, "/api/v1/subscriptions", "application/json", string(body))
	if err != nil {
		return nil, err
	}
	return line{"status": got.status}, expect(got, http.StatusAccepted)
}

func expect(got answer, status int) error {
	if got.status != status {
		return fmt.Errorf("status %d, want %d: %s", got.status, status, got.body)
	}
	return nil
}

// awaitMail waits for the next mail and checks what every mail owes its reader.
func (s *story) awaitMail(subject string) func(context.Context) (line, error) {
	return func(ctx context.Context) (line, error) {
		caught, err := s.catcher.Await(ctx, func(m mailertest.Mail) bool { return !s.read[string(m.Data)] })
		if err != nil {
			return nil, err
		}
		l, err := open(caught.Data)
		if err != nil {
			return nil, err
		}
		s.mails, s.read[string(caught.Data)] = append(s.mails, l), true
		words, err := new(mime.WordDecoder).DecodeHeader(l.Get("Subject"))
		if err != nil {
			return nil, err
		}
		if !strings.Contains(words, subject) {
			return nil, fmt.Errorf("subject is %q, want %q in it", words, subject)
		}
		for _, header := range []string{"From", "To", "Date", "Message-ID", "Auto-Submitted"} {
			if l.Get(header) == "" {
				return nil, fmt.Errorf("the mail has no %s", header)
			}
		}
		return line{"to": caught.To[0], "subject": words, "one_click": l.Get("List-Unsubscribe-Post") != ""}, nil
	}
}

// open reads a mail. Its parts are all quoted-printable, and so are read in one go.
func open(data []byte) (letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return letter{}, err
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	return letter{m.Header, string(text)}, err
}

// confirmLink finds the link of the confirmation mail.
func (s *story) confirmLink() (string, error) {
	link := regexp.MustCompile(regexp.QuoteMeta(s.url) + `/confirm/[A-Za-z0-9_-]+`).FindString(s.mails[0].text)
	if link == "" {
		return "", errors.New("the mail holds no confirm link")
	}
	return link, nil
}

// lookAtConfirmPage opens the link, as a mail scanner would: nothing may change.
func (s *story) lookAtConfirmPage(ctx context.Context) (line, error) {
	link, err := s.confirmLink()
	if err != nil {
		return nil, err
	}
	got, err := s.do(ctx, http.MethodGet, link, "", "")
	if err == nil {
		err = expect(got, http.StatusOK)
	}
	if err == nil && len(s.catcher.Mails()) != len(s.mails) {
		err = errors.New("looking at the page sent a mail")
	}
	return line{"status": got.status}, err
}

// confirm presses the button of the page.
func (s *story) confirm(ctx context.Context) (line, error) {
	link, err := s.confirmLink()
	if err != nil {
		return nil, err
	}
	got, err := s.do(ctx, http.MethodPost, link, "application/x-www-form-urlencoded", "")
	if err != nil {
		return nil, err
	}
	return line{"status": got.status}, expect(got, http.StatusOK)
}

// publishMatching lets a job appear on a board that the instant alert wants.
func (s *story) publishMatching(ctx context.Context) (line, error) {
	opening := s.world.PublishMatching(time.Now())
	return line{"board": opening.Board.Format, "title": opening.Posting.Title}, s.poll(ctx)
}

// publishOthers lets jobs appear that only the daily alert wants.
func (s *story) publishOthers(ctx context.Context) (line, error) {
	var titles []string
	for range 3 {
		titles = append(titles, s.world.PublishOther(time.Now()).Posting.Title)
	}
	return line{"titles": titles}, s.poll(ctx)
}

// reachDigestHour lets the candidate's hour come: the daemon is asked who is due then.
func (s *story) reachDigestHour(ctx context.Context) (line, error) {
	owed, err := s.daemon.Runner.Run(ctx, s.slot)
	if err == nil && owed != 1 {
		err = fmt.Errorf("%d letters owed at the hour, want 1", owed)
	}
	return line{"letters": owed}, err
}

// unsubscribe presses the mail program's button in both kinds of mail (RFC 8058).
func (s *story) unsubscribe(ctx context.Context) (line, error) {
	for _, l := range s.mails[2:] { // the alert and the digest
		link, _, found := strings.Cut(strings.TrimPrefix(l.Get("List-Unsubscribe"), "<"), ">")
		if !found {
			return nil, errors.New("the mail has no List-Unsubscribe")
		}
		got, err := s.do(ctx, http.MethodPost, link, "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click")
		if err == nil {
			err = expect(got, http.StatusOK)
		}
		if err != nil {
			return nil, err
		}
	}
	return line{"alerts_ended": 2}, nil
}

// silence lets another matching job appear: it must bring no mail.
func (s *story) silence(ctx context.Context) (line, error) {
	opening := s.world.PublishMatching(time.Now())
	if err := s.poll(ctx); err != nil {
		return nil, err
	}
	if _, err := s.daemon.Log.Find(ctx, opening.Posting.ID); errors.Is(err, postings.ErrNotFound) {
		return nil, errors.New("the posting was not taken in, so silence proves nothing")
	}
	owed, err := s.daemon.Runner.Run(ctx, s.slot)
	if err != nil {
		return nil, err
	}
	stats, err := s.daemon.Outbox.Stats(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	if n := len(s.catcher.Mails()); owed != 0 || stats.Ready+stats.InHand+stats.Waiting != 0 || n != len(s.mails) {
		return nil, fmt.Errorf("after unsubscribing: %d letters owed, outbox %+v, %d mails after %d", owed, stats, n, len(s.mails))
	}
	return line{"letters": owed, "mails": len(s.mails)}, nil
}

// metrics reads what the operator sees.
func (s *story) metrics(ctx context.Context) (line, error) {
	got, err := s.do(ctx, http.MethodGet, s.operator+"/metrics", "", "")
	if err == nil {
		err = expect(got, http.StatusOK)
	}
	if err != nil {
		return nil, err
	}
	for _, want := range []string{
		`jobalert_letters_total{kind="confirm",result="sent"} 1`,
		`jobalert_letters_total{kind="welcome",result="sent"} 1`,
		`jobalert_letters_total{kind="alert",result="sent"} 1`,
		`jobalert_letters_total{kind="digest",result="sent"} 1`,
		`jobalert_unsubscribes_total{via="one_click"} 2`,
	} {
		if !strings.Contains(got.body, want) {
			return nil, fmt.Errorf("metrics do not hold %s", want)
		}
	}
	return line{"letters": "confirm, welcome, alert, digest"}, nil
}
