package token

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jobalertd/subscribers"
)

func TestAnUnsubscribeLinkFitsIntoAnAddressAndComesBack(t *testing.T) {
	m, err := New([][]byte{[]byte("a key of sixteen or more octets")})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	link := m.Mint(Claims{Purpose: Unsubscribe, Subscriber: "abcdefghijklm", Alert: "7"}, now)
	local := ForAddress(link)
	if whole := "unsubscribe+" + local; len(whole) > 64 || strings.ToLower(whole) != whole {
		t.Errorf("%s has %d characters", whole, len(whole))
	}
	for _, spelling := range []string{local, strings.ToUpper(local)} {
		back, err := FromAddress(spelling)
		if err != nil || back != link {
			t.Errorf("%s: %s, %v", spelling, back, err)
		}
		claims, err := m.Check(Unsubscribe, back, now)
		if err != nil || claims.Subscriber != subscribers.ID("abcdefghijklm") || claims.Alert != "7" {
			t.Errorf("%+v, %v", claims, err)
		}
	}
	if _, err := FromAddress(local[:len(local)-1] + "\n"); !errors.Is(err, ErrMalformed) {
		t.Errorf("a line break: %v", err)
	}
}

func TestNoTwoSpellingsOfAnAddressAreOneLink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		local := rapid.StringMatching(`[a-z2-7=\n]{0,50}`).Draw(t, "local")
		link, err := FromAddress(local)
		if err == nil && ForAddress(link) != local {
			t.Errorf("%q became %q", local, ForAddress(link))
		}
	})
}
