package cli

import (
	"fmt"

	"github.com/alecthomas/kong"

	"jobalertd/cmd/internal/cli/manual"
)

// completionCmd is `jobalertd completion`.
type completionCmd struct {
	Shell string `arg:"" enum:"${shells}" help:"One of ${shells}."`
}

// Run implements the command.
func (c *completionCmd) Run(w *World) error {
	script, err := manual.Script(c.Shell, "jobalertd", "jobalertd complete --")
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w.Stdout, script)
	return err
}

// completeCmd is what the scripts of completionCmd ask.
type completeCmd struct {
	Words []string `arg:"" optional:"" passthrough:""`
}

// Run implements the command.
func (c *completeCmd) Run(w *World, app *kong.Kong) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	for _, candidate := range manual.Complete(app.Model, words) {
		if _, err := fmt.Fprintf(w.Stdout, "%s\t%s\n", candidate.Word, candidate.Help); err != nil {
			return err
		}
	}
	return nil
}

// manCmd is `jobalertd man`.
type manCmd struct{}

// Run implements the command.
func (manCmd) Run(w *World, app *kong.Kong) error {
	return manual.Man(w.Stdout, app.Model, w.Version,
		manual.Section{Title: "ENVIRONMENT", Text: "JOBALERT_CONFIG names the configuration file.\n\n" +
			"Every key of the configuration can be set as JOBALERT_..., http.base_url as JOBALERT_HTTP_BASE_URL, and every secret be read " +
			"from the file that JOBALERT_..._FILE names. jobalertd config --reference lists them all."},
		manual.Section{Title: "EXIT STATUS", Text: "0: done. 1: failed. 2: wrong usage."},
		manual.Section{Title: "SIGNALS", Text: "SIGTERM and SIGINT stop the daemon after the letters in hand. SIGHUP has it read the configuration anew."},
	)
}
