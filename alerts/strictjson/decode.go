package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Fault is one thing wrong with the input.
type Fault struct {
	// Path leads to it, such as alerts[0].filter.query; empty for the input as a whole.
	Path string
	// Problem says what is wrong and how to mend it.
	Problem string
}

// Faults is everything wrong with the input.
type Faults []Fault

// Error lists the faults.
func (f Faults) Error() string {
	parts := make([]string, len(f))
	for i, fault := range f {
		parts[i] = strings.TrimPrefix(fault.Path+": "+fault.Problem, ": ")
	}
	return strings.Join(parts, "; ")
}

// Decode reads one JSON value into what into points to. The error is Faults. The input must be valid
// UTF-8, may begin with a byte order mark, and must hold nothing after the value. null stands for
// an absent value.
func Decode(data []byte, into any) error {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if problem := malformed(data); problem != "" {
		return Faults{{Problem: problem}}
	}
	var c checker
	c.value("", data, reflect.TypeOf(into).Elem())
	if len(c.faults) > 0 {
		return c.faults
	}
	if err := json.Unmarshal(data, into); err != nil {
		return Faults{{Problem: err.Error()}}
	}
	return nil
}

// malformed says what keeps data from being JSON at all.
func malformed(data []byte) string {
	if len(bytes.TrimSpace(data)) == 0 {
		return "there is nothing here; JSON is expected"
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return fmt.Sprintf("%s: not UTF-8; save the text in that encoding", position(data, at))
		}
		at += size
	}
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("%s: not JSON: %s", position(data, int(syntax.Offset)-1), syntax)
	}
	if err != nil {
		return "not JSON: " + err.Error()
	}
	return ""
}

// position is a byte offset as a person counts.
func position(data []byte, offset int) string {
	before := data[:max(0, min(offset, len(data)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d", line, column)
}
