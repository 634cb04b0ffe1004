package config

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// validator is the schema as an editor sees it.
func validator(t *testing.T) func(file string) error {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("config.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(file string) error {
		t.Helper()
		var content any
		if err := yaml.Unmarshal([]byte(file), &content); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(instance)
	}
}

func TestTheSchemaAgreesWithLoad(t *testing.T) {
	validate := validator(t)
	for _, test := range []struct {
		name, file string
		valid      bool
	}{
		{"the example", string(Example()), true},
		{"nothing", "{}", true},
		{"a section without keys", "http:\n", true},
		{"numbers as text, digits as a password", "delivery: {workers: '8'}\nmail: {relays: [{host: h, username: me, password: 007}]}", true},
		{"durations", "retention: {unconfirmed: 36h, closed_postings: 120d}", true},
		{"an unknown key", "http: {lisen: ':80'}", false},
		{"an unknown section", "htpp: {}", false},
		{"a word that is not one of those", "log: {level: loud}", false},
		{"a number out of range", "alerts: {max_jobs: 51}", false},
		{"a text for a number", "alerts: {max_jobs: ten}", false},
		{"no duration", "retention: {unconfirmed: a week}", false},
		{"a list for one value", "http: {listen: [':80']}", false},
		{"one value for a list", "mail: {relays: smtp.example.com}", false},
		{"a relay without a host", "mail: {relays: [{port: 25}]}", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := validate(test.file); (err == nil) != test.valid {
				t.Errorf("the schema says %v", err)
			}
			_, err := load(t, map[string]string{"jobalertd.yaml": test.file})
			if (err == nil) != test.valid {
				t.Errorf("Load says %v", err)
			}
		})
	}
}

func TestTheSchemaExplainsEveryKey(t *testing.T) {
	for _, word := range []string{`"base_url"`, `"password_file"`, `"description": "Where people reach this listener`} {
		if !strings.Contains(string(Schema()), word) {
			t.Errorf("the schema lacks %s", word)
		}
	}
}
