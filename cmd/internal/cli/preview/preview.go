// Package preview writes mails to files, for somebody who wants to see them before anybody gets them.
package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jobalertd/cmd/internal/app"
	renderers "jobalertd/cmd/internal/app/mails"
	"jobalertd/cmd/internal/config"
	"jobalertd/mailer"
	"jobalertd/mailer/locale"
	"jobalertd/mailer/render"
	"jobalertd/subscribers"
	"jobalertd/subscribers/compose"
)

// Samples are mails of some kinds about jobs that do not exist, in the language that comes nearest to a
// BCP 47 tag.
func Samples(kinds []mailer.Kind, tag, baseURL string) ([]render.Mail, error) {
	var mails []render.Mail
	for _, kind := range kinds {
		m, err := compose.Sample(kind, locale.Negotiate(tag), baseURL, time.Now())
		if err != nil {
			return nil, err
		}
		mails = append(mails, m)
	}
	return mails, nil
}

// newest is from how many postings a subscriber's mails take their jobs.
const newest = 1000

// For are mails of some kinds as a subscriber would get them about the newest postings, at most maxJobs
// in each; in another language than theirs where a tag is given.
func For(ctx context.Context, daemon *app.App, id subscribers.ID, kinds []mailer.Kind, tag string, maxJobs int) ([]render.Mail, error) {
	if _, err := daemon.Window.Sync(ctx); err != nil {
		return nil, err
	}
	var ids []string
	for _, job := range daemon.Window.Newest(newest) {
		ids = append(ids, job.Posting.ID)
	}
	var mails []render.Mail
	for _, kind := range kinds {
		m, err := daemon.Composer.Preview(ctx, kind, id, tag, ids, maxJobs, time.Now())
		if err != nil {
			return nil, fmt.Errorf("composing a %s mail for %s: %w", kind, id, err)
		}
		mails = append(mails, m)
	}
	return mails, nil
}

// Write writes mails into a directory, each as it would go out and as its two bodies, and tells the names
// of the files on out. Of a mail that has nothing to tell it says so on log.
func Write(cfg config.Config, dir string, mails []render.Mail, out, log io.Writer) error {
	renderer, err := renderers.Renderer(cfg, nil, nil, nil)
	if err != nil {
		return err
	}
	for _, m := range mails {
		names, err := write(dir, renderer, m)
		if errors.Is(err, render.ErrNothingToTell) {
			fmt.Fprintf(log, "jobalertd: no %s mail: no open posting matches\n", m.Letter.Kind)
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(out, strings.Join(names, "\n"))
	}
	return nil
}

// write writes one mail and returns the names of the files.
func write(dir string, renderer *render.Renderer, m render.Mail) ([]string, error) {
	message, err := renderer.Render(m)
	if err != nil {
		return nil, err
	}
	text, page, err := renderer.Bodies(m)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	name := filepath.Join(dir, string(m.Letter.Kind)+"."+locale.Negotiate(m.Locale).String())
	var names []string
	for _, file := range []struct {
		ending string
		data   []byte
	}{{".eml", message.Bytes()}, {".html", []byte(page)}, {".txt", []byte(text)}} {
		if err := os.WriteFile(name+file.ending, file.data, 0o644); err != nil {
			return nil, err
		}
		names = append(names, name+file.ending)
	}
	return names, nil
}
