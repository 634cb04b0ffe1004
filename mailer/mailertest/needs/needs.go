// Package needs finds the programs and files that some tests want and not every machine has.
package needs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Program is the path of a program. Where it is missing, the test is skipped with the Debian
// package to install; with JOBALERT_TEST_REQUIRE=1 in the environment it fails instead.
func Program(t testing.TB, program, debianPackage string) string {
	t.Helper()
	return find(t, program, "install the Debian package "+debianPackage, os.Getenv("JOBALERT_TEST_REQUIRE") == "1")
}

// Tool is the path of a program that Debian does not have, or skips the test with how to get it.
func Tool(t testing.TB, program, how string) string {
	t.Helper()
	return find(t, program, how, false)
}

func find(t testing.TB, program, how string, required bool) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	if required {
		t.Fatalf("%s is not on PATH; %s", program, how)
	}
	t.Skipf("%s is not on PATH; %s to run this test", program, how)
	return ""
}

// NodeFile is the path of a file of an npm package that is installed globally, such as
// "axe-core/axe.min.js". Where it is missing, the test is skipped, as with Tool: not every machine
// reaches that registry.
func NodeFile(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range []string{"/usr/lib/node_modules", "/usr/local/lib/node_modules", "/usr/share/nodejs"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	pkg, _, _ := strings.Cut(name, "/")
	t.Skipf("%s is not installed; npm install --global %s to run this test", name, pkg)
	return ""
}
