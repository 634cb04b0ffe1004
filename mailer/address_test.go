package mailer

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func parsed(t testing.TB, s string) Address {
	t.Helper()
	a, err := ParseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnAddressIsReadAsAPersonTypesIt(t *testing.T) {
	for _, test := range []struct{ name, given, want string }{
		{"a plain address", "jane@example.com", "jane@example.com"},
		{"white space around it", " \tjane@example.com\r\n", "jane@example.com"},
		{"its domain in capitals", "Jane.Doe@EXAMPLE.Com", "Jane.Doe@example.com"},
		{"a tag", "jane+jobs@example.com", "jane+jobs@example.com"},
		{"every sign an atom may hold", "!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"},
		{"an apostrophe", "o'neill@example.ie", "o'neill@example.ie"},
		{"digits alone", "123@123.com", "123@123.com"},
		{"a German domain", "jane@münchen.de", "jane@xn--mnchen-3ya.de"},
		{"the same domain in capitals", "jane@MÜNCHEN.DE", "jane@xn--mnchen-3ya.de"},
		{"the same domain with its umlaut in two parts", "jane@mu\u0308nchen.de", "jane@xn--mnchen-3ya.de"},
		{"a domain in A-label form", "jane@xn--mnchen-3ya.de", "jane@xn--mnchen-3ya.de"},
		{"a Japanese domain with its own dot", "jane@例え。jp", "jane@xn--r8jz45g.jp"},
		{"full-width letters in the domain", "jane@ｅｘａｍｐｌｅ.com", "jane@example.com"},
		{"a local part beyond ASCII", "jürgen@example.com", "jürgen@example.com"},
		{"the longest local part", strings.Repeat("a", 64) + "@example.com", strings.Repeat("a", 64) + "@example.com"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParseAddress(test.given)
			if err != nil || got.String() != test.want {
				t.Errorf("ParseAddress(%q) = %q, %v; want %q", test.given, got, err, test.want)
			}
		})
	}
}

func TestWhatIsNoAddressIsRefusedWithAReason(t *testing.T) {
	label := strings.Repeat("a", 63)
	for _, test := range []struct{ name, given, problem string }{
		{"nothing", "", "it is empty"},
		{"white space", " \n", "it is empty"},
		{"no @", "jane", "it has no @"},
		{"nothing before the @", "@example.com", "nothing stands before the @"},
		{"nothing behind the @", "jane@", "is not a domain name"},
		{"a display name", "Jane <jane@example.com>", "a space, a comma, a quote or a bracket"},
		{"two addresses", "jane@example.com,joe@example.com", "a space, a comma, a quote or a bracket"},
		{"two @", "jane@joe@example.com", "a space, a comma, a quote or a bracket"},
		{"a quoted part", `"jane doe"@example.com`, "a space, a comma, a quote or a bracket"},
		{"a comment", "jane(doe)@example.com", "a space, a comma, a quote or a bracket"},
		{"a dot at the start", ".jane@example.com", "write it like name@example.com"},
		{"two dots in a row", "jane..doe@example.com", "write it like name@example.com"},
		{"a dot at the end", "jane.@example.com", "write it like name@example.com"},
		{"a header smuggled in", "jane\r\nBcc: joe@example.com", "a space, a comma, a quote or a bracket"},
		{"a line break", "jane\ndoe@example.com", "a character that cannot be seen"},
		{"a zero byte", "jane\x00@example.com", "a character that cannot be seen"},
		{"a control character of Latin-1", "jane\u0085@example.com", "a character that cannot be seen"},
		{"a change of direction", "jane\u202edoe@example.com", "a character that cannot be seen"},
		{"a space without width", "jane\u200b@example.com", "a character that cannot be seen"},
		{"bytes that are no UTF-8", "jane\xff@example.com", "not valid UTF-8"},
		{"a domain without a dot", "jane@localhost", `the domain "localhost" has no dot`},
		{"a dot behind the domain", "jane@example.com.", "is not a domain name"},
		{"an empty label", "jane@example..com", "is not a domain name"},
		{"a hyphen before a label", "jane@-example.com", "is not a domain name"},
		{"a hyphen behind a label", "jane@example-.com", "is not a domain name"},
		{"an underscore in the domain", "jane@exam_ple.com", "is not a domain name"},
		{"a space in the domain", "jane@exam ple.com", "is not a domain name"},
		{"a line break in the domain", "jane@example.com\r\nRCPT TO:joe", "is not a domain name"},
		{"an IP address", "jane@192.0.2.1", "ends in a number"},
		{"an IP literal", "jane@[192.0.2.1]", "is not a domain name"},
		{"an A-label that is none", "jane@xn--a.de", "is not a domain name"},
		{"a local part that is too long", strings.Repeat("a", 65) + "@example.com", "longer than 64"},
		{"a label that is too long", "jane@" + label + "a.com", "is not a domain name"},
		{"an address that is too long", label + "@" + label + "." + label + "." + label[:60] + ".com", "longer than 254"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParseAddress(test.given)
			if !errors.Is(err, ErrAddress) || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("ParseAddress(%q) = %q, %v; want ErrAddress: …%s…", test.given, got, err, test.problem)
			}
			if !got.IsZero() {
				t.Errorf("an address was returned beside the error: %q", got)
			}
		})
	}
}

// isemail reads Dominic Sayers' collection of addresses.
func isemail(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../../shared/data/corpora/isemail/tests.json")
	if err != nil {
		t.Skip("the isemail corpus is not there: ../shared/data/corpora/isemail beside the repository")
	}
	var tests []struct{ Address, Category string }
	if err := json.Unmarshal(data, &tests); err != nil {
		t.Fatal(err)
	}
	categories := map[string]string{}
	for _, test := range tests {
		// The collection writes control characters as their pictures.
		address := strings.Map(func(r rune) rune {
			if 0x2400 <= r && r < 0x2420 {
				return r - 0x2400
			}
			return r
		}, test.Address)
		categories[address] = test.Category
	}
	return categories
}

func TestTheIsemailCorpusIsJudgedAsAFormShould(t *testing.T) {
	for address, category := range isemail(t) {
		_, err := ParseAddress(address)
		switch category {
		case "ISEMAIL_VALID_CATEGORY":
			// A form does not take a domain without a dot: on the internet it is a slip.
			if address != "test@io" && err != nil {
				t.Errorf("%q is valid and was refused: %v", address, err)
			}
		case "ISEMAIL_ERR", "ISEMAIL_DEPREC":
			if err == nil && strings.TrimSpace(address) == address {
				t.Errorf("%q is no address (%s) and was accepted", address, category)
			}
		}
	}
}

func TestTheMailcheckCorpusIsJudgedAsAFormShould(t *testing.T) {
	spec, err := os.ReadFile("../../shared/data/corpora/mailcheck/spec/mailcheckSpec.js")
	if err != nil {
		t.Skip("the mailcheck corpus is not there: ../shared/data/corpora/mailcheck beside the repository")
	}
	cases := regexp.MustCompile(`splitEmail\('([^']*)'\)\)\.(toEqual|toBeFalsy)`).FindAllStringSubmatch(string(spec), -1)
	if len(cases) < 10 {
		t.Fatalf("only %d cases were found", len(cases))
	}
	for _, c := range cases {
		_, domain, _ := strings.Cut(c[1], "@")
		// A form takes no quoted part, no domain without a dot, and nothing that mailcheck cannot split.
		want := c[2] == "toEqual" && !strings.HasPrefix(c[1], `"`) && strings.Contains(domain, ".")
		if _, err := ParseAddress(c[1]); (err == nil) != want {
			t.Errorf("%q: %v; accepted should be %v", c[1], err, want)
		}
	}
}

// checkAddress is what holds for every address that was accepted.
func checkAddress(t testing.TB, a Address) {
	t.Helper()
	text := a.String()
	if again, err := ParseAddress(text); err != nil || again != a {
		t.Errorf("ParseAddress(%q) = %q, %v; want the same address", text, again, err)
	}
	for _, r := range text {
		if !unicode.IsPrint(r) || r == ' ' {
			t.Errorf("%q holds %U", text, r)
		}
	}
	if strings.Trim(a.Domain(), "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		t.Errorf("the domain %q is not lower-case ASCII", a.Domain())
	}
	if len(text) > 254 {
		t.Errorf("%d octets are too many", len(text))
	}
	if !strings.HasSuffix(text, "@"+a.Domain()) || strings.ContainsAny(text, "<>\",;") {
		t.Errorf("%q cannot stand in a header", text)
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{
		"", "jane@example.com", " Jane@EXAMPLE.com ", "jane@münchen.de", "jane@xn--mnchen-3ya.de", "jürgen@例え.jp", "\"a b\"@x.de",
		"a@b@c.de", "jane\r\n@example.com", "jane\u202e@example.com", "a@" + strings.Repeat("a.", 130) + "de", "Jane <jane@example.com>", "\xff@x.de",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err == nil {
			checkAddress(t, a)
		} else if !errors.Is(err, ErrAddress) || !a.IsZero() {
			t.Errorf("ParseAddress(%q) = %q, %v; want no address and ErrAddress", s, a, err)
		}
	})
}

func TestSpellingsOfOneMailboxHaveOneKey(t *testing.T) {
	jane := parsed(t, "jane@münchen.de")
	for _, same := range []string{"Jane@münchen.de", "JANE@MÜNCHEN.DE", " jane@xn--mnchen-3ya.de"} {
		if got := parsed(t, same).Key(); got != jane.Key() {
			t.Errorf("%q has the key %q, want %q", same, got, jane.Key())
		}
	}
	// What some providers ignore is no rule: other providers give these to other people.
	for _, other := range []string{"jane+x@münchen.de", "ja.ne@münchen.de", "jane@muenchen.de"} {
		if parsed(t, other).Key() == jane.Key() {
			t.Errorf("%q was taken for the mailbox of %q", other, jane)
		}
	}
}

func TestALogNeverHoldsTheLocalPart(t *testing.T) {
	local := rapid.StringMatching(`[a-z][0-9]{4,20}(\.[0-9]{1,5})?`)
	// A timestamp may happen to hold the digits of a local part.
	timeless := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	rapid.Check(t, func(t *rapid.T) {
		name := local.Draw(t, "local")
		a, err := ParseAddress(name + "@example.com")
		if err != nil {
			t.Fatal(err)
		}
		var text, object bytes.Buffer
		slog.New(slog.NewTextHandler(&text, timeless)).Info("mail", "to", a, slog.Group("letter", "to", a))
		slog.New(slog.NewJSONHandler(&object, timeless)).Info("mail", "to", a, slog.Group("letter", "to", a))
		for _, written := range []string{text.String(), object.String()} {
			if strings.Contains(written, name) || strings.Contains(written, name[1:]) {
				t.Errorf("the log tells the local part %q: %s", name, written)
			}
			if want := name[:1] + "***@example.com"; strings.Count(written, want) != 2 {
				t.Errorf("the log does not hold %q twice: %s", want, written)
			}
		}
	})
	if got := (Address{}).LogValue().String(); got != "" {
		t.Errorf("no address is logged as %q", got)
	}
	if got := parsed(t, "ü@example.com").LogValue().String(); got != "ü***@example.com" {
		t.Errorf("a local part of one character is logged as %q", got)
	}
}

func TestOnlyAnAddressWithALocalPartBeyondASCIINeedsSMTPUTF8(t *testing.T) {
	for address, want := range map[string]bool{"jane@example.com": true, "jane@münchen.de": true, "jürgen@example.com": false} {
		if got := parsed(t, address).ASCII(); got != want {
			t.Errorf("%s: ASCII = %v, want %v", address, got, want)
		}
	}
}

func TestUsualAddressesAreReadAsAllAre(t *testing.T) {
	usual := 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringMatching(`[A-Za-z0-9._+-]{0,66}@[a-z0-9.-]{0,70}\.?[a-z0-9-]{0,66}`),
			rapid.StringMatching(`[a-zA-Z0-9]{1,9}[.+_-]?[a-z0-9]{1,9}@([a-z0-9-]{1,9}\.){1,3}[a-zA-Z0-9-]{1,9}`),
			rapid.StringMatching(`[a-zü.@!#'"() -]{0,9}@[a-zü.@_ -]{0,9}`),
		).Draw(t, "address")
		got, ok := parseUsual(text)
		if !ok {
			return
		}
		usual++
		if want, err := parseAny(text); err != nil || got != want {
			t.Fatalf("%q is read as %v, want %v, %v", text, got, want, err)
		}
	})
	if usual == 0 {
		t.Error("no address was a usual one")
	}
}

func TestAnAddressGoesThroughJSONUnchanged(t *testing.T) {
	for _, a := range []Address{{}, parsed(t, "Jane@münchen.de")} {
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		got := parsed(t, "somebody.else@example.com")
		if err := json.Unmarshal(data, &got); err != nil || got != a {
			t.Errorf("%s became %q (%v), want %q", data, got, err, a)
		}
	}
	var a Address
	if err := json.Unmarshal([]byte(`"nonsense"`), &a); !errors.Is(err, ErrAddress) {
		t.Errorf("error = %v, want ErrAddress", err)
	}
}
