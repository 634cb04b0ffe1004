package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// zones are made-up time zones, in which it strikes a full hour when a test wants it to: the daemon is a real
// process with the real clock. The variable ZONEINFO shows them to it.
type zones struct {
	t   *testing.T
	dir string
}

func newZones(t *testing.T) zones { return zones{t, t.TempDir()} }

func (z zones) env() string { return "ZONEINFO=" + z.dir }

// striking makes a zone in which a full hour begins at a moment, and tells which. A zone must be made before the
// daemon first hears of it.
func (z zones) striking(name string, at time.Time) (hour int) {
	z.t.Helper()
	offset := (3600 - at.Unix()%3600) % 3600
	// RFC 9636 §3: a header with six counts, of which there are a type and four letters; then these.
	file := append([]byte("TZif"), make([]byte, 16)...)
	for _, count := range []uint32{0, 0, 0, 0, 1, 4} {
		file = binary.BigEndian.AppendUint32(file, count)
	}
	file = binary.BigEndian.AppendUint32(file, uint32(offset))
	file = append(file, 0, 0)
	file = append(file, "LMT\x00"...)
	if err := os.WriteFile(filepath.Join(z.dir, name), file, 0o600); err != nil {
		z.t.Fatal(err)
	}
	return int((at.Unix() + offset) / 3600 % 24)
}
