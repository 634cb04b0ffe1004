package token

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"jobalertd/subscribers"
)

var (
	oldKey = []byte("the key of the year before")
	newKey = []byte("the key of this very year")
	now    = time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)
)

const (
	someone  = subscribers.ID("abcdefghijklm")
	proposal = "nopqrstuvwxya"
)

func minter(t interface{ Fatal(...any) }, keys ...[]byte) *Minter {
	m, err := New(keys)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// examples is one link of every shape.
func examples() []Claims {
	return []Claims{
		{Purpose: Confirm, Subscriber: someone, Proposal: proposal},
		{Purpose: Manage, Subscriber: someone},
		{Purpose: Unsubscribe, Subscriber: someone},
		{Purpose: Unsubscribe, Subscriber: someone, Alert: "7"},
		{Purpose: Feed, Subscriber: someone},
		{Purpose: Feed, Subscriber: someone, Alert: "65535"},
		{Purpose: Feed, Subscriber: someone, Alert: "7", Serial: 3},
		{Purpose: Form},
		{Purpose: Browser, Proposal: proposal},
		{Purpose: News, Subscriber: someone, Alert: "7"},
	}
}

func TestALinkSaysWhatItWasMintedFor(t *testing.T) {
	m := minter(t, newKey)
	life := map[Purpose]time.Duration{Confirm: ConfirmLife, Manage: ManageLife, Form: FormLife, Browser: ConfirmLife, News: NewsLife}
	for _, want := range examples() {
		t.Run(fmt.Sprintf("%s %s", want.Purpose, want.Alert), func(t *testing.T) {
			text := m.Mint(want, now)
			got, err := m.Check(want.Purpose, text, now.Add(time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			if d, ok := life[want.Purpose]; ok {
				want.Expires = now.Add(d)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("claims changed (-minted +checked):\n%s", diff)
			}
			if len(text) > 56 || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
				t.Errorf("%q (%d characters) does not fit into a header line or a path", text, len(text))
			}
		})
	}
}

func TestALinkIsGoodForOnePurpose(t *testing.T) {
	m := minter(t, newKey)
	for _, c := range examples() {
		text := m.Mint(c, now)
		for _, p := range []Purpose{Confirm, Manage, Unsubscribe, Feed, Form} {
			if _, err := m.Check(p, text, now); p != c.Purpose && !errors.Is(err, ErrForged) {
				t.Errorf("a %s link checked for %s: %v, want ErrForged", c.Purpose, p, err)
			}
		}
	}
}

func TestLinksExpireToTheSecond(t *testing.T) {
	m := minter(t, newKey)
	tests := []struct {
		name    string
		claims  Claims
		life    time.Duration
		forever bool
	}{
		{"confirm after seven days", examples()[0], 7 * 24 * time.Hour, false},
		{"manage after seven days", examples()[1], 7 * 24 * time.Hour, false},
		{"a form after a day", Claims{Purpose: Form}, 24 * time.Hour, false},
		{"unsubscribe never", examples()[2], 0, true},
		{"feed never", examples()[4], 0, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := m.Mint(test.claims, now)
			if test.forever {
				if _, err := m.Check(test.claims.Purpose, text, now.AddDate(50, 0, 0)); err != nil {
					t.Errorf("after 50 years: %v", err)
				}
				return
			}
			if _, err := m.Check(test.claims.Purpose, text, now.Add(test.life-time.Second)); err != nil {
				t.Errorf("one second before the end: %v", err)
			}
			got, err := m.Check(test.claims.Purpose, text, now.Add(test.life))
			if !errors.Is(err, ErrExpired) {
				t.Errorf("at the end: %v, want ErrExpired", err)
			}
			if got.Subscriber != test.claims.Subscriber {
				t.Errorf("an expired link names %q, want %q", got.Subscriber, test.claims.Subscriber)
			}
		})
	}
}

func TestKeysRotate(t *testing.T) {
	before, during, after := minter(t, oldKey), minter(t, newKey, oldKey), minter(t, newKey)
	c := Claims{Purpose: Unsubscribe, Subscriber: someone}
	old := before.Mint(c, now)
	if _, err := during.Check(Unsubscribe, old, now); err != nil {
		t.Errorf("a link of the old key while both are listed: %v", err)
	}
	if _, err := after.Check(Unsubscribe, old, now); !errors.Is(err, ErrForged) {
		t.Errorf("a link of a retired key: %v, want ErrForged", err)
	}
	if _, err := after.Check(Unsubscribe, during.Mint(c, now), now); err != nil {
		t.Errorf("with both listed the newest does not sign: %v", err)
	}
}

func TestOddTextsAreMalformed(t *testing.T) {
	m := minter(t, newKey)
	good := m.Mint(Claims{Purpose: Manage, Subscriber: someone}, now)
	raw, _ := base64.RawURLEncoding.DecodeString(good)
	for name, text := range map[string]string{
		"empty":                "",
		"cut short":            good[:len(good)-1],
		"cut at an octet":      base64.RawURLEncoding.EncodeToString(raw[:len(raw)-1]),
		"one octet more":       base64.RawURLEncoding.EncodeToString(append(raw, 0)),
		"only a MAC":           base64.RawURLEncoding.EncodeToString(raw[:16]),
		"a line break in it":   good[:8] + "\n" + good[8:],
		"padded":               good + "=",
		"a dot behind it":      good + ".",
		"not base64url":        strings.Repeat("+", len(good)),
		"an unknown purpose":   base64.RawURLEncoding.EncodeToString(append([]byte{9}, raw[1:]...)),
		"a megabyte of letter": strings.Repeat("A", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := m.Check(Manage, text, now); !errors.Is(err, ErrMalformed) {
				t.Errorf("Check = %v, want ErrMalformed", err)
			}
		})
	}
}

func TestSpareBitsOfBase64AreNotASecondSpelling(t *testing.T) {
	m := minter(t, newKey)
	manage := m.Mint(Claims{Purpose: Manage, Subscriber: someone}, now) // 29 octets leave four bits spare
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for _, last := range alphabet {
		changed := manage[:len(manage)-1] + string(last)
		if _, err := m.Check(Manage, changed, now); (err == nil) != (changed == manage) {
			t.Errorf("last character %q: %v", last, err)
		}
	}
}

func TestNewRefusesWeakKeys(t *testing.T) {
	for name, keys := range map[string][][]byte{
		"none": nil, "an empty one": {{}}, "a short second one": {newKey, []byte("short")},
	} {
		if _, err := New(keys); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestMintPanicsOnWhatCannotExist(t *testing.T) {
	m := minter(t, newKey)
	for name, c := range map[string]Claims{
		"no purpose":            {Subscriber: someone},
		"no subscriber":         {Purpose: Manage},
		"a subscriber too long": {Purpose: Manage, Subscriber: someone + "a"},
		"no proposal":           {Purpose: Confirm, Subscriber: someone},
		"alert zero":            {Purpose: Feed, Subscriber: someone, Alert: "0"},
		"alert 01":              {Purpose: Feed, Subscriber: someone, Alert: "01"},
		"alert 65536":           {Purpose: Feed, Subscriber: someone, Alert: "65536"},
		"an alert in words":     {Purpose: Unsubscribe, Subscriber: someone, Alert: "go"},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("minted")
				}
			}()
			m.Mint(c, now)
		})
	}
}

func TestNoChangedBitVerifies(t *testing.T) {
	m := minter(t, newKey, oldKey)
	for _, c := range examples() {
		text := m.Mint(c, now)
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		for bit := range len(raw) * 8 {
			raw[bit/8] ^= 1 << (bit % 8)
			changed := base64.RawURLEncoding.EncodeToString(raw)
			for _, p := range []Purpose{Confirm, Manage, Unsubscribe, Feed, Form} {
				if claims, err := m.Check(p, changed, now); !errors.Is(err, ErrForged) && !errors.Is(err, ErrMalformed) {
					t.Fatalf("%s with bit %d changed passes for %s: %+v, %v", c.Purpose, bit, p, claims, err)
				}
			}
			raw[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// drawClaims is any link that can exist.
func drawClaims(t *rapid.T) Claims {
	c := Claims{Purpose: Purpose(rapid.IntRange(int(Confirm), int(News)).Draw(t, "purpose"))}
	l, _ := c.Purpose.layout()
	if l.subscriber {
		c.Subscriber = subscribers.IDOf([idSize]byte(rapid.SliceOfN(rapid.Byte(), idSize, idSize).Draw(t, "subscriber")))
	}
	if l.proposal {
		c.Proposal = rapid.StringMatching("[a-z2-7]{13}").Draw(t, "proposal")
	}
	if n := rapid.IntRange(0, 65535).Draw(t, "alert"); l.alert && n > 0 {
		c.Alert = fmt.Sprint(n)
	}
	if l.serial {
		c.Serial = rapid.Uint16().Draw(t, "serial")
	}
	return c
}

func TestEveryLinkComesBackAndNoEditDoes(t *testing.T) {
	m := minter(t, newKey)
	rapid.Check(t, func(t *rapid.T) {
		c := drawClaims(t)
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "at"), 0)
		text := m.Mint(c, at)
		got, err := m.Check(c.Purpose, text, at)
		if err != nil {
			t.Fatalf("Check: %v", err)
		}
		got.Expires = time.Time{}
		if got != c {
			t.Fatalf("minted %+v, read %+v", c, got)
		}
		edited := []byte(text)
		edited[rapid.IntRange(0, len(edited)-1).Draw(t, "position")] = rapid.Byte().Draw(t, "letter")
		if _, err := m.Check(c.Purpose, string(edited), at); err == nil && string(edited) != text {
			t.Fatalf("edited %q to %q and it passes", text, edited)
		}
	})
}

func FuzzCheck(f *testing.F) {
	m := minter(f, newKey)
	minted := map[string]bool{}
	for _, c := range examples() {
		text := m.Mint(c, now)
		minted[text] = true
		f.Add(text)
		f.Add(text[1:])
		f.Add(text + "\n")
		f.Add(minter(f, oldKey).Mint(c, now))
	}
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range []Purpose{Confirm, Manage, Unsubscribe, Feed, Form} {
			if _, err := m.Check(p, text, now); err == nil && !minted[text] {
				t.Fatalf("%q was never minted and passes for %s", text, p)
			}
		}
	})
}

func ExampleMinter() {
	m, _ := New([][]byte{[]byte("sixteen or more octets from the configuration")})
	noon := time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
	link := m.Mint(Claims{Purpose: Manage, Subscriber: "abcdefghijklm"}, noon)

	claims, err := m.Check(Manage, link, noon.AddDate(0, 0, 6))
	fmt.Println(claims.Subscriber, err)
	_, err = m.Check(Manage, link, noon.AddDate(0, 0, 8))
	fmt.Println(err)
	_, err = m.Check(Unsubscribe, link, noon)
	fmt.Println(err)
	// Output:
	// abcdefghijklm <nil>
	// link has expired
	// signature does not fit
}
