package config

import (
	"strings"

	"jobalertd/cmd/internal/config/settings"
)

const exampleHead = "Configuration of jobalertd. Every value here is the default: keep the lines you change. " +
	"Each key can be set in the environment too, as JOBALERT_HTTP_BASE_URL, and each secret be read " +
	"from a file: password_file: /run/secrets/relay."

const referenceHead = `# Configuration reference

Written by 'jobalertd config --reference'; [config.example.yaml](config.example.yaml) shows the same as a file.

A value comes from its default, the file, or the environment; the later wins. An empty variable counts as
not given. Lists are separated by commas in the environment; the elements of 'mail.relays' and 'sources'
are counted from 0 in the name. Every secret can be read from a file instead: add '_file' to its key, or
'_FILE' to its variable, and give the name of the file; a list of secrets stands there one a line. A relative
name in the configuration file starts from the directory of that file, one in the environment from the working
directory. Durations are written like '90s', '15m', '12h' or '7d'.
`

// Example is a configuration file that sets every key to its default and explains it.
func Example() []byte { return settings.Example[Config](exampleHead) }

// Reference is the manual of all settings, in Markdown.
func Reference() []byte {
	head := strings.ReplaceAll(referenceHead, "'", "`")
	return append([]byte(head), settings.Reference[Config]()...)
}

// Schema is the JSON Schema of configuration files, for editors that complete and check them.
func Schema() []byte { return settings.JSONSchema[Config]("Configuration of jobalertd") }
