package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module begins the import path of everything in this repository.
const module = "jobalertd/"

// tree is a repository's files.
type tree struct {
	fsys  fs.FS
	fset  *token.FileSet
	files []*source
	prose []prose
	other map[string]string // Makefile, .gitignore and what lies in deploy, by path
	top   []string
}

// source is one Go file.
type source struct {
	path   string // from the root, with slashes
	dir    string
	test   bool
	lines  int
	syntax *ast.File
}

// prose is one Markdown file.
type prose struct{ path, text string }

// readTree reads a repository, but for folders that hold no Go of ours.
func readTree(t testing.TB, fsys fs.FS) *tree {
	t.Helper()
	tr := &tree{fsys: fsys, fset: token.NewFileSet(), other: map[string]string{}}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		tr.top = append(tr.top, e.Name())
	}
	err = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && skipped(d.Name()):
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		return tr.add(p)
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func skipped(dir string) bool {
	return strings.HasPrefix(dir, ".") || dir == "testdata" || dir == "bin"
}

func (t *tree) add(p string) error {
	markdown, golang := strings.HasSuffix(p, ".md"), strings.HasSuffix(p, ".go")
	if !markdown && !golang && p != "Makefile" && p != ".gitignore" && !within(p, "deploy") {
		return nil
	}
	text, err := fs.ReadFile(t.fsys, p)
	switch {
	case err != nil:
		return err
	case golang:
		return t.addGo(p, text)
	case markdown:
		t.prose = append(t.prose, prose{p, string(text)})
	default:
		t.other[p] = string(text)
	}
	return nil
}

func (t *tree) addGo(p string, text []byte) error {
	syntax, err := parser.ParseFile(t.fset, p, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(syntax) {
		return err
	}
	t.files = append(t.files, &source{
		path: p, dir: path.Dir(p), test: strings.HasSuffix(p, "_test.go"),
		lines: bytes.Count(text, []byte("\n")), syntax: syntax,
	})
	return nil
}

// product lists the files that are not tests.
func (t *tree) product() []*source {
	var files []*source
	for _, f := range t.files {
		if !f.test {
			files = append(files, f)
		}
	}
	return files
}

// exists reports whether the repository holds a path.
func (t *tree) exists(p string) bool {
	_, err := fs.Stat(t.fsys, p)
	return err == nil
}

// at is a problem at a node.
func (t *tree) at(node ast.Node, format string, args ...any) string {
	p := t.fset.Position(node.Pos())
	return fmt.Sprintf("%s:%d: ", p.Filename, p.Line) + fmt.Sprintf(format, args...)
}

// imports lists the imported paths with the nodes that import them.
func (f *source) imports() map[string]*ast.ImportSpec {
	specs := map[string]*ast.ImportSpec{}
	for _, spec := range f.syntax.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			specs[p] = spec
		}
	}
	return specs
}

// calls visits every call of a function of a package, such as os.Getenv, named by the package's
// import path and the function's name.
func (f *source) calls(visit func(call *ast.CallExpr, pkg, name string)) {
	names := map[string]string{}
	for p, spec := range f.imports() {
		name := path.Base(p)
		if v, ok := strings.CutPrefix(name, "v"); ok && v != "" && strings.Trim(v, "0123456789") == "" {
			name = path.Base(path.Dir(p)) // github.com/redis/go-redis/v9
		}
		name = strings.TrimPrefix(name, "go-")
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = p
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok && names[x.Name] != "" {
				visit(call, names[x.Name], selector.Sel.Name)
			}
		}
		return true
	})
}

// within reports whether dir is one of the folders or lies below one.
func within(dir string, folders ...string) bool {
	for _, folder := range folders {
		if dir == folder || strings.HasPrefix(dir, folder+"/") {
			return true
		}
	}
	return false
}

// testRoom reports whether the folder is, or lies in, a room made for tests, which its name says:
// mailer/mailertest.
func testRoom(dir string) bool {
	return slices.ContainsFunc(strings.Split(dir, "/"), func(name string) bool {
		return strings.HasSuffix(name, "test") && name != "test"
	})
}
