package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"jobalertd/cmd/internal/cli/console"
	"jobalertd/mailer/bounce"
)

// bounceCmd is `jobalertd bounce`.
type bounceCmd struct {
	Files []string `arg:"" optional:"" name:"FILE" help:"Raw mails. Default: standard input."`
}

// bounceLine is one line of output: what a mail says of one recipient.
type bounceLine struct {
	File      string         `json:"file"`
	Verdict   bounce.Verdict `json:"verdict"`
	Status    string         `json:"status"`
	Recipient string         `json:"recipient"`
	Reason    bounce.Reason  `json:"reason"`
}

// Run implements the command. A file that cannot be read does not keep the others from being judged.
func (c *bounceCmd) Run(w *World) error {
	files := c.Files
	if len(files) == 0 {
		files = []string{"-"}
	}
	out := bufio.NewWriter(w.Stdout)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	var faults []error
	for _, name := range files {
		reports, err := readBounce(w, name)
		if err != nil {
			faults = append(faults, err)
		}
		for _, r := range reports {
			if err := lines.Encode(bounceLine{name, r.Verdict, r.Status, r.Recipient, r.Reason}); err != nil {
				return err
			}
		}
	}
	return errors.Join(append(faults, out.Flush())...)
}

// readBounce judges the mail in a file.
func readBounce(w *World, name string) ([]bounce.Report, error) {
	data, err := console.Read(w, name)
	if err != nil {
		return nil, err
	}
	reports, err := bounce.Read(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return reports, nil
}
