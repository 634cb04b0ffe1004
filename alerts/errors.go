package alerts

import (
	"fmt"
	"slices"
	"strings"

	"jobalertd/alerts/fault"
)

// FieldError says what is wrong with one field of something that came from outside.
type FieldError struct {
	// Field is the path as the sender wrote it: alerts[0].filter.salary_min.currency. It is empty
	// where the input as a whole is at fault.
	Field string `json:"field"`
	// Problem says what is wrong and how to mend it, in one sentence.
	Problem string `json:"problem"`
	// Fault is the same for those who say it in other languages; the zero Fault where nobody does.
	Fault fault.Fault `json:"-"`
}

// Error is field: problem, or the problem alone where it is one of the whole.
func (e FieldError) Error() string {
	if e.Field == "" {
		return e.Problem
	}
	return e.Field + ": " + e.Problem
}

// FieldErrors is every fault found in one input. An empty list is no error: return it through Err.
type FieldErrors []FieldError

// Error lists the faults, separated by semicolons.
func (e FieldErrors) Error() string {
	parts := make([]string, len(e))
	for i, f := range e {
		parts[i] = f.Error()
	}
	return strings.Join(parts, "; ")
}

// Addf notes a fault that is told to programs only, or in the reader's language already.
func (e *FieldErrors) Addf(field, format string, args ...any) {
	*e = append(*e, FieldError{Field: field, Problem: fmt.Sprintf(format, args...)})
}

// Note notes a fault where there is one.
func (e *FieldErrors) Note(field string, f fault.Fault) {
	if !f.None() {
		*e = append(*e, FieldError{Field: field, Problem: f.Error(), Fault: f})
	}
}

// Nest notes the faults of a part under the path of the whole.
func (e *FieldErrors) Nest(path string, inner FieldErrors) {
	for _, f := range inner {
		field := path
		if f.Field != "" {
			field = path + "." + f.Field
		}
		f.Field = field
		*e = append(*e, f)
	}
}

// And is the faults and those of more that are about other parts of the input: what could not be read
// need not be called missing too.
func (e FieldErrors) And(more FieldErrors) FieldErrors {
	all := slices.Clone(e)
	for _, m := range more {
		about := func(f FieldError) bool {
			rest, ok := strings.CutPrefix(m.Field, f.Field)
			return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
		}
		if !slices.ContainsFunc(e, about) {
			all = append(all, m)
		}
	}
	return all
}

// Err is nil for an empty list.
func (e FieldErrors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}
