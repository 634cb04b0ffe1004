// Package console is what the commands share: what they may touch, how they read the configuration
// and their input, and how they print: tables for people, JSON for programs, progress for whoever
// watches a terminal.
package console
