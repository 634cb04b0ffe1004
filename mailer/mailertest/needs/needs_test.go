package needs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"jobalertd/mailer/mailertest/needs"
)

// verdict stands in for a test and keeps what it was told.
type verdict struct {
	testing.TB
	skipped, failed string
}

func (*verdict) Helper()                       {}
func (v *verdict) Skipf(f string, args ...any) { v.skipped = fmt.Sprintf(f, args...) }
func (v *verdict) Fatalf(f string, args ...any) {
	v.failed = fmt.Sprintf(f, args...)
	panic(v) // Fatalf does not return
}

// ask looks for a program on a PATH that holds nothing but "there".
func ask(t *testing.T, require, program string) (path string, v *verdict) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "there"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	t.Setenv("JOBALERT_TEST_REQUIRE", require)
	v = &verdict{}
	defer func() {
		if r := recover(); r != nil && r != any(v) {
			panic(r)
		}
	}()
	return needs.Program(v, program, "some-package"), v
}

func TestAProgramThatIsThereIsUsed(t *testing.T) {
	path, v := ask(t, "1", "there")
	if filepath.Base(path) != "there" || v.skipped+v.failed != "" {
		t.Errorf("path %q, skipped %q, failed %q", path, v.skipped, v.failed)
	}
}

func TestAMissingProgramSkipsTheTestAndSaysWhatToInstall(t *testing.T) {
	_, v := ask(t, "", "gone")
	if want := "gone is not on PATH; install the Debian package some-package to run this test"; v.skipped != want || v.failed != "" {
		t.Errorf("skipped %q, failed %q; want %q", v.skipped, v.failed, want)
	}
}

func TestAMissingProgramFailsTheTestWhereAllAreRequired(t *testing.T) {
	_, v := ask(t, "1", "gone")
	if want := "gone is not on PATH; install the Debian package some-package"; v == nil || v.failed != want {
		t.Errorf("verdict %+v; want %q", v, want)
	}
}

func TestAMissingNodePackageSkipsTheTestAndSaysHowToInstallIt(t *testing.T) {
	t.Setenv("JOBALERT_TEST_REQUIRE", "1") // not every machine reaches that registry
	v := &verdict{}
	needs.NodeFile(v, "gone/gone.js")
	if want := (verdict{skipped: "gone/gone.js is not installed; npm install --global gone to run this test"}); *v != want {
		t.Errorf("verdict %+v, want %+v", *v, want)
	}
}
