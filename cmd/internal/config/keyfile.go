package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jobalertd/cmd/internal/config/settings"
)

// keyFile is the name of the master key in redis.data_dir.
const keyFile = "master.key"

// KeepKey is the master key for a daemon that was given none: it reads it from dir, or makes it
// there, readable by this user alone. Two daemons that start at the same time get the same key.
func KeepKey(dir string) (Secret, error) {
	path := filepath.Join(dir, keyFile)
	text, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(dir, path); err != nil {
			return Secret{}, fmt.Errorf("making the master key: %w", err)
		}
		text, err = readKey(path)
	}
	if err != nil {
		return Secret{}, fmt.Errorf("reading the master key: %w", err)
	}
	return settings.NewSecret(text), nil
}

// leastKey is the fewest bytes a master key may have.
const leastKey = 32

func readKey(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if len(data) < leastKey {
		return "", fmt.Errorf("%s has %d bytes and is damaged; put it back from a backup, since links and address hashes hang on it", path, len(data))
	}
	return string(data), nil
}

// makeKey writes a fresh key to path unless there is one. The key is complete before it gets its
// name, so that nobody ever reads half of it.
func makeKey(dir, path string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, keyFile+".*") // CreateTemp makes it 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	raw := make([]byte, leastKey)
	_, _ = rand.Read(raw) // never fails: crypto/rand aborts the program instead
	_, err = f.WriteString(base64.RawStdEncoding.EncodeToString(raw))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(dir)
}

// syncDir makes a new name in dir outlast a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
