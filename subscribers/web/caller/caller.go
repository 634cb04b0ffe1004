// Package caller tells where a request comes from: the IP address behind the operator's own
// proxies, and what speaks for it.
//
// # Decisions
//
// X-Forwarded-For is read from the right, and only as far as each sender is one of the operator's
// proxies: what stands left of the first stranger, the stranger may have written. The header Forwarded
// (RFC 7239) is not read: few proxies write it, and a client could say one thing in each.
//
// Who comes from the machine itself or from a private network is no stranger: it is a program of the
// operator's, or a proxy that nobody has told us of, whose people must not be braked as if they
// were one.
package caller

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Caller is where a request comes from.
type Caller struct {
	// IP is the address it came from, zero where that is not known.
	IP netip.Addr
	// Site is the allowed site whose page sent the request, such as https://example.org, as far as
	// its browser says so; empty for none.
	Site string
	// Signed means that the request was signed with a secret of the hook.
	Signed bool
}

// Stranger reports whether nothing speaks for the caller: no signature, and no address of the
// operator's own network.
func (c Caller) Stranger() bool {
	return !c.Signed && c.IP.IsGlobalUnicast() && !c.IP.IsPrivate()
}

type contextKey struct{}

// From is the caller whose request led to ctx, the zero Caller where nobody has looked.
func From(ctx context.Context) Caller {
	c, _ := ctx.Value(contextKey{}).(Caller)
	return c
}

// With is ctx with a caller.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, contextKey{}, c)
}

// Finder finds callers.
type Finder struct {
	proxies []netip.Prefix
	sites   []string
}

// NewFinder makes a finder that believes the proxies in these networks, and knows the sites whose
// pages may send forms.
func NewFinder(proxies []netip.Prefix, sites []string) *Finder {
	return &Finder{proxies: proxies, sites: sites}
}

// Know has next find the caller in the request's context.
func (f *Finder) Know(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := Caller{IP: f.ip(r)}
		if origin := r.Header.Get("Origin"); slices.Contains(f.sites, origin) {
			c.Site = origin
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), c)))
	})
}

// Proxy reports whether a request came to us straight from one of the operator's proxies.
func (f *Finder) Proxy(r *http.Request) bool { return f.ours(parse(r.RemoteAddr)) }

// ip is the address that the outermost of our proxies saw.
func (f *Finder) ip(r *http.Request) netip.Addr {
	ip := parse(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		before := parse(hop)
		if !f.ours(ip) || !before.IsValid() {
			break
		}
		ip = before
	}
	return ip
}

// ours reports whether an address is one of the operator's proxies.
func (f *Finder) ours(ip netip.Addr) bool {
	return slices.ContainsFunc(f.proxies, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// parse reads an address as servers and proxies write it, with a port or without; zero where it is
// none.
func parse(text string) netip.Addr {
	text = strings.TrimSpace(text)
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone("")
	}
	ip, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return ip.Unmap().WithZone("")
}
