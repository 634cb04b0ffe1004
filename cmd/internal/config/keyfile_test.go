package config

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestTheMasterKeyIsMadeOnceAndKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := KeepKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(first.Reveal()); n < 32 {
		t.Errorf("the key has %d bytes", n)
	}
	again, err := KeepKey(dir)
	if err != nil || again != first {
		t.Errorf("the second start has another key (%v)", err)
	}
	info, err := os.Stat(filepath.Join(dir, "master.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file is %v, %v; want it readable by its owner alone", info.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files are left in the directory", len(entries))
	}
}

func TestDaemonsThatStartTogetherShareOneKey(t *testing.T) {
	dir := t.TempDir()
	keys := make([]Secret, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			key, err := KeepKey(dir)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	wg.Wait()
	for i, key := range keys {
		if key != keys[0] {
			t.Errorf("daemon %d has another key", i)
		}
	}
}

func TestADamagedKeyIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "master.key")
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := KeepKey(dir)
	if err == nil || !strings.Contains(err.Error(), "5 bytes and is damaged; put it back from a backup") {
		t.Errorf("error is %v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "short" {
		t.Error("the damaged key was overwritten")
	}
}

func TestADirectoryThatCannotBeMadeIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := KeepKey(filepath.Join(file, "data")); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("error is %v, want one that names %s", err, file)
	}
}
