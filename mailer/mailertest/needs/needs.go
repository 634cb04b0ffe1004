// Package needs finds the programs that some tests want and not every machine has.
package needs

import (
	"os"
	"os/exec"
	"testing"
)

// Program is the path of a program. Where it is missing, the test is skipped with the Debian
// package to install; with JOBALERT_TEST_REQUIRE=1 in the environment it fails instead.
func Program(t testing.TB, program, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	if os.Getenv("JOBALERT_TEST_REQUIRE") == "1" {
		t.Fatalf("%s is not on PATH; install the Debian package %s", program, debianPackage)
	}
	t.Skipf("%s is not on PATH; install the Debian package %s to run this test", program, debianPackage)
	return ""
}
