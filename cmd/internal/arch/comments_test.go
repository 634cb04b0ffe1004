package arch

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// packageComments: every package says what it is for.
func packageComments(t *tree) []string {
	said := map[string]bool{}
	for _, f := range t.product() {
		said[f.dir] = said[f.dir] || f.syntax.Doc != nil
	}
	var problems []string
	for _, dir := range slices.Sorted(maps.Keys(said)) {
		if !said[dir] {
			problems = append(problems, dir+": the package has no comment; say in doc.go what it is for")
		}
	}
	return problems
}

// exportedComments: every exported name says what it means. A group of constants, variables or
// aliases may be explained as a whole.
func exportedComments(t *tree) []string {
	var problems []string
	for _, f := range t.product() {
		for _, decl := range f.syntax.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Name.IsExported() && decl.Doc == nil && exportedReceiver(decl) {
					problems = append(problems, t.at(decl, "%s has no comment", decl.Name.Name))
				}
			case *ast.GenDecl:
				problems = append(problems, uncommented(t, decl)...)
			}
		}
	}
	return problems
}

func uncommented(t *tree, block *ast.GenDecl) []string {
	var problems []string
	for _, spec := range block.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			together := block.Lparen == token.NoPos || spec.Assign != token.NoPos
			if spec.Name.IsExported() && spec.Doc == nil && (block.Doc == nil || !together) {
				problems = append(problems, t.at(spec, "%s has no comment", spec.Name.Name))
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if name.IsExported() && spec.Doc == nil && spec.Comment == nil && block.Doc == nil {
					problems = append(problems, t.at(name, "%s has no comment", name.Name))
				}
			}
		}
	}
	return problems
}

// exportedReceiver reports whether a method can be seen from outside; a function can.
func exportedReceiver(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return true
	}
	typ := fn.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.IndexListExpr:
			typ = t.X
		case *ast.Ident:
			return t.IsExported()
		default:
			return false
		}
	}
}

// topLevel: the first thing a stranger sees is the house, and nothing besides. What git ignores
// may lie about.
func topLevel(t *tree) []string {
	allowed := append(street(), "deploy", "go.mod", "go.sum", "Makefile", "README.md", "LICENSE")
	for line := range strings.Lines(t.other[".gitignore"]) {
		allowed = append(allowed, strings.Trim(strings.TrimSpace(line), "/"))
	}
	var problems []string
	for _, name := range t.top {
		if !slices.Contains(allowed, name) && !strings.HasPrefix(name, ".") {
			problems = append(problems, name+": the top level holds "+strings.Join(allowed[:10], ", ")+" and nothing else")
		}
	}
	return problems
}
