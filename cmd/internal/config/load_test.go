package config

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"jobalertd/cmd/internal/config/settings"
	"jobalertd/mailer"
)

var update = flag.Bool("update", false, "write the generated files under deploy/ anew")

// rules are stand-ins for what cron and the source formats know.
func rules() Rules {
	return Rules{
		Formats: []string{"ashby", "greenhouse"},
		Schedule: func(spec string) error {
			if !strings.HasPrefix(spec, "@every ") && len(strings.Fields(spec)) != 5 {
				return errors.New("expected exactly 5 fields")
			}
			return nil
		},
		From: func(domain string) error {
			if domain == "gmail.com" {
				return errors.New("gmail.com is not yours")
			}
			return nil
		},
		Aligned: func(from, signer string) bool { return from == signer },
		DKIMKey: func(pem string) error {
			if pem == "hunter2" {
				return errors.New("it is no key")
			}
			return nil
		},
	}
}

// load writes files into an empty directory, makes it the working directory and loads
// jobalertd.yaml from it.
func load(t *testing.T, files map[string]string, environ ...string) (*Loaded, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := ""
	if _, ok := files["jobalertd.yaml"]; ok {
		path = "jobalertd.yaml"
	}
	return Load(path, environ, rules())
}

func mustLoad(t *testing.T, files map[string]string, environ ...string) *Loaded {
	t.Helper()
	l, err := load(t, files, environ...)
	if err != nil {
		t.Fatalf("loading: %v", err)
	}
	return l
}

func compareConfigs() cmp.Options {
	return cmp.Options{
		cmpopts.EquateComparable(settings.Secret{}, mailer.Address{}),
		cmpopts.EquateEmpty(),
	}
}

const longKey = "0123456789abcdef0123456789abcdef"

func TestTheDefaultsHaveNoFault(t *testing.T) {
	l := mustLoad(t, nil)
	if diff := cmp.Diff(Default(), l.Config, compareConfigs()); diff != "" {
		t.Errorf("Default differs from what is loaded (-Default +loaded):\n%s", diff)
	}
	if l.HTTP.Listen != "127.0.0.1:8080" || l.Ops.Listen != "127.0.0.1:9090" || l.Alerts.MaxJobs != 10 ||
		l.Retention.Unconfirmed != 7*24*time.Hour || l.Mail.From.String() != "jobs@example.com" {
		t.Errorf("the defaults are not those of the demo: %+v", l.Config)
	}
}

func TestEachFaultSaysWhereWhatAndHowToMendIt(t *testing.T) {
	for _, test := range []struct {
		name string
		yaml string
		env  []string
		want []string
	}{
		{"a key with a slip of the finger", "http:\n  listn: x\n", nil,
			[]string{"jobalertd.yaml:2:3: http.listn: there is no such key; did you mean listen?"}},
		{"a section with two letters swapped", "htpt: {}\n", nil,
			[]string{"jobalertd.yaml:1:1: htpt: there is no such key; did you mean http?"}},
		{"a key in the wrong section", "listen: x\n", nil,
			[]string{"jobalertd.yaml:1:1: listen: there is no such key here; did you mean http.listen or ops.listen or bounce.listen?"}},
		{"a key like no other", "ops:\n  zebra: 1\n", nil,
			[]string{"jobalertd.yaml:2:3: ops.zebra: there is no such key; there are listen"}},
		{"an unknown variable", "", []string{"JOBALERT_HTP_LISTEN=:80"},
			[]string{"JOBALERT_HTP_LISTEN: no setting has this name; did you mean JOBALERT_HTTP_LISTEN?"}},
		{"a listen address without a port", "", []string{"JOBALERT_HTTP_LISTEN=localhost"},
			[]string{`JOBALERT_HTTP_LISTEN: http.listen: "localhost" is not an address with a port; write it like 127.0.0.1:8080 or :8080`}},
		{"a base address that is none", "http: {base_url: jobs.example.com}\n", nil,
			[]string{`jobalertd.yaml:1:18: http.base_url: "jobs.example.com" is not a web address; write it like https://jobs.example.com`}},
		{"a base address with a final slash", "http: {base_url: 'https://jobs.example.com/'}\n", nil,
			[]string{`jobalertd.yaml:1:18: http.base_url: "https://jobs.example.com/" must end before any ?, # or final slash, since links are made by adding to it`}},
		{"a base address with a password", "http: {base_url: 'https://me:hunter2@jobs.example.com'}\n", nil,
			[]string{`jobalertd.yaml:1:18: http.base_url: the address of jobs.example.com holds a user name or password; leave it out`}},
		{"a sender that is no address", "mail:\n  from: nobody\n", nil,
			[]string{"jobalertd.yaml:2:9: mail.from: not a mail address: it has no @"}},
		{"no sender", "mail:\n  from: ''\n", nil,
			[]string{"jobalertd.yaml:2:9: mail.from: it is empty"}},
		{"a name that would break a header", "mail:\n  from_name: \"a\\r\\nBcc: x\"\n", nil,
			[]string{"jobalertd.yaml:2:14: mail.from_name: it holds a line break or another control character; write it on one line"}},
		{"a list id in angle brackets", "mail:\n  list_id: <jobs.example.com>\n", nil,
			[]string{`jobalertd.yaml:2:12: mail.list_id: "<jobs.example.com>" is not a domain; write it like jobs.example.com`}},
		{"a sender name Gmail would not take", "mail:\n  feedback_id: our-jobs\n", nil,
			[]string{`jobalertd.yaml:2:16: mail.feedback_id: "our-jobs" is not a sender name for Feedback-ID; use 5 to 15 letters and digits`}},
		{"relays with everything wrong", "mail:\n  relays:\n    - host: mx.example.com:25\n      port: 99999\n      tls: startls\n      max_connections: many\n      rate_per_second: -1\n    - name: b\n", nil,
			[]string{
				`jobalertd.yaml:3:13: mail.relays[0].host: "mx.example.com:25" is not a host; write a name or an IP address, without a port`,
				"jobalertd.yaml:4:13: mail.relays[0].port: 99999 is out of range; use 1 to 65535",
				`jobalertd.yaml:5:12: mail.relays[0].tls: "startls" is not one of starttls, implicit, none; did you mean starttls?`,
				`jobalertd.yaml:6:24: mail.relays[0].max_connections: "many" is not a whole number; use 1 to 1000`,
				"jobalertd.yaml:7:24: mail.relays[0].rate_per_second: -1 is out of range; use 0 or more",
				"jobalertd.yaml:8:7: mail.relays[1].host: it is missing; write it like smtp.example.com",
			}},
		{"two relays of one name", "mail:\n  relays:\n    - host: mx.example.com\n    - host: mx.example.com\n", nil,
			[]string{`jobalertd.yaml:4:7: mail.relays[1].name: "mx.example.com" is the name of mail.relays[0] already; give each relay a name of its own`}},
		{"a login without a password", "mail:\n  relays:\n    - {host: mx.example.com, username: me}\n", nil,
			[]string{"jobalertd.yaml:3:8: mail.relays[0].password: there is a username but no password; set password_file or JOBALERT_MAIL_RELAYS_0_PASSWORD"}},
		{"a password without a login", "mail:\n  relays:\n    - {host: mx.example.com, password: hunter2}\n", nil,
			[]string{"jobalertd.yaml:3:8: mail.relays[0].username: there is a password but no username"}},
		{"a relay's authority that is none", "mail:\n  relays:\n    - {host: mx.example.com, ca_file: jobalertd.yaml}\n", nil,
			[]string{"jobalertd.yaml:3:39: mail.relays[0].ca_file: jobalertd.yaml holds no certificate in PEM form"}},
		{"a sender at a mailbox provider", "mail:\n  from: us@gmail.com\n", nil,
			[]string{"jobalertd.yaml:2:9: mail.from: gmail.com is not yours"}},
		{"keys to sign with that are of no use", "mail:\n  from: us@a.example\n  dkim:\n    - {selector: s1, domain: b.example, key: hunter2}\n    - {selector: s2}\n    - {selector: s2, key: good}\n    - {selector: s1._domainkey, key: good}\n", nil,
			[]string{
				"jobalertd.yaml:4:30: mail.dkim[0].domain: b.example does not align with mail.from (a.example): receivers would not count its signature; use that domain, or the one above it",
				"jobalertd.yaml:4:46: mail.dkim[0].key: it is no key",
				"jobalertd.yaml:5:8: mail.dkim[1].key: it is missing; set key_file or JOBALERT_MAIL_DKIM_1_KEY_FILE",
				"jobalertd.yaml:6:18: mail.dkim[2].selector: mail.dkim[1] has the same selector and domain; give each key a selector of its own",
				`jobalertd.yaml:7:18: mail.dkim[3].selector: "s1._domainkey" is not a selector; write it like jobs1`,
			}},
		{"a gap in the variables of a list", "", []string{"JOBALERT_MAIL_RELAYS_2_HOST=mx.example.com"},
			[]string{"JOBALERT_MAIL_RELAYS_2_HOST: mail.relays[2]: the list has 0 elements before it; count on from 0"}},
		{"a short key", "keys:\n  secret: hunter2\n", nil,
			[]string{"jobalertd.yaml:2:11: keys.secret: it is too short: 7 bytes of at least 32"}},
		{"short earlier keys, one left empty", "keys:\n  previous: [hunter2, '']\n", nil,
			[]string{
				"jobalertd.yaml:2:13: keys.previous[0]: it is too short: 7 bytes of at least 32",
				"jobalertd.yaml:2:13: keys.previous[1]: it is empty",
			}},
		{"a shared Redis without a shared key", "redis:\n  url: redis://h\n", nil,
			[]string{"keys.secret: with redis.url it must be given, because replicas that share a Redis share the key; " +
				"make one with openssl rand -base64 32 and set keys.secret_file or JOBALERT_KEYS_SECRET"}},
		{"a Redis of another kind", "keys: {secret: " + longKey + "}\nredis:\n  url: http://:hunter2@h\n", nil,
			[]string{"jobalertd.yaml:3:8: redis.url: it must begin with redis://, rediss:// or unix://"}},
		{"a Redis without a host", "keys: {secret: " + longKey + "}\nredis:\n  url: redis:///0\n", nil,
			[]string{"jobalertd.yaml:3:8: redis.url: it names no host; write it like redis://host:6379/0"}},
		{"a Redis without a socket", "keys: {secret: " + longKey + "}\nredis:\n  url: 'unix://'\n", nil,
			[]string{"jobalertd.yaml:3:8: redis.url: it names no socket; write it like unix:///run/redis/redis.sock"}},
		{"a Redis password that needs escaping", "keys: {secret: " + longKey + "}\nredis:\n  url: redis://:hunter2%@h\n", nil,
			[]string{"jobalertd.yaml:3:8: redis.url: it is not a URL; write it like redis://user:password@host:6379/0 and escape special characters of the password as %XX"}},
		{"a secret twice", "keys:\n  secret: " + longKey + "\n  secret_file: x\n", nil,
			[]string{"jobalertd.yaml:3:16: keys.secret: it is given twice, as secret and as secret_file (jobalertd.yaml:2:11); remove one of them"}},
		{"a secret in a file that is not there", "keys:\n  secret_file: no/such\n", nil,
			[]string{"jobalertd.yaml:2:16 (no/such): keys.secret_file: there is no file no/such"}},
		{"a site with a path", "hook:\n  allowed_origins: [https://a.example/x]\n", nil,
			[]string{`jobalertd.yaml:2:20: hook.allowed_origins[0]: "https://a.example/x" is more than an origin; leave https://a.example`}},
		{"a board nobody can read", "sources:\n  - {format: greenhose, board: acme}\n", nil,
			[]string{`jobalertd.yaml:2:14: sources[0].format: "greenhose" is not a board that can be read; there are ashby, greenhouse; did you mean greenhouse?`}},
		{"a board twice", "sources:\n  - {format: ashby, board: acme}\n  - {format: ashby, board: acme}\n", nil,
			[]string{"jobalertd.yaml:3:28: sources[1].board: sources[0] reads ashby:acme already; remove one of them"}},
		{"a schedule cron does not know", "alerts:\n  heartbeat: hourly\n", nil,
			[]string{`jobalertd.yaml:2:14: alerts.heartbeat: "hourly" is not a schedule (expected exactly 5 fields); write it like @every 15m or */15 * * * *`}},
		{"rates that are not there", "alerts:\n  rates_file: rates.csv\n", nil,
			[]string{"jobalertd.yaml:2:15: alerts.rates_file: there is no file rates.csv"}},
		{"durations", "retention:\n  unconfirmed: 1w\n  closed_postings: 3h\n", nil,
			[]string{
				`jobalertd.yaml:2:16: retention.unconfirmed: "1w" is not a duration; write it like 90s, 15m, 12h or 7d`,
				"jobalertd.yaml:3:20: retention.closed_postings: 3h is out of range; use 90d or more",
			}},
		{"a truth that is none", "sources:\n  - {format: ashby, board: acme, allow_private: yes}\n", nil,
			[]string{`jobalertd.yaml:2:49: sources[0].allow_private: "yes" is neither true nor false`}},
		{"faults of the file come before those of the environment and of what is missing",
			"redis: {url: redis://h}\nlog: {level: loud}\n", []string{"JOBALERT_LOG_FORMAT=xml"},
			[]string{
				`jobalertd.yaml:2:14: log.level: "loud" is not one of debug, info, warn, error`,
				`JOBALERT_LOG_FORMAT: log.format: "xml" is not one of text, json`,
				"keys.secret: with redis.url it must be given, because replicas that share a Redis share the key; " +
					"make one with openssl rand -base64 32 and set keys.secret_file or JOBALERT_KEYS_SECRET",
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{}
			if test.yaml != "" {
				files["jobalertd.yaml"] = test.yaml
			}
			_, err := load(t, files, test.env...)
			if _, ok := errors.AsType[Faults](err); !ok {
				t.Fatalf("error is %T (%v), want Faults", err, err)
			}
			if diff := cmp.Diff(test.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the faults tell a secret: %v", err)
			}
		})
	}
}

func TestTheFileThatIsNotThereIsNamed(t *testing.T) {
	_, err := Load("/no/such/jobalertd.yaml", nil, rules())
	if want := "/no/such/jobalertd.yaml: there is no file /no/such/jobalertd.yaml"; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

func TestTheEnvironmentOverrulesTheFileAndReachesIntoLists(t *testing.T) {
	l := mustLoad(t, map[string]string{"jobalertd.yaml": `
http: {listen: ":80"}
mail:
  relays:
    - {host: first.example.com, port: 25}
`},
		"JOBALERT_HTTP_LISTEN=:81",
		"JOBALERT_HOOK_ALLOWED_ORIGINS=https://a.example.com, https://b.example.com",
		"JOBALERT_MAIL_RELAYS_0_PORT=465",
		"JOBALERT_MAIL_RELAYS_1_HOST=second.example.com",
		"JOBALERT_LOG_LEVEL=",
	)
	if l.HTTP.Listen != ":81" || len(l.Hook.AllowedOrigins) != 2 || l.Hook.AllowedOrigins[1] != "https://b.example.com" {
		t.Errorf("http = %+v, hook = %+v", l.HTTP, l.Hook)
	}
	first := Relay{
		Name: "first.example.com", Host: "first.example.com", Port: 465, TLS: "starttls",
		Window: 8, MaxMessages: 100, MaxAge: 10 * time.Minute, DialTimeout: 30 * time.Second, SendTimeout: 5 * time.Minute,
	}
	second := first
	second.Name, second.Host, second.Port = "second.example.com", "second.example.com", 587
	want := []Relay{first, second}
	if diff := cmp.Diff(want, l.Mail.Relays, compareConfigs()); diff != "" {
		t.Errorf("relays (-want +got):\n%s", diff)
	}
	if port := mustLoad(t, nil, "JOBALERT_MAIL_RELAYS_0_HOST=localhost", "JOBALERT_MAIL_RELAYS_0_TLS=none").Mail.Relays[0].Port; port != 25 {
		t.Errorf("a relay without TLS is asked on port %d", port)
	}
	if l.Log.Level != "info" {
		t.Errorf("an empty variable set log.level to %q", l.Log.Level)
	}
}

func TestSecretsAreReadFromFiles(t *testing.T) {
	l := mustLoad(t, map[string]string{
		"jobalertd.yaml": "keys: {secret_file: run/master}\npostings: {api_keys_file: run/keys}\n",
		"run/master":     longKey + "\n",
		"run/keys":       "first-push-key-0001\n\n  second-push-key-002\n",
		"run/redis":      "redis://:pw@h:6379/0",
	}, "JOBALERT_REDIS_URL_FILE=run/redis")
	if l.Keys.Secret.Reveal() != longKey {
		t.Errorf("keys.secret = %q", l.Keys.Secret.Reveal())
	}
	if l.Redis.URL.Reveal() != "redis://:pw@h:6379/0" {
		t.Errorf("redis.url = %q", l.Redis.URL.Reveal())
	}
	if len(l.Postings.APIKeys) != 2 || l.Postings.APIKeys[1].Reveal() != "second-push-key-002" {
		t.Errorf("%d api keys", len(l.Postings.APIKeys))
	}
}

func TestARelativeNameStartsFromTheDirectoryOfTheFile(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"jobalertd.yaml": "keys: {secret_file: master}\nalerts: {rates_file: rates.csv}\n",
		"master":         longKey, "rates.csv": "EUR,1",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(t.TempDir())
	l, err := Load(filepath.Join(dir, "jobalertd.yaml"), nil, rules())
	if err != nil {
		t.Fatal(err)
	}
	if l.Keys.Secret.IsZero() || string(l.Alerts.RatesFile.Data) != "EUR,1" || l.Alerts.RatesFile.Path != filepath.Join(dir, "rates.csv") {
		t.Errorf("rates file %q holds %q", l.Alerts.RatesFile.Path, l.Alerts.RatesFile.Data)
	}
}

func TestASecretInTheEnvironmentOverrulesItsFileInTheFile(t *testing.T) {
	l := mustLoad(t, map[string]string{"jobalertd.yaml": "keys: {secret_file: not-there}\n"}, "JOBALERT_KEYS_SECRET="+longKey)
	if l.Keys.Secret.Reveal() != longKey {
		t.Error("the variable was not used")
	}
}

func TestServeNeedsASenderAndARelay(t *testing.T) {
	err := mustLoad(t, nil).CheckServe()
	want := "mail.from: it is still the example; set it, or JOBALERT_MAIL_FROM, to an address of your own domain\n" +
		"mail.relays: there is no relay to send through; add one, or set JOBALERT_MAIL_RELAYS_0_HOST"
	if err == nil || err.Error() != want {
		t.Errorf("with the defaults: %v, want\n%s", err, want)
	}
	l := mustLoad(t, nil, "JOBALERT_MAIL_FROM=jobs@board.example", "JOBALERT_MAIL_RELAYS_0_HOST=localhost")
	if err := l.CheckServe(); err != nil {
		t.Errorf("with both: %v", err)
	}
}
