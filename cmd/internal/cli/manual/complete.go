package manual

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Candidate is a word that may come next, with a short explanation.
type Candidate struct{ Word, Help string }

// Complete lists the words that may stand where the last of words stands, which may be empty. None
// means that a file, or a text of the reader's own, is wanted there.
func Complete(app *kong.Application, words []string) []Candidate {
	node := app.Node
	last := ""
	if len(words) > 0 {
		last = words[len(words)-1]
	}
	var valued *kong.Value // of the flag that waits for its value
	for _, word := range words[:max(len(words)-1, 0)] {
		switch {
		case valued != nil:
			valued = nil
		case strings.HasPrefix(word, "-"):
			valued = waiting(node, word)
		default:
			if next := child(node, word); next != nil {
				node = next
			}
		}
	}
	var all []Candidate
	switch {
	case valued != nil:
		all = choices(valued)
	case strings.HasPrefix(last, "-"):
		all = flags(node)
	default:
		all = commands(node)
	}
	return slices.DeleteFunc(all, func(c Candidate) bool { return !strings.HasPrefix(c.Word, last) })
}

// child is the command of that name below node; nil for none.
func child(node *kong.Node, name string) *kong.Node {
	for _, c := range node.Children {
		if c.Name == name || slices.Contains(c.Aliases, name) {
			return c
		}
	}
	return nil
}

// waiting is the flag whose value comes after word; nil where word needs none, or has it.
func waiting(node *kong.Node, word string) *kong.Value {
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			if !f.IsBool() && (word == "--"+f.Name || f.Short != 0 && word == "-"+string(f.Short)) {
				return f.Value
			}
		}
	}
	return nil
}

// choices are the words that a value may be one of.
func choices(v *kong.Value) []Candidate {
	var all []Candidate
	for _, word := range v.EnumSlice() {
		if word != "" {
			all = append(all, Candidate{Word: word})
		}
	}
	return all
}

func flags(node *kong.Node) []Candidate {
	var all []Candidate
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			all = append(all, Candidate{"--" + f.Name, f.Help})
		}
	}
	return all
}

// commands are the commands below node, and the words its first argument may be one of.
func commands(node *kong.Node) []Candidate {
	var all []Candidate
	for _, c := range node.Children {
		if !c.Hidden {
			all = append(all, Candidate{c.Name, c.Help})
		}
	}
	for _, p := range node.Positional {
		all = append(all, choices(p)...)
	}
	return all
}

// Shells are the shells that Script knows.
func Shells() []string { return []string{"bash", "fish", "zsh"} }

// Script is what makes a shell ask the program for candidates; ask is the command line that prints
// them, one a line, each with its help behind a tab.
func Script(shell, program, ask string) (string, error) {
	template, ok := map[string]string{"bash": bash, "fish": fish, "zsh": zsh}[shell]
	if !ok {
		return "", fmt.Errorf("no completion for the shell %q; there are %s", shell, strings.Join(Shells(), ", "))
	}
	return strings.NewReplacer("PROGRAM", program, "ASK", ask).Replace(template), nil
}

const bash = `# Completion of PROGRAM for bash: source <(PROGRAM completion bash)
_PROGRAM() {
  local IFS=$'\n'
  COMPREPLY=($(ASK "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _PROGRAM PROGRAM
`

const fish = `# Completion of PROGRAM for fish: PROGRAM completion fish | source
complete -c PROGRAM -f -a '(ASK (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
complete -c PROGRAM -F -n 'test -z "$(ASK (commandline -opc)[2..] (commandline -ct) 2>/dev/null)"'
`

const zsh = `#compdef PROGRAM
# Completion of PROGRAM for zsh: source <(PROGRAM completion zsh)
_PROGRAM() {
  local -a lines described
  local line
  lines=("${(@f)$(ASK "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  if (( $#described )); then _describe PROGRAM described; else _files; fi
}
compdef _PROGRAM PROGRAM
`
