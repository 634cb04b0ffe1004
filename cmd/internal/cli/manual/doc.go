// Package manual writes what stands around the command line, from the same model that parses it: the
// man page, and what shells offer when somebody presses the tab key.
//
// # Decisions
//
// The shells' scripts know no commands: they ask the program itself, so that there is one list of
// candidates for all shells, and a newer program needs no newer script.
package manual
