package settings

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxFile is the most bytes a configuration file may have; a thousand sources take a tenth of it.
const maxFile = 1 << 20

// fileReader turns the syntax tree of a configuration file into a layer.
type fileReader struct {
	name   string
	all    []field
	values layer
	faults *Faults
}

// readYAML reads the file's contents; name is what its faults call it.
func readYAML(name string, data []byte, all []field, faults *Faults) layer {
	r := fileReader{name: name, all: all, values: layer{}, faults: faults}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if at := invalidUTF8(data); at >= 0 {
		line := 1 + bytes.Count(data[:at], []byte("\n"))
		faults.addf(r.at(line, 1), "", "the line is not valid UTF-8; save the file as UTF-8")
		return r.values
	}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		r.syntax(err)
		return r.values
	}
	r.documents(tree)
	return r.values
}

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

func (r *fileReader) syntax(err error) {
	problem, origin := err.Error(), r.at(1, 1)
	if where, ok := errors.AsType[yaml.Error](err); ok {
		problem = where.GetMessage()
		if t := where.GetToken(); t != nil {
			origin = r.token(t)
		}
	}
	r.faults.addf(origin, "", "not valid YAML: %s", problem)
}

func (r *fileReader) documents(tree *ast.File) {
	seen := false
	for _, doc := range tree.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if seen {
			r.faults.addf(r.node(doc.Body), "", "a second document begins here; put everything into one")
			return
		}
		seen = true
		r.section(doc.Body, r.node(doc.Body), r.all, "")
	}
}

// section reads a mapping; origin is where to point if it is none.
func (r *fileReader) section(node ast.Node, origin Origin, fields []field, path string) {
	mapping, ok := node.(ast.MapNode)
	if !ok {
		r.shape(node, origin, path, "settings as key: value")
		return
	}
	for pairs := mapping.MapRange(); pairs.Next(); {
		r.pair(pairs.Key(), pairs.Value(), fields, path)
	}
}

func (r *fileReader) pair(keyNode ast.Node, value ast.Node, fields []field, path string) {
	origin := r.node(keyNode)
	name, ok := scalar(keyNode)
	if !ok {
		r.faults.addf(origin, path, "%s", notPlain)
		return
	}
	f, byFile, ok := key(fields, name)
	if !ok {
		r.faults.addf(origin, child(path, name), "%s", unknownKey(name, fields, r.all))
		return
	}
	at := child(path, f.key)
	switch {
	case value.Type() == ast.NullType: // a key without a value: as if it were not there
	case f.isSection():
		r.section(value, origin, fieldsOf(f.typ), at)
	case f.isTable():
		r.table(value, origin, f, at)
	case f.isList() && !byFile:
		r.list(value, origin, at)
	default:
		text, ok := scalar(value)
		if !ok {
			r.shape(value, origin, at, "one value")
			return
		}
		r.values.put(at, given{texts: []string{text}, byFile: byFile, origin: r.node(value)}, r.faults)
	}
}

func (r *fileReader) table(node ast.Node, origin Origin, f field, path string) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		r.shape(node, origin, path, "a list, each element beginning with -")
		return
	}
	for i, item := range sequence.Values {
		at := Element(path, i)
		r.values[at] = given{origin: r.node(item)}
		r.section(item, r.node(item), fieldsOf(f.typ.Elem()), at)
	}
}

func (r *fileReader) list(node ast.Node, origin Origin, path string) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		r.shape(node, origin, path, "a list, as [a, b]")
		return
	}
	texts := make([]string, 0, len(sequence.Values))
	for i, item := range sequence.Values {
		text, ok := scalar(item)
		if !ok {
			r.shape(item, r.node(item), Element(path, i), "one value")
			continue
		}
		texts = append(texts, text)
	}
	r.values.put(path, given{texts: texts, origin: r.node(node)}, r.faults)
}

// notPlain answers YAML that this file has no use for.
const notPlain = "anchors, aliases, merge keys and tags are not understood here; write the value out"

// shape reports a node that is not of the kind wanted.
func (r *fileReader) shape(node ast.Node, origin Origin, path, wanted string) {
	switch node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode, *ast.MappingKeyNode:
		r.faults.addf(r.node(node), path, "%s", notPlain)
	default:
		r.faults.addf(origin, path, "this must be %s", wanted)
	}
}

// scalar is the text of a plain value as it is written, so that a password of 007 stays one.
func scalar(node ast.Node) (text string, ok bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// node is where a node begins; a mapping begins at its first key, not at its first colon.
func (r *fileReader) node(node ast.Node) Origin {
	if mapping, ok := node.(ast.MapNode); ok {
		if pairs := mapping.MapRange(); pairs.Next() {
			return r.token(pairs.Key().GetToken())
		}
	}
	return r.token(node.GetToken())
}

func (r *fileReader) token(t *token.Token) Origin { return r.at(t.Position.Line, t.Position.Column) }

func (r *fileReader) at(line, column int) Origin {
	return Origin{Kind: FromFile, Where: fmt.Sprintf("%s:%d:%d", r.name, line, column), line: line, column: column}
}
