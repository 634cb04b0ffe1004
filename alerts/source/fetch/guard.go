package fetch

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
)

// ErrForbiddenAddress is returned for a host that resolves to an address which is not public.
var ErrForbiddenAddress = errors.New("address is not public")

// guard decides which addresses may be connected to.
type guard struct {
	allow []netip.Prefix
	deny  []netip.Prefix
}

// newGuard denies everything that is not the public Internet, apart from allow.
func newGuard(allow []netip.Prefix) guard {
	var deny []netip.Prefix
	for _, s := range specialPurpose() {
		deny = append(deny, netip.MustParsePrefix(s))
	}
	return guard{allow: allow, deny: deny}
}

// specialPurpose lists the prefixes of the IANA special-purpose registries (RFC 6890 and its
// updates) that no public web server has, and those that carry an IPv4 address inside, which
// would lead past the check of the IPv4 ones.
func specialPurpose() []string {
	return []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
		"192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
		"2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
	}
}

// check says whether addr may be connected to.
func (g guard) check(addr netip.Addr) error {
	// An IPv4 address in IPv6 clothes is judged as IPv4, and a zone cannot hide one.
	addr = addr.Unmap().WithZone("")
	for _, prefix := range g.allow {
		if prefix.Contains(addr) {
			return nil
		}
	}
	for _, prefix := range g.deny {
		if prefix.Contains(addr) {
			return fmt.Errorf("%w: %s lies in %s", ErrForbiddenAddress, addr, prefix)
		}
	}
	return nil
}

// control is the hook of net.Dialer: it sees the literal address that is about to be connected to.
func (g guard) control(_, address string, _ syscall.RawConn) error {
	addr, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForbiddenAddress, err)
	}
	return g.check(addr.Addr())
}
