package fetch

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"jobalertd/alerts/source"
)

// robotsLife is how long a robots.txt may be trusted (RFC 9309 §2.4).
const robotsLife = 24 * time.Hour

// robots is what a host's robots.txt asks of us.
type robots struct {
	rules []robotsRule
	read  time.Time
}

type robotsRule struct {
	allow   bool
	pattern string
}

// askRobots says whether the page may be fetched. RFC 9309 §2.3.1: a host without a robots.txt
// allows everything; one whose robots.txt cannot be had for now allows nothing.
func (f *Fetcher) askRobots(ctx context.Context, h *host, page *url.URL) error {
	if h.robots == nil || time.Since(h.robots.read) > robotsLife {
		at := url.URL{Scheme: page.Scheme, Host: page.Host, Path: "/robots.txt"}
		response, err := f.retry(ctx, h, source.Request{URL: at.String()}, Validators{})
		failure, failed := errors.AsType[*Error](err)
		switch {
		case err == nil:
			h.robots = &robots{rules: parseRobots(response.Body, f.cfg.UserAgent), read: time.Now()}
		case failed && failure.Status >= 400 && failure.Status < 500 && !failure.temporary:
			h.robots = &robots{read: time.Now()}
		default:
			return err
		}
	}
	if !h.robots.allows(page.EscapedPath()) {
		return &Error{URL: redacted(page.String()), Err: ErrRobots}
	}
	return nil
}

// allows applies the longest rule that matches; allow wins a tie (RFC 9309 §2.2.2).
func (r *robots) allows(path string) bool {
	if path == "" {
		path = "/"
	}
	allowed, longest := true, -1
	for _, rule := range r.rules {
		if !robotsMatch(rule.pattern, path) {
			continue
		}
		if n := len(rule.pattern); n > longest || n == longest && rule.allow {
			allowed, longest = rule.allow, n
		}
	}
	return allowed
}

// robotsMatch matches a path against a pattern with * for anything and a closing $ for the end.
func robotsMatch(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	rest := path[len(parts[0]):]
	if len(parts) == 1 {
		return !anchored || rest == ""
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	if anchored {
		return strings.HasSuffix(rest, parts[last])
	}
	return strings.Contains(rest, parts[last])
}

// parseRobots keeps the rules for the product named first in userAgent, or those for everyone
// where none name it. Only the first 500 KiB count (RFC 9309 §2.5).
func parseRobots(body []byte, userAgent string) []robotsRule {
	product, _, _ := strings.Cut(strings.ToLower(userAgent), "/")
	text := string(body[:min(len(body), 500<<10)])
	rules := map[string][]robotsRule{}
	var agents []string
	inRules := true
	for line := range strings.Lines(strings.ReplaceAll(text, "\r", "\n")) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "user-agent":
			if inRules {
				agents, inRules = nil, false
			}
			agents = append(agents, strings.ToLower(value))
			rules[strings.ToLower(value)] = append(rules[strings.ToLower(value)], robotsRule{allow: true})
		case "allow", "disallow":
			inRules = true
			if value == "" {
				continue
			}
			allow := strings.EqualFold(strings.TrimSpace(key), "allow")
			for _, agent := range agents {
				rules[agent] = append(rules[agent], robotsRule{allow: allow, pattern: value})
			}
		}
	}
	if own, ok := rules[product]; ok {
		return own
	}
	return rules["*"]
}
