package deliver

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestEveryFaultOfAConfigurationIsToldAtOnce(t *testing.T) {
	cfg := Config{Grace: -time.Second, Relays: []RelayConfig{
		{Host: "smtp.example.com", Username: "us", Password: "secret"},
		{Port: 70000, TLS: "ssl", Password: "secret", HELO: "a b", RatePerSecond: -1},
		{Host: "smtp://us@smtp.example.com:587", Username: "us", MaxConnections: -1, MaxMessages: -2, MaxAge: -time.Second},
		{Host: "smtp.example.com", IdleTimeout: -1, DialTimeout: -1, SendTimeout: -1, Cooldown: -1},
		{Host: "2001:db8::1", TLS: TLSNone},
	}}
	err := cfg.Validate()
	if err == nil {
		t.Fatal("no fault found")
	}
	want := []string{
		"grace: -1s is negative",
		"relays[1].host: is missing; give the relay's name or address",
		"relays[1].port: 70000 is not a port; use 1 to 65535",
		`relays[1].tls: "ssl" is unknown; use starttls, implicit or none`,
		"relays[1].username: is missing, though a password is given",
		`relays[1].helo: "a b" holds white space; give one host name`,
		"relays[1].rate_per_second: -1 is too little; use at least 0.001, or 0 for no limit",
		`relays[2].host: "smtp://us@smtp.example.com:587" is not a host name; scheme, user and port have keys of their own`,
		"relays[2].password: is missing, though a username is given",
		"relays[2].max_connections: -1 is not a positive number",
		"relays[2].max_messages: -2 is not a positive number",
		"relays[2].max_age: -1s is not a positive duration",
		"relays[3].idle_timeout: -1ns is not a positive duration",
		"relays[3].dial_timeout: -1ns is not a positive duration",
		"relays[3].send_timeout: -1ns is not a positive duration",
		"relays[3].cooldown: -1ns is not a positive duration",
		`relays[3].name: "smtp.example.com" is taken by another relay; give each its own`,
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if _, err := New(cfg, Deps{}); err == nil {
		t.Error("a pool is made of it")
	}
	if err := (Config{}).Validate(); err == nil || !strings.Contains(err.Error(), "relays: none is given") {
		t.Errorf("without relays: %v", err)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Error("the password is shown")
	}
}

func TestDefaultsFollowTheEncryption(t *testing.T) {
	for encryption, port := range map[TLS]int{"": 587, TLSStart: 587, TLSImplicit: 465, TLSNone: 25} {
		cfg := Config{Relays: []RelayConfig{{Host: "relay.example", TLS: encryption}}}
		if err := cfg.Validate(); err != nil {
			t.Errorf("%q: %v", encryption, err)
		}
		got := cfg.withDefaults().Relays[0]
		if got.Port != port || got.Name != "relay.example" || got.SendTimeout != 5*time.Minute {
			t.Errorf("%q: %+v", encryption, got)
		}
		if diff := cmp.Diff(got, got.withDefaults(), cmpopts.EquateComparable()); diff != "" {
			t.Errorf("defaults of defaults differ:\n%s", diff)
		}
	}
}

func TestTheCouriersConfigurationIsChecked(t *testing.T) {
	if err := (CourierConfig{}).Validate(); err != nil {
		t.Errorf("the defaults: %v", err)
	}
	err := CourierConfig{Workers: -1, InDoubt: "pray"}.Validate()
	want := "workers: -1 is not a positive number\nin_doubt: \"pray\" is unknown; use resend or drop"
	if err == nil || err.Error() != want {
		t.Errorf("faults %v, want %s", err, want)
	}
}
