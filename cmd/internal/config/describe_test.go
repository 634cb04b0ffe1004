package config

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jobalertd/cmd/internal/config/settings"
)

const deploy = "../../../deploy"

func TestTheFilesUnderDeployAreUpToDate(t *testing.T) {
	for name, want := range map[string][]byte{
		"config.example.yaml": Example(), "config-reference.md": Reference(), "config.schema.json": Schema(),
	} {
		path := filepath.Join(deploy, name)
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("deploy/%s is out of date; run go test ./cmd/internal/config -update\n%s", name, diff)
		}
	}
}

func TestTheExampleEqualsTheDefaults(t *testing.T) {
	l := mustLoad(t, map[string]string{"jobalertd.yaml": string(Example())})
	if diff := cmp.Diff(Default(), l.Config, compareConfigs()); diff != "" {
		t.Errorf("example (-default +example):\n%s", diff)
	}
	for _, s := range l.Settings() {
		if table := s.Key == "sources" || s.Key == "mail.relays" || s.Key == "mail.dkim" || s.Key == "delivery.domains"; !table && !strings.HasPrefix(s.Origin, "jobalertd.yaml:") {
			t.Errorf("the example leaves %s out", s.Key)
		}
	}
}

// TestTheExampleLoadsWithEverySettingTakenOutOfItsComment does what a reader of the file does.
func TestTheExampleLoadsWithEverySettingTakenOutOfItsComment(t *testing.T) {
	text := string(Example())
	for _, m := range regexp.MustCompile(`(?m)^( *)#([a-z_]+):`).FindAllStringSubmatch(text, -1) {
		plain := regexp.MustCompile(`(?m)^` + m[1] + m[2] + `: .*\n`)
		text = plain.ReplaceAllString(text, "")
	}
	text = regexp.MustCompile(`(?m)^( *)#(\S|  )`).ReplaceAllString(text, "$1$2")
	text = strings.Replace(text, `password: ""`, "password: hunter2", 1)
	text = strings.Replace(text, `      key: ""`, "      key: of no use", 1)
	l := mustLoad(t, map[string]string{"jobalertd.yaml": text})
	if len(l.Sources) != 1 || l.Sources[0].Name() != "greenhouse:acme" || len(l.Mail.Relays) != 1 || l.Mail.Relays[0].Host != "smtp.example.com" {
		t.Errorf("sources %+v, relays %+v", l.Sources, l.Mail.Relays)
	}
	if err := l.CheckServe(); err != nil {
		t.Errorf("it is not fit to serve: %v", err)
	}
}

// everySecret fills each secret of the configuration with a text of its own and returns them all.
func everySecret(t *testing.T) (*Loaded, []string) {
	t.Helper()
	var environ, secrets []string
	var fill func(section reflect.Type, path string)
	fill = func(section reflect.Type, path string) {
		for f := range section.Fields() {
			at := strings.TrimPrefix(path+"."+f.Tag.Get("key"), ".")
			typ := f.Type
			if typ.Kind() == reflect.Slice {
				typ = typ.Elem()
				if typ.Kind() == reflect.Struct && typ.NumField() > 0 && typ.Field(0).Tag.Get("key") != "" {
					at = settings.Element(at, 0)
				}
			}
			if typ == reflect.TypeFor[Secret]() {
				text := fmt.Sprintf("hunter2-%03d-", len(secrets)) + longKey
				secrets = append(secrets, text)
				if at == "redis.url" {
					text = "redis://:" + text + "@h"
				}
				environ = append(environ, settings.EnvName(at)+"="+text)
			} else if typ.Kind() == reflect.Struct && typ.NumField() > 0 {
				fill(typ, at)
			}
		}
	}
	fill(reflect.TypeFor[Config](), "")
	environ = append(environ, "JOBALERT_MAIL_RELAYS_0_HOST=mx.example.com", "JOBALERT_MAIL_RELAYS_0_USERNAME=me",
		"JOBALERT_MAIL_DKIM_0_SELECTOR=s1",
		"JOBALERT_SOURCES_0_FORMAT=greenhouse", "JOBALERT_SOURCES_0_BOARD=it")
	return mustLoad(t, nil, environ...), secrets
}

func TestNoSecretIsEverShown(t *testing.T) {
	l, secrets := everySecret(t)
	if len(secrets) < 5 {
		t.Fatalf("only %d secrets were found in Config", len(secrets))
	}
	var shown strings.Builder
	shown.Write(l.Effective())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&shown, verb, l.Config)
	}
	slog.New(slog.NewTextHandler(&shown, nil)).Info("x", "config", l.Config)
	slog.New(slog.NewJSONHandler(&shown, nil)).Info("x", "config", l.Config, "url", l.Redis.URL)
	encoded, err := json.Marshal(l.Config)
	if err != nil {
		t.Fatal(err)
	}
	shown.Write(encoded)
	for _, secret := range secrets {
		if strings.Contains(shown.String(), secret[:11]) || strings.Contains(shown.String(), fmt.Sprintf("%x", secret[:11])) {
			t.Errorf("secret %s is shown", secret[:11])
		}
	}
	if !strings.Contains(shown.String(), "<secret>") {
		t.Error("nothing shows that there are secrets")
	}
}

func TestEffectiveSaysWhereEachValueCameFrom(t *testing.T) {
	l := mustLoad(t, map[string]string{
		"jobalertd.yaml": "http:\n  listen: ':80'\nkeys:\n  secret_file: master\nretention:\n  unconfirmed: 36h\n",
		"master":         longKey,
	}, "JOBALERT_MAIL_FROM=jobs@board.example", "JOBALERT_HOOK_ALLOWED_ORIGINS=https://a.example,https://b.example")
	got := map[string]settings.Setting{}
	for _, s := range l.Settings() {
		got[s.Key] = s
	}
	for _, want := range []settings.Setting{
		{Key: "http.listen", Value: ":80", Origin: "jobalertd.yaml:2:11"},
		{Key: "http.base_url", Value: "http://127.0.0.1:8080", Origin: "default"},
		{Key: "keys.secret", Value: "<secret>", Origin: "jobalertd.yaml:4:16 (master)"},
		{Key: "redis.url", Value: "", Origin: "default"},
		{Key: "mail.from", Value: "jobs@board.example", Origin: "JOBALERT_MAIL_FROM"},
		{Key: "mail.relays", Value: "[]", Origin: "default"},
		{Key: "hook.allowed_origins", Value: "[https://a.example, https://b.example]", Origin: "JOBALERT_HOOK_ALLOWED_ORIGINS"},
		{Key: "retention.unconfirmed", Value: "36h", Origin: "jobalertd.yaml:6:16"},
		{Key: "retention.closed_postings", Value: "90d", Origin: "default"},
	} {
		if diff := cmp.Diff(want, got[want.Key]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Key, diff)
		}
	}
}
