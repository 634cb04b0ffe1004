package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jobalertd/cmd/internal/config/settings"
	"jobalertd/mailer"
)

// Rules are what other rooms know about settings; a nil rule allows everything.
type Rules struct {
	// Schedule says what is wrong with a cron expression.
	Schedule func(spec string) error
	// From says why letters cannot come from a domain.
	From func(domain string) error
	// Aligned reports whether a signature of one domain speaks for letters from another.
	Aligned func(from, signer string) bool
	// DKIMKey says what is wrong with a private key, without repeating it.
	DKIMKey func(pem string) error
	// Formats are the names of the boards that can be read.
	Formats []string
}

// check holds a text that is not empty against the rule its field names.
func (r Rules) check(rule, text string) error {
	switch rule {
	case "listen":
		return checkListen(text)
	case "base_url":
		return checkBaseURL(text)
	case "redis_url":
		return checkRedisURL(text)
	case "source_url":
		return checkSourceURL(text)
	case "origin":
		return checkOrigin(text)
	case "domain":
		return checkDomain(text)
	case "host":
		return checkHost(text)
	case "recipients":
		if text == "*" {
			return nil
		}
		return checkDomain(text)
	case "selector":
		return checkSelector(text)
	case "dkim_key":
		return checkDKIMKey(text, r.DKIMKey)
	case "from":
		return checkFrom(text, r.From)
	case "feedback_id":
		return checkFeedbackID(text)
	case "format":
		return checkFormat(text, r.Formats)
	case "schedule":
		return checkSchedule(text, r.Schedule)
	}
	return fmt.Errorf("no rule is called %q", rule) // a test sets every key
}

func checkListen(text string) error {
	_, port, err := net.SplitHostPort(text)
	if n, numErr := strconv.ParseUint(port, 10, 16); err != nil || numErr != nil || strconv.FormatUint(n, 10) != port {
		return fmt.Errorf("%q is not an address with a port; write it like 127.0.0.1:8080 or :8080", text)
	}
	return nil
}

// webURL parses an absolute http or https URL without a user.
func webURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("%q is not a web address; write it like https://jobs.example.com", text)
	}
	if u.User != nil {
		return nil, fmt.Errorf("the address of %s holds a user name or password; leave it out", u.Host)
	}
	return u, nil
}

func checkBaseURL(text string) error {
	u, err := webURL(text)
	if err != nil {
		return err
	}
	if u.RawQuery != "" || u.Fragment != "" || u.ForceQuery || strings.HasSuffix(u.Path, "/") {
		return fmt.Errorf("%q must end before any ?, # or final slash, since links are made by adding to it", text)
	}
	return nil
}

func checkSourceURL(text string) error {
	_, err := webURL(text)
	return err
}

func checkOrigin(text string) error {
	if text == "*" {
		return fmt.Errorf("a form from any site cannot be told from an attack; list the sites, like https://www.example.com")
	}
	u, err := webURL(text)
	if err != nil {
		return err
	}
	if u.Scheme+"://"+u.Host != text {
		return fmt.Errorf("%q is more than an origin; leave %s://%s", text, u.Scheme, u.Host)
	}
	return nil
}

// checkRedisURL never repeats the URL, which may hold a password.
func checkRedisURL(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("it is not a URL; write it like redis://user:password@host:6379/0 and escape special characters of the password as %%XX")
	}
	switch u.Scheme {
	case "redis", "rediss":
		if u.Hostname() == "" {
			return fmt.Errorf("it names no host; write it like redis://host:6379/0")
		}
	case "unix":
		if u.Path == "" {
			return fmt.Errorf("it names no socket; write it like unix:///run/redis/redis.sock")
		}
	default:
		return fmt.Errorf("it must begin with redis://, rediss:// or unix://")
	}
	return nil
}

func checkDomain(text string) error {
	if _, err := mailer.ParseAddress("x@" + text); err != nil {
		return fmt.Errorf("%q is not a domain; write it like jobs.example.com", text)
	}
	return nil
}

// checkHost allows what a machine can be called: also a bare name such as localhost or postfix.
func checkHost(text string) error {
	if _, err := netip.ParseAddr(text); err == nil {
		return nil
	}
	if checkDomain(text) == nil || checkDomain(text+".example") == nil {
		return nil
	}
	return fmt.Errorf("%q is not a host; write a name or an IP address, without a port", text)
}

func checkFrom(text string, check func(string) error) error {
	_, domain, found := strings.Cut(text, "@")
	if check == nil || !found {
		return nil
	}
	return check(domain)
}

func checkSelector(text string) error {
	if strings.HasSuffix(text, "_domainkey") || checkDomain(text+".example") != nil {
		return fmt.Errorf("%q is not a selector; write it like jobs1", text)
	}
	return nil
}

func checkDKIMKey(text string, check func(string) error) error {
	if check == nil {
		return nil
	}
	return check(text)
}

func checkFeedbackID(text string) error {
	alnum := func(r rune) bool { return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
	if len(text) < 5 || len(text) > 15 || strings.ContainsFunc(text, func(r rune) bool { return !alnum(r) }) {
		return fmt.Errorf("%q is not a sender name for Feedback-ID; use 5 to 15 letters and digits", text)
	}
	return nil
}

func checkFormat(text string, formats []string) error {
	if formats == nil || slices.Contains(formats, text) {
		return nil
	}
	return fmt.Errorf("%q is not a board that can be read; there are %s%s", text, strings.Join(formats, ", "), settings.DidYouMean(text, formats))
}

func checkSchedule(text string, check func(string) error) error {
	if check == nil {
		return nil
	}
	if err := check(text); err != nil {
		return fmt.Errorf("%q is not a schedule (%w); write it like @every 15m or */15 * * * *", text, err)
	}
	return nil
}
