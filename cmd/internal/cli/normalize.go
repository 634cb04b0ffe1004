package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"jobalertd/alerts/normalize"
	"jobalertd/alerts/skill"
	"jobalertd/alerts/source"
	"jobalertd/alerts/source/formats"
	"jobalertd/cmd/internal/cli/console"
)

// normalizeCmd is `jobalertd normalize`.
type normalizeCmd struct {
	Source    string   `required:"" placeholder:"NAME" help:"Format of the responses: ${formats}."`
	Board     string   `placeholder:"NAME" help:"Name of the board. Default: the file's name without its endings."`
	Company   string   `placeholder:"NAME" help:"Name of the company, where the response does not tell it."`
	KeepGoing bool     `help:"Leave records out that cannot be read, instead of printing nothing."`
	Files     []string `arg:"" optional:"" name:"FILE" help:"Raw responses, as the board served them, also packed with gzip, or as recorded exchanges (.yml). Default: standard input."`
}

// Run implements the command.
func (c *normalizeCmd) Run(w *World) error {
	format, found := formats.ByName(c.Source)
	if !found {
		return console.UsageError(fmt.Sprintf("--source: %q is not one of %s", c.Source, strings.Join(formats.Names(), ", ")))
	}
	files := c.Files
	if len(files) == 0 {
		files = []string{"-"}
	}
	var raws []boardRaw
	var faults []error
	for _, name := range files {
		found, errs := c.read(w, format, name)
		raws = append(raws, found...)
		faults = append(faults, errs...)
	}
	if len(faults) > 0 {
		if !c.KeepGoing {
			return fmt.Errorf("nothing was printed, --keep-going leaves faulty records out\n%w", errors.Join(faults...))
		}
		fmt.Fprintf(w.Stderr, "jobalertd: left out:\n%v\n", errors.Join(faults...))
	}
	normalizer := normalize.New(skill.Shipped())
	out := bufio.NewWriter(w.Stdout)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for _, r := range raws {
		if err := lines.Encode(normalizer.Posting(format.Name, r.board, r.raw)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// boardRaw is one record and the board it stands on.
type boardRaw struct {
	board source.Board
	raw   source.Raw
}

// read reads the records of one file. A record that cannot be read is an error beside the others.
func (c *normalizeCmd) read(w *World, format source.Format, name string) ([]boardRaw, []error) {
	data, err := console.Read(w, name)
	if err != nil {
		return nil, []error{err}
	}
	bodies := [][]byte{data}
	if ext := filepath.Ext(name); ext == ".yml" || ext == ".yaml" {
		if bodies, err = recordedBodies(data); err != nil {
			return nil, []error{fmt.Errorf("%s: %w", name, err)}
		}
	}
	board := source.Board{Name: c.Board, Company: c.Company}
	if board.Name == "" && name != "-" {
		board.Name, _, _ = strings.Cut(filepath.Base(name), ".")
	}
	if board.Name == "" {
		board.Name = "board"
	}
	var raws []boardRaw
	var errs []error
	for _, body := range bodies {
		page, err := format.Parse(board, body)
		if err != nil {
			return nil, []error{fmt.Errorf("%s: %w", name, err)}
		}
		for _, refused := range page.Refused {
			errs = append(errs, fmt.Errorf("%s: %w", name, refused))
		}
		for _, raw := range page.Postings {
			raws = append(raws, boardRaw{board, raw})
		}
	}
	return raws, errs
}

// recordedBodies is the response bodies of recorded HTTP exchanges, in the form of the VCR library.
func recordedBodies(data []byte) ([][]byte, error) {
	var recording struct {
		Interactions []struct {
			Response struct {
				Body struct {
					String string `yaml:"string"`
				} `yaml:"body"`
			} `yaml:"response"`
		} `yaml:"http_interactions"`
	}
	if err := yaml.Unmarshal(data, &recording); err != nil {
		return nil, fmt.Errorf("reading recorded exchanges: %w", err)
	}
	if len(recording.Interactions) == 0 {
		return nil, errors.New("holds no recorded exchanges")
	}
	var bodies [][]byte
	for _, exchange := range recording.Interactions {
		bodies = append(bodies, []byte(exchange.Response.Body.String))
	}
	return bodies, nil
}
