package wording

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"jobalertd/mailer/locale"
)

//go:embed texts/*.json
var files embed.FS

// Texts is everything that is said in one language. It does not change and can be shared.
type Texts struct {
	Locale locale.Locale
	texts  map[string]text
}

// text is one text in its plural forms; one that does not count has Other only.
type text struct{ locale.Forms }

// UnmarshalJSON takes a string, or an object of plural forms.
func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		return json.Unmarshal(data, &t.Forms)
	}
	return json.Unmarshal(data, &t.Other)
}

// Load reads every language.
func Load() (map[locale.Locale]Texts, error) {
	all := map[locale.Locale]Texts{}
	for _, l := range locale.All() {
		data, err := files.ReadFile("texts/" + l.String() + ".json")
		if err != nil {
			return nil, fmt.Errorf("reading texts: %w", err)
		}
		t := Texts{Locale: l}
		if err := json.Unmarshal(data, &t.texts); err != nil {
			return nil, fmt.Errorf("reading texts of %s: %w", l, err)
		}
		all[l] = t
	}
	return all, nil
}

// Say is the text of a key. Pairs of a name and a value fill its placeholders; what stands in a value
// is never taken for a placeholder itself. A key that does not exist shows as itself.
func (t Texts) Say(key string, pairs ...string) string { return fill(t.forms(key).Other, pairs) }

// Count is Say for a text that counts n things.
func (t Texts) Count(key string, n int, pairs ...string) string {
	return fill(t.Locale.Count(n, t.forms(key)), pairs)
}

func (t Texts) forms(key string) locale.Forms {
	found, ok := t.texts[key]
	if !ok {
		return locale.Forms{Other: key}
	}
	return found.Forms
}

// fill writes values into the gaps that bear their names. A strings.Replacer would be built for each text.
func fill(text string, pairs []string) string {
	if len(pairs) == 0 {
		return text
	}
	var b strings.Builder
	size := len(text)
	for _, s := range pairs {
		size += len(s)
	}
	b.Grow(size)
	for {
		before, after, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if name, rest, closed := strings.Cut(after, "}"); closed {
			if value, known := valueOf(name, pairs); known {
				b.WriteString(value)
				text = rest
				continue
			}
		}
		b.WriteByte('{')
		text = after
	}
}

func valueOf(name string, pairs []string) (string, bool) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1], true
		}
	}
	return "", false
}
