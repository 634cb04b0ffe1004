package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// The most bytes that may stand in a file of secrets, and in another file the configuration names.
const (
	maxSecret = 64 << 10
	maxNamed  = 16 << 20
)

// read reads the file at path into f.
func (f *File) read(path string) error {
	data, err := readLimited(path, maxNamed)
	*f = File{Path: path, Data: data}
	return err
}

// readSecret reads a file of secrets, without the line break that editors leave at its end.
func readSecret(path string) (string, error) {
	data, err := readLimited(path, maxSecret)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return "", fmt.Errorf("the file %s is empty", path)
	}
	return text, nil
}

// lines splits the contents of a file of secrets, one a line.
func lines(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// readLimited reads a file of at most most bytes. Its errors are sentences for the operator.
func readLimited(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fileError(path, err)
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("the file %s has more than %d bytes", path, most)
	}
	return data, nil
}

func fileError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file %s", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the file %s may not be read by this user", path)
	}
	return fmt.Errorf("the file %s cannot be read: %w", path, errors.Unwrap(err))
}
