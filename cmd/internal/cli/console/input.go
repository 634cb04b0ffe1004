package console

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxInput is the most that one input may hold, unpacked, in bytes.
const maxInput = 1 << 30

// maxLine is the longest line of NDJSON, in bytes.
const maxLine = 16 << 20

// Read reads a file, or standard input for "-". What is packed with gzip is unpacked.
func Read(w *World, name string) ([]byte, error) {
	var in io.Reader = w.Stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	buffered := bufio.NewReader(in)
	in = buffered
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("%s: unpacking: %w", name, err)
		}
		in = unpacked
	}
	data, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxInput {
		return nil, fmt.Errorf("%s: holds more than %d MiB", name, maxInput>>20)
	}
	return data, nil
}

// EachLine decodes NDJSON line by line. A faulty line is an error with its number; with keepGoing
// it is reported and left out.
func EachLine[T any](w *World, name string, keepGoing bool, decode func([]byte) (T, error)) ([]T, error) {
	data, err := Read(w, name)
	if err != nil {
		return nil, err
	}
	var all []T
	var faults []error
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		value, err := decode(line)
		if err == nil {
			all = append(all, value)
			continue
		}
		err = fmt.Errorf("%s:%d: %w", name, n, err)
		if keepGoing {
			fmt.Fprintf(w.Stderr, "jobalertd: %v (left out)\n", err)
		} else {
			faults = append(faults, err)
		}
	}
	if err := lines.Err(); err != nil {
		faults = append(faults, fmt.Errorf("%s: %w", name, err))
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("nothing was done, --keep-going leaves faulty lines out\n%w", errors.Join(faults...))
	}
	return all, nil
}
