package webhook

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The example of the Standard Webhooks specification and of its reference libraries.
const (
	exampleSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	exampleID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	exampleStamp     = 1614265330
	exampleBody      = `{"test": 2432232314}`
	exampleSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

var exampleTime = time.Unix(exampleStamp, 0)

func headers(id, stamp, signature string) http.Header {
	h := http.Header{}
	for name, value := range map[string]string{HeaderID: id, HeaderTimestamp: stamp, HeaderSignature: signature} {
		if value != "" {
			h.Set(name, value)
		}
	}
	return h
}

func verifier(t interface{ Fatal(...any) }, secrets ...string) *Verifier {
	v, err := New(secrets)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerify(t *testing.T) {
	stamp := strconv.Itoa(exampleStamp)
	other := "whsec_" + base64.StdEncoding.EncodeToString([]byte("some other secret of ours"))
	tests := []struct {
		name    string
		secrets []string
		header  http.Header
		body    string
		at      time.Time
		fault   string // empty: accepted
	}{
		{"the example of the specification", []string{exampleSecret}, headers(exampleID, stamp, exampleSignature), exampleBody, exampleTime, ""},
		{"without the whsec_ prefix", []string{strings.TrimPrefix(exampleSecret, "whsec_")}, headers(exampleID, stamp, exampleSignature), exampleBody, exampleTime, ""},
		{"one of several signatures", []string{exampleSecret}, headers(exampleID, stamp, "v1,AAAA v1a,BBBB "+exampleSignature), exampleBody, exampleTime, ""},
		{"the second secret, during rotation", []string{other, exampleSecret}, headers(exampleID, stamp, exampleSignature), exampleBody, exampleTime, ""},
		{"five minutes old", []string{exampleSecret}, headers(exampleID, stamp, exampleSignature), exampleBody, exampleTime.Add(5 * time.Minute), ""},
		{"five minutes early", []string{exampleSecret}, headers(exampleID, stamp, exampleSignature), exampleBody, exampleTime.Add(-5 * time.Minute), ""},
		{"more than five minutes old", []string{exampleSecret}, headers(exampleID, stamp, exampleSignature), exampleBody, exampleTime.Add(301 * time.Second), "more than 5m0s away"},
		{"more than five minutes early", []string{exampleSecret}, headers(exampleID, stamp, exampleSignature), exampleBody, exampleTime.Add(-301 * time.Second), "more than 5m0s away"},
		{"another secret", []string{other}, headers(exampleID, stamp, exampleSignature), exampleBody, exampleTime, "no signature fits"},
		{"another body", []string{exampleSecret}, headers(exampleID, stamp, exampleSignature), exampleBody + " ", exampleTime, "no signature fits"},
		{"another id", []string{exampleSecret}, headers("msg_2", stamp, exampleSignature), exampleBody, exampleTime, "no signature fits"},
		{"another timestamp", []string{exampleSecret}, headers(exampleID, strconv.Itoa(exampleStamp+1), exampleSignature), exampleBody, exampleTime, "no signature fits"},
		{"a signature of another version", []string{exampleSecret}, headers(exampleID, stamp, "v2"+exampleSignature[2:]), exampleBody, exampleTime, "no signature fits"},
		{"no id", []string{exampleSecret}, headers("", stamp, exampleSignature), exampleBody, exampleTime, "Webhook-Id is missing"},
		{"no timestamp", []string{exampleSecret}, headers(exampleID, "", exampleSignature), exampleBody, exampleTime, "Webhook-Timestamp is missing"},
		{"no signature", []string{exampleSecret}, headers(exampleID, stamp, ""), exampleBody, exampleTime, "Webhook-Signature is missing"},
		{"a timestamp in words", []string{exampleSecret}, headers(exampleID, "now", exampleSignature), exampleBody, exampleTime, "not a number"},
		{"a timestamp beyond all time", []string{exampleSecret}, headers(exampleID, "9223372036854775807", exampleSignature), exampleBody, exampleTime, "away from our clock"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := verifier(t, test.secrets...).Verify(test.header, []byte(test.body), test.at)
			if test.fault == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if !errors.Is(err, ErrSignature) || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("Verify = %v, want ErrSignature that says %q", err, test.fault)
			}
		})
	}
}

func TestNewRefusesSecretsThatProveNothing(t *testing.T) {
	for name, secrets := range map[string][]string{
		"none":       nil,
		"empty":      {"whsec_"},
		"short":      {exampleSecret, "whsec_c2hvcnQ="},
		"not base64": {"whsec_!!!"},
	} {
		if _, err := New(secrets); err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), "c2hvcnQ") {
			t.Errorf("%s: the error shows the secret: %v", name, err)
		}
	}
}

func TestNoOtherBodyPasses(t *testing.T) {
	v := verifier(t, exampleSecret)
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		h := headers(rapid.String().Draw(t, "id"), strconv.Itoa(exampleStamp), rapid.String().Draw(t, "signature"))
		if err := v.Verify(h, body, exampleTime); err == nil {
			t.Fatalf("%q passes with %v", body, h)
		}
	})
}
