// Package notation is how operators write durations and networks. Its errors say how.
package notation

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Duration reads Go's notation and, since operators think in days, whole days as 90d.
func Duration(text string) (time.Duration, error) {
	const hint = "write it like 90s, 15m, 12h or 7d"
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return 0, fmt.Errorf("%q is not a duration; %s", text, hint)
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration; %s", text, hint)
	}
	return d, nil
}

// FormatDuration is the shortest text that Duration reads as d.
func FormatDuration(d time.Duration) string {
	const day = 24 * time.Hour
	if d > 0 && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Prefix reads a network, or one address as a network of its own.
func Prefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is neither an address nor a network; write it like 10.0.0.1 or 10.0.0.0/8", text)
	}
	return p.Masked(), nil
}
