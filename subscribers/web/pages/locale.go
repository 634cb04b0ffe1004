package pages

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"

	"golang.org/x/text/language"
)

//go:embed locales/*.json
var localeFiles embed.FS

// table is all texts in one language, by key.
type table map[string]string

// say is a text with its arguments. A missing one shows as its key; tests see to it that none is.
func (t table) say(key string, args ...any) string {
	text, ok := t[key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// loadTables reads every language.
func loadTables() (map[language.Tag]table, error) {
	files, err := localeFiles.ReadDir("locales")
	if err != nil {
		return nil, err
	}
	tables := map[language.Tag]table{}
	for _, file := range files {
		data, err := localeFiles.ReadFile(path.Join("locales", file.Name()))
		if err != nil {
			return nil, err
		}
		tag, err := language.Parse(strings.TrimSuffix(file.Name(), ".json"))
		if err != nil {
			return nil, fmt.Errorf("locale %s: %w", file.Name(), err)
		}
		var t table
		if err := json.Unmarshal(data, &t); err != nil {
			return nil, fmt.Errorf("locale %s: %w", file.Name(), err)
		}
		tables[tag] = t
	}
	return tables, nil
}

// languages is every language the pages speak, and picks one for each request.
type languages struct {
	tongues []*tongue // in the order of the matcher's tags; the first is for those we cannot serve
	matcher language.Matcher
}

func newLanguages() (languages, error) {
	tables, err := loadTables()
	if err != nil {
		return languages{}, err
	}
	tags := []language.Tag{language.English}
	for tag := range tables {
		if tag != language.English {
			tags = append(tags, tag)
		}
	}
	var spoken languages
	for _, tag := range tags {
		made, err := newTongue(tag, tables[tag])
		if err != nil {
			return languages{}, fmt.Errorf("locale %s: %w", tag, err)
		}
		spoken.tongues = append(spoken.tongues, made)
	}
	spoken.matcher = language.NewMatcher(tags)
	return spoken, nil
}

// of is the language for a request, by its Accept-Language.
func (l languages) of(r *http.Request) *tongue {
	_, index := language.MatchStrings(l.matcher, r.Header.Get("Accept-Language"))
	return l.tongues[index]
}
