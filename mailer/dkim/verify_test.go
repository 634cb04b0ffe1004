package dkim

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jobalertd/mailer/mailertest/needs"
)

// verify is a verifier of our own, written after RFC 6376 and RFC 8463 alone: it knows relaxed
// canonicalisation of headers and simple of bodies, and finds keys in records by their DNS name. It returns the algorithms of the
// signatures; the first that does not verify is an error.
func verify(data []byte, records map[string]string) ([]string, error) {
	head, body, found := bytes.Cut(data, []byte("\r\n\r\n"))
	if !found {
		return nil, errors.New("no header")
	}
	fields := regexp.MustCompile(`(?s)[^\r\n]+(\r\n[ \t][^\r\n]*)*`).FindAllString(string(head), -1)
	var algorithms []string
	for _, field := range fields {
		if name, value, _ := strings.Cut(field, ":"); strings.EqualFold(name, "DKIM-Signature") {
			tags := tagsOf(value)
			if err := check(tags, field, fields, body, records); err != nil {
				return nil, fmt.Errorf("%s of %s: %w", tags["a"], tags["s"], err)
			}
			algorithms = append(algorithms, tags["a"])
		}
	}
	return algorithms, nil
}

func tagsOf(value string) map[string]string {
	tags := map[string]string{}
	for tag := range strings.SplitSeq(value, ";") {
		name, value, _ := strings.Cut(tag, "=")
		tags[strings.TrimSpace(name)] = regexp.MustCompile(`\s+`).ReplaceAllString(value, "")
	}
	return tags
}

func check(tags map[string]string, signature string, fields []string, body []byte, records map[string]string) error {
	if tags["v"] != "1" || tags["c"] != "relaxed/simple" {
		return fmt.Errorf("tags %v", tags)
	}
	if sum := sha256.Sum256(simpleBody(body)); base64.StdEncoding.EncodeToString(sum[:]) != tags["bh"] {
		return errors.New("the body was changed")
	}
	var signed strings.Builder
	rest := slices.Clone(fields)
	for name := range strings.SplitSeq(tags["h"], ":") {
		for i := len(rest) - 1; i >= 0; i-- { // the last one first, RFC 6376 §5.4.2
			if found, _, _ := strings.Cut(rest[i], ":"); strings.EqualFold(found, name) {
				signed.WriteString(relaxedField(rest[i]) + "\r\n")
				rest = slices.Delete(rest, i, i+1)
				break
			}
		}
	}
	signed.WriteString(relaxedField(regexp.MustCompile(`\bb=[^;]*`).ReplaceAllString(signature, "b=")))
	sum := sha256.Sum256([]byte(signed.String()))
	b, err := base64.StdEncoding.DecodeString(tags["b"])
	if err != nil {
		return err
	}
	record := tagsOf(records[tags["s"]+"._domainkey."+tags["d"]])
	p, err := base64.StdEncoding.DecodeString(record["p"])
	if err != nil || len(p) == 0 {
		return errors.New("there is no record")
	}
	switch tags["a"] + "/" + record["k"] {
	case "rsa-sha256/rsa":
		key, err := x509.ParsePKIXPublicKey(p)
		if err != nil {
			return err
		}
		return rsa.VerifyPKCS1v15(key.(*rsa.PublicKey), crypto.SHA256, sum[:], b)
	case "ed25519-sha256/ed25519":
		if !ed25519.Verify(p, sum[:], b) {
			return errors.New("the header was changed")
		}
		return nil
	}
	return fmt.Errorf("algorithm %s", tags["a"])
}

// relaxedField is RFC 6376 §3.4.2.
func relaxedField(field string) string {
	name, value, _ := strings.Cut(field, ":")
	value = strings.ReplaceAll(value, "\r\n", "")
	value = regexp.MustCompile(`[ \t]+`).ReplaceAllString(value, " ")
	return strings.ToLower(strings.TrimRight(name, " \t")) + ":" + strings.Trim(value, " ")
}

// simpleBody is RFC 6376 §3.4.3.
func simpleBody(body []byte) []byte {
	return append(regexp.MustCompile(`(\r\n)+$`).ReplaceAll(body, nil), "\r\n"...)
}

// verifyWithDkimpy asks the Python library that opendkim's and mailman's users know whether so many
// signatures of every mail verify.
func verifyWithDkimpy(t *testing.T, mails [][]byte, records map[string]string, signatures int) {
	t.Helper()
	python := needs.Program(t, "python3", "python3")
	if exec.Command(python, "-c", "import dkim, nacl").Run() != nil {
		python = "/usr/bin/python3" // Debian's own, where another comes first
	}
	if exec.Command(python, "-c", "import dkim, nacl").Run() != nil {
		t.Skip("dkimpy is not there; install the Debian packages python3-dkim and python3-nacl to have a second verifier look")
	}
	const program = `
import dkim, json, sys
records = json.loads(sys.argv[1])
def find(name, timeout=5):
    return records.get(name.decode().rstrip("."), "").encode()
for file in sys.argv[3:]:
    for i in range(int(sys.argv[2])):
        if not dkim.DKIM(open(file, "rb").read()).verify(idx=i, dnsfunc=find):
            sys.exit("%s: signature %d does not verify" % (file, i))
`
	args := []string{"-c", program, asJSON(t, records), fmt.Sprint(signatures)}
	for i, data := range mails {
		file := filepath.Join(t.TempDir(), fmt.Sprintf("%d.eml", i))
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.Command(python, args...).CombinedOutput(); err != nil {
		t.Errorf("dkimpy: %v\n%s", err, out)
	}
}
