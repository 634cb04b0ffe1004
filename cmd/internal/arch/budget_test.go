package arch

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
)

// The most lines there may be, comments and blank lines included.
const (
	maxFileLines    = 500  // tests too
	maxFuncLines    = 80   // a table of test cases may be longer
	maxPackageLines = 1500 // without tests
)

// budgets: what is too long to be read in one go is cut.
func budgets(t *tree) []string {
	var problems []string
	packages := map[string]int{}
	for _, f := range t.files {
		if f.lines > maxFileLines {
			problems = append(problems, fmt.Sprintf("%s: %d lines are more than %d; cut the file", f.path, f.lines, maxFileLines))
		}
		if f.test {
			continue
		}
		packages[f.dir] += f.lines
		for _, decl := range f.syntax.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := t.fset.Position(fn.End()).Line - t.fset.Position(fn.Pos()).Line + 1; n > maxFuncLines {
				problems = append(problems, t.at(fn, "%s has %d lines, more than %d; cut it", fn.Name.Name, n, maxFuncLines))
			}
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(packages)) {
		if packages[dir] > maxPackageLines {
			problems = append(problems, fmt.Sprintf("%s: %d lines are more than %d; split the package", dir, packages[dir], maxPackageLines))
		}
	}
	return problems
}
