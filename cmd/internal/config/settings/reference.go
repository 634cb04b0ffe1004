package settings

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
)

// Reference is the tables of all settings of a tagged struct, one a section, in Markdown.
func Reference[T any]() []byte {
	var b bytes.Buffer
	for _, section := range fieldsOf(reflect.TypeFor[T]()) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", section.key, section.doc)
		b.WriteString("| key | default | environment | meaning |\n| --- | --- | --- | --- |\n")
		eachLeaf([]field{section}, "", func(path string, f field) {
			fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s |\n", path, f.shownDefault(), EnvName(path), f.shownMeaning())
		})
	}
	return b.Bytes()
}

func (f field) shownDefault() string {
	if f.deflt == "" {
		return ""
	}
	return "`" + f.deflt + "`"
}

// shownMeaning is the doc with everything a table has no column for.
func (f field) shownMeaning() string {
	text := f.describe()
	switch {
	case f.isSecret() && f.isList():
		text += " Secrets."
	case f.isSecret():
		text += " Secret."
	}
	return strings.ReplaceAll(text, "|", `\|`)
}
