package shell

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"jobalertd/mailer/locale"
)

//go:embed locales/*.json
var localeFiles embed.FS

// Texts is everything that depends on the language: what the pages say, and the pages made of it.
type Texts struct {
	// Locale writes numbers, money and dates.
	Locale    locale.Locale
	table     map[string]string
	templates map[string]*template.Template
}

// Say is a text with its arguments. A missing one shows as its key; tests see to it that none is.
func (t *Texts) Say(key string, args ...any) string {
	text, ok := t.table[key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Find is a text that not every key of its kind has; empty where there is none.
func (t *Texts) Find(key string) string { return t.table[key] }

// Languages is every language the pages speak, and picks one for each request.
type Languages struct {
	spoken []*Texts // in the order of locale.All
}

// NewLanguages is the texts and pages that are built in. It fails only if one of them is broken.
func NewLanguages() (Languages, error) { return builtIn() }

// builtIn is read once; nothing changes it.
var builtIn = sync.OnceValues(func() (Languages, error) {
	var l Languages
	for _, tongue := range locale.All() {
		table, err := loadTable(tongue)
		if err != nil {
			return Languages{}, fmt.Errorf("locale %s: %w", tongue, err)
		}
		made, err := newTexts(tongue, table)
		if err != nil {
			return Languages{}, fmt.Errorf("locale %s: %w", tongue, err)
		}
		l.spoken = append(l.spoken, made)
	}
	return l, nil
})

func loadTable(l locale.Locale) (map[string]string, error) {
	data, err := localeFiles.ReadFile("locales/" + l.String() + ".json")
	if err != nil {
		return nil, err
	}
	var table map[string]string
	return table, json.Unmarshal(data, &table)
}

// All lists the languages, English first.
func (l Languages) All() []*Texts { return l.spoken }

// langCookie keeps what the language switch was set to.
const langCookie = "lang"

// Of is the texts for a request; see the package's Decisions.
func (l Languages) Of(r *http.Request) *Texts {
	wishes := []string{r.URL.Query().Get("lang")}
	if cookie, err := r.Cookie(langCookie); err == nil {
		wishes = append(wishes, cookie.Value)
	}
	for _, wish := range wishes {
		if t, ok := l.Named(wish); ok {
			return t
		}
	}
	return l.spoken[locale.Negotiate(r.Header.Get("Accept-Language"))]
}

// Named is the texts in the language with a tag, if we speak it.
func (l Languages) Named(tag string) (*Texts, bool) {
	for _, t := range l.spoken {
		if t.Lang() == tag {
			return t, true
		}
	}
	return nil, false
}

// Tongue is the texts in the language nearest to a tag.
func (l Languages) Tongue(tag string) *Texts { return l.spoken[locale.Negotiate(tag)] }

// Lang is the BCP 47 tag.
func (t *Texts) Lang() string { return t.Locale.String() }

// OwnName is what the language calls itself: Deutsch.
func (t *Texts) OwnName() string {
	name := []rune(t.Locale.Name())
	return strings.ToUpper(string(name[:1])) + string(name[1:])
}

// Count is a text that counts: the key's forms end in .one and .other, and # stands for the number.
func (t *Texts) Count(key string, n int) string {
	return t.Locale.Count(n, locale.Forms{One: t.Say(key + ".one"), Other: t.Say(key + ".other")})
}
