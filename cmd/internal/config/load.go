package config

import (
	"crypto/x509"

	"jobalertd/cmd/internal/config/settings"
)

// Loaded is a checked Config that knows where each value came from.
type Loaded struct {
	Config
	values *settings.Values
}

// Load reads the YAML file at path, or none where path is empty, lays the environment (name=value)
// over it, reads the files that both name, and checks everything. Its error is of type Faults and
// lists all that is wrong.
func Load(path string, environ []string, rules Rules) (*Loaded, error) {
	l := &Loaded{}
	l.values = settings.Load(&l.Config, settings.Input{File: path, Environ: environ, Check: rules.check})
	l.checkKeys()
	l.checkRelays()
	l.checkDKIM(rules.Aligned)
	l.checkSources()
	if err := l.values.Err(); err != nil {
		return nil, err
	}
	return l, nil
}

// Settings lists every value in effect, secrets masked, with where it came from.
func (l *Loaded) Settings() []settings.Setting { return l.values.Settings() }

// Effective is Settings as a table.
func (l *Loaded) Effective() []byte { return l.values.Effective() }

func (l *Loaded) checkKeys() {
	if !l.Redis.URL.IsZero() && l.Keys.Secret.IsZero() && !l.values.Faulty("keys.secret") {
		l.values.Faultf("keys.secret", "with redis.url it must be given, because replicas that share a Redis share the key; "+
			"make one with openssl rand -base64 32 and set keys.secret_file or %s", settings.EnvName("keys.secret"))
	}
}

// checkRelays gives each relay the name and port it was not given, and compares the names.
func (l *Loaded) checkRelays() {
	names := map[string]string{}
	for i := range l.Mail.Relays {
		relay, path := &l.Mail.Relays[i], settings.Element("mail.relays", i)
		if relay.Name == "" {
			relay.Name = relay.Host
		}
		if relay.Port == 0 {
			relay.Port = relayPort(relay.TLS)
		}
		if first, taken := names[relay.Name]; taken && relay.Name != "" {
			l.values.Faultf(path+".name", "%q is the name of %s already; give each relay a name of its own", relay.Name, first)
		} else {
			names[relay.Name] = path
		}
		l.checkLogin(*relay, path)
		if relay.CAFile.Path != "" && !x509.NewCertPool().AppendCertsFromPEM(relay.CAFile.Data) {
			l.values.Faultf(path+".ca_file", "%s holds no certificate in PEM form", relay.CAFile.Path)
		}
	}
}

// checkDKIM gives each key the domain it was not given, and compares.
func (l *Loaded) checkDKIM(aligned func(from, signer string) bool) {
	names := map[string]string{}
	for i := range l.Mail.DKIM {
		key, path := &l.Mail.DKIM[i], settings.Element("mail.dkim", i)
		if key.Domain == "" {
			key.Domain = l.Mail.From.Domain()
		}
		if aligned != nil && !l.Mail.From.IsZero() && !aligned(l.Mail.From.Domain(), key.Domain) {
			l.values.Faultf(path+".domain", "%s does not align with mail.from (%s): receivers would not count its signature; use that domain, or the one above it", key.Domain, l.Mail.From.Domain())
		}
		if key.Key.IsZero() && !l.values.Faulty(path+".key") {
			l.values.Faultf(path+".key", "it is missing; set key_file or %s", settings.EnvName(path+".key_file"))
		}
		name := key.Selector + "." + key.Domain
		if first, taken := names[name]; taken && key.Selector != "" {
			l.values.Faultf(path+".selector", "%s has the same selector and domain; give each key a selector of its own", first)
		}
		names[name] = path
	}
}

func (l *Loaded) checkLogin(relay Relay, path string) {
	password := !relay.Password.IsZero()
	if relay.Username != "" && !password && !l.values.Faulty(path+".password") {
		l.values.Faultf(path+".password", "there is a username but no password; set password_file or %s", settings.EnvName(path+".password"))
	}
	if relay.Username == "" && password {
		l.values.Faultf(path+".username", "there is a password but no username")
	}
}

// relayPort is the usual port of a relay: submission (RFC 6409), submissions (RFC 8314), or smtp.
func relayPort(tls string) int {
	switch tls {
	case "implicit":
		return 465
	case "none":
		return 25
	}
	return 587
}

func (l *Loaded) checkSources() {
	names := map[string]string{}
	for i, source := range l.Sources {
		path := settings.Element("sources", i)
		if first, taken := names[source.Name()]; taken && source.Board != "" {
			l.values.Faultf(path+".board", "%s reads %s already; remove one of them", first, source.Name())
		} else {
			names[source.Name()] = path
		}
	}
}

// CheckServe says what serve needs beyond what the demo does: a sender of its own and a relay. Its
// error is of type Faults.
func (l *Loaded) CheckServe() error {
	var faults Faults
	if l.values.Origin("mail.from").Kind == settings.FromDefault {
		faults.Addf("mail.from", "it is still the example; set it, or %s, to an address of your own domain", settings.EnvName("mail.from"))
	}
	if len(l.Mail.Relays) == 0 {
		faults.Addf("mail.relays", "there is no relay to send through; add one, or set %s", settings.EnvName("mail.relays[0].host"))
	}
	return faults.Err()
}
