package dkim

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/dkim"

	"jobalertd/mailer"
)

// once lists headers that a mail has at most one of. They are signed once more than they occur.
func once() []string {
	return []string{
		"From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
		"Content-Transfer-Encoding", "Content-Language", "Auto-Submitted",
	}
}

// many lists headers that are signed as they occur.
func many() []string {
	return []string{"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID"}
}

// Signer signs mails with every key. It does not change and can be shared; the nil Signer leaves mails
// as they are.
type Signer struct {
	keys []Key
}

// New makes a signer; without keys it is nil.
func New(keys ...Key) *Signer {
	if len(keys) == 0 {
		return nil
	}
	return &Signer{keys: keys}
}

// Sign puts a signature of each key before a finished mail.
func (s *Signer) Sign(m mailer.Message) (mailer.Message, error) {
	if s == nil {
		return m, nil
	}
	data := m.Bytes()
	names := signed(data)
	var signatures strings.Builder
	for _, key := range s.keys {
		signature, err := key.sign(data, names)
		if err != nil {
			return mailer.Message{}, fmt.Errorf("signing with the key %s: %w", key.Name(), err)
		}
		signatures.WriteString(signature)
	}
	lines, err := mailer.ParseLines([]byte(signatures.String()))
	if err != nil {
		return mailer.Message{}, fmt.Errorf("signing: %w", err)
	}
	m.Data = append([]mailer.Lines{lines}, m.Data...)
	return m, nil
}

func (k Key) sign(data []byte, names []string) (string, error) {
	signer, err := dkim.NewSigner(&dkim.SignOptions{
		Domain: k.Domain, Selector: k.Selector, Signer: k.signer, HeaderKeys: names,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationSimple,
	})
	if err != nil {
		return "", err
	}
	if _, err := signer.Write(data); err != nil {
		_ = signer.Close()
		return "", err
	}
	if err := signer.Close(); err != nil {
		return "", err
	}
	return signer.Signature(), nil
}

// signed is the headers to sign, each as often as it is to be.
func signed(data []byte) []string {
	head, _, _ := bytes.Cut(data, []byte("\r\n\r\n"))
	occurs := map[string]int{}
	for line := range bytes.Lines(head) {
		if name, _, found := bytes.Cut(line, []byte(":")); found && line[0] != ' ' && line[0] != '\t' {
			occurs[strings.ToLower(string(name))]++
		}
	}
	var names []string
	add := func(name string, extra int) {
		for range occurs[strings.ToLower(name)] + extra {
			names = append(names, name)
		}
	}
	for _, name := range once() {
		add(name, 1)
	}
	for _, name := range many() {
		add(name, 0)
	}
	return names
}
