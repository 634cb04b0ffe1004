package provider

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// envelope is a message of Amazon SNS.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
type envelope struct {
	Type             string
	MessageID        string `json:"MessageId"`
	TopicArn         string
	Subject          *string
	Message          string
	Timestamp        time.Time
	stamp            string // Timestamp as it was written
	Token            string
	SubscribeURL     string
	SignatureVersion string
	Signature        []byte
	SigningCertURL   string
}

// The types of an envelope.
const (
	snsNotification = "Notification"
	snsSubscribe    = "SubscriptionConfirmation"
	snsUnsubscribe  = "UnsubscribeConfirmation"
)

// topic is an SNS topic that the operator has listed.
type topic struct{ arn, host string }

var topicARN = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2}(?:-[a-z]+)+-\d+):\d+:[A-Za-z0-9_.-]+$`)

// parseTopic reads an ARN and tells the host of its region.
func parseTopic(arn string) (topic, error) {
	part := topicARN.FindStringSubmatch(arn)
	if part == nil {
		return topic{}, fmt.Errorf("%q is not the ARN of an SNS topic, like arn:aws:sns:eu-central-1:123456789012:bounces", arn)
	}
	host := "sns." + part[2] + ".amazonaws.com"
	if part[1] == "aws-cn" {
		host += ".cn"
	}
	return topic{arn, host}, nil
}

// parseEnvelope reads an envelope, believing nothing of it.
func parseEnvelope(body []byte) (envelope, error) {
	var e envelope
	var raw struct{ Timestamp string }
	if err := json.Unmarshal(body, &e); err != nil {
		return e, fmt.Errorf("%w: not a message of SNS", ErrSignature)
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		return e, fmt.Errorf("%w: not a message of SNS", ErrSignature)
	}
	e.stamp = raw.Timestamp
	return e, nil
}

// signed is the text that the signature of an envelope covers.
func (e envelope) signed() string {
	var b strings.Builder
	line := func(name, value string) { b.WriteString(name + "\n" + value + "\n") }
	line("Message", e.Message)
	line("MessageId", e.MessageID)
	if e.Type == snsNotification {
		if e.Subject != nil {
			line("Subject", *e.Subject)
		}
	} else {
		line("SubscribeURL", e.SubscribeURL)
	}
	line("Timestamp", e.stamp)
	if e.Type != snsNotification {
		line("Token", e.Token)
	}
	line("TopicArn", e.TopicArn)
	line("Type", e.Type)
	return b.String()
}

// checkSignature checks an envelope against the certificate that signed it.
func (e envelope) checkSignature(cert *x509.Certificate, now time.Time) error {
	key, isRSA := cert.PublicKey.(*rsa.PublicKey)
	if !isRSA || now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return fmt.Errorf("%w: the certificate is not valid", ErrSignature)
	}
	var err error
	switch e.SignatureVersion {
	case "1":
		sum := sha1.Sum([]byte(e.signed()))
		err = rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], e.Signature)
	case "2":
		sum := sha256.Sum256([]byte(e.signed()))
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], e.Signature)
	default:
		err = fmt.Errorf("version %q", e.SignatureVersion)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return nil
}

// confirmURL confirms a subscription of ours.
func (t topic) confirmURL(token string) string {
	query := url.Values{"Action": {"ConfirmSubscription"}, "TopicArn": {t.arn}, "Token": {token}}
	return "https://" + t.host + "/?" + query.Encode()
}

// certificates keeps the certificates of SNS, of which there is one at a time and region.
type certificates struct {
	fetch func(ctx context.Context, url string) ([]byte, error)

	mu      sync.Mutex
	known   map[string]*x509.Certificate // by URL
	fetched time.Time
}

const (
	maxCertificates = 16
	// fetchEvery keeps callers that invent URLs from making us fetch without end.
	fetchEvery = 10 * time.Second
)

// certificatePath is how SNS names its certificates.
var certificatePath = regexp.MustCompile(`^/SimpleNotificationService-[0-9a-f]{8,64}\.pem$`)

// get is the certificate at a URL on a topic's host.
func (c *certificates) get(ctx context.Context, t topic, at string, now time.Time) (*x509.Certificate, error) {
	path, onHost := strings.CutPrefix(at, "https://"+t.host)
	if !onHost || !certificatePath.MatchString(path) {
		return nil, fmt.Errorf("%w: its certificate is not at https://%s", ErrSignature, t.host)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if cert, found := c.known[at]; found {
		return cert, nil
	}
	if wait := c.fetched.Add(fetchEvery).Sub(now); wait > 0 && wait <= fetchEvery {
		return nil, &later{fmt.Errorf("another certificate was fetched less than %s ago", fetchEvery)}
	}
	c.fetched = now
	data, err := c.fetch(ctx, at)
	if err != nil {
		return nil, &later{fmt.Errorf("fetching the certificate of SNS: %w", err)}
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("%w: there is no certificate at its URL", ErrSignature)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	if len(c.known) >= maxCertificates {
		clear(c.known)
	}
	c.known[at] = cert
	return cert, nil
}

// later is an error that will pass.
type later struct{ err error }

// Error implements error.
func (l *later) Error() string { return l.err.Error() }

// Unwrap gives the cause.
func (l *later) Unwrap() error { return l.err }

// Temporary is true: the provider is asked to come back.
func (l *later) Temporary() bool { return true }
