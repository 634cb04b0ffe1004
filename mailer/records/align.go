package records

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// providers is the domains that mailbox providers give to people, those ending in a dot under any
// ending. Mail from them that their own servers did not send fails DMARC.
func providers() []string {
	return []string{
		"gmail.com", "googlemail.com", "yahoo.", "ymail.com", "rocketmail.com", "aol.com", "outlook.", "hotmail.",
		"live.com", "live.de", "live.fr", "live.nl", "live.it", "live.co.uk", "msn.com", "icloud.com", "me.com", "mac.com",
		"gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "t-online.de", "freenet.de", "mail.com", "mail.ru", "yandex.ru", "yandex.com",
		"proton.me", "protonmail.com", "pm.me", "tutanota.com", "zoho.com", "fastmail.com", "orange.fr", "free.fr", "laposte.net",
		"libero.it", "comcast.net", "att.net", "verizon.net", "qq.com", "163.com", "126.com",
	}
}

// CheckFrom says why letters cannot come from a domain; nil if they can.
func CheckFrom(domain string) error {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	organisation := organisationOf(domain)
	taken := slices.ContainsFunc(providers(), func(p string) bool {
		if open, any := strings.CutSuffix(p, "."); any {
			return strings.HasPrefix(organisation, open+".")
		}
		return organisation == p
	})
	if taken {
		return fmt.Errorf("%s belongs to a mailbox provider: nobody else can send from it and pass DMARC, so receivers refuse the letters; use a domain of your own", domain)
	}
	return nil
}

// Aligned reports whether a signature or envelope sender of one domain speaks for letters from
// another: whether they are of one organisation (RFC 7489 §3.1, relaxed).
func Aligned(from, other string) bool {
	return organisationOf(from) == organisationOf(other)
}

// organisationOf is the domain that its owner registered.
func organisationOf(domain string) string {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	organisation, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain
	}
	return organisation
}
