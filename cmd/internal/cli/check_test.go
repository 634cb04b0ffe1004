package cli

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// emptyDNS knows no name.
type emptyDNS struct{}

func nothing(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (emptyDNS) LookupTXT(_ context.Context, name string) ([]string, error) {
	return nil, nothing(name)
}

func (emptyDNS) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, nothing(name)
}

func (emptyDNS) LookupHost(_ context.Context, name string) ([]string, error) {
	return nil, nothing(name)
}

func (emptyDNS) LookupAddr(_ context.Context, name string) ([]string, error) {
	return nil, nothing(name)
}

// check runs `jobalertd check` on a configuration, in an empty DNS.
func check(t *testing.T, text string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"jobalertd.yaml": []byte(text), "dkim.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), "bad.pem": []byte("no key"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs strings.Builder
	code = Main(t.Context(), World{
		Args: append([]string{"check", "--config", filepath.Join(dir, "jobalertd.yaml")}, args...), Version: "v1",
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Resolver: emptyDNS{},
	})
	return code, out.String(), errs.String()
}

func TestCheckReadsTheKeysToSignWith(t *testing.T) {
	if code, _, stderr := check(t, "mail:\n  from: jobs@example.com\n  dkim:\n    - {selector: j1, key_file: dkim.pem}\n"); code != 0 {
		t.Errorf("a good key: exit code %d\n%s", code, stderr)
	}
	code, _, stderr := check(t, "mail:\n  from: jobs@outlook.com\n  dkim:\n    - {selector: j1, key_file: bad.pem, domain: example.net}\n")
	for _, want := range []string{"outlook.com belongs to a mailbox provider", "mail.dkim[0].key: not a DKIM key", "example.net does not align"} {
		if code != 1 || !strings.Contains(stderr, want) {
			t.Errorf("exit code %d, no %q in\n%s", code, want, stderr)
		}
	}
}

func TestCheckOnlinePrintsTheRecordsToAdd(t *testing.T) {
	code, stdout, stderr := check(t, `
redis: {url: "unix:///nowhere/redis.sock"}
keys: {secret: 0123456789abcdef0123456789abcdef}
mail:
  from: jobs@jobs.example.com
  dkim: [{selector: j1, key_file: dkim.pem}]
  relays: [{host: 127.0.0.1, port: 1, tls: none}]
`, "--online")
	for _, want := range []string{
		"fault: DKIM: the key's record is missing\n  add: j1._domainkey.jobs.example.com. TXT \"v=DKIM1; k=ed25519; p=",
		"add: jobs.example.com. TXT \"v=spf1 mx ~all\"", "add: _dmarc.example.com. TXT \"v=DMARC1; p=none; rua=mailto:postmaster@example.com\"",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	if code != 1 || !strings.Contains(stderr, "1 faults") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}
