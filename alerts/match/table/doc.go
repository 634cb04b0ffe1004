// Package table is a persistent array: what a change makes is a new one, and shares nearly all with the old.
package table
