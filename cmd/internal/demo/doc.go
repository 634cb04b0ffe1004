// Package demo runs the whole daemon on one machine with nothing else installed: an embedded Redis,
// fictional companies whose boards it polls, and a mail catcher whose page shows what would have been
// sent. Nothing leaves the machine and nothing is kept.
//
// Run leaves the clicking to a person. Once plays the whole story by itself and says whether each
// step came out right.
package demo
