package console

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
)

// JSONFlag is the flag of commands that print tables for people and JSON for programs.
type JSONFlag struct {
	JSON bool `name:"json" help:"One JSON object a line, for programs."`
}

// Rows prints rows as a table, or the values behind them as JSON lines.
func Rows[T any](w *World, f JSONFlag, values []T, header []string, row func(T) []string) error {
	if f.JSON {
		lines := json.NewEncoder(w.Stdout)
		lines.SetEscapeHTML(false)
		for _, v := range values {
			if err := lines.Encode(v); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(w.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(header, "\t"))
	for _, v := range values {
		fmt.Fprintln(table, strings.Join(row(v), "\t"))
	}
	return table.Flush()
}

// JSON prints one value as indented JSON.
func JSON(w *World, v any) error {
	out := json.NewEncoder(w.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}
