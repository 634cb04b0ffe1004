// Package cli is the command line: one file a verb.
//
// The rules are: results go to standard output, messages to standard error; tables for people, JSON
// for programs with --json; exit 0 done, 1 failed, 2 wrong usage. Input that is wrong in one place
// stops everything before anything was done, unless --keep-going says to leave that place out.
package cli
