// Package recent has a map that forgets: what was dear to make is kept for whoever asks next, and no
// more of it than was allowed.
//
// # Decisions
//
// This room is not in the first design: the renderer and the posting log keep things in the same way. It
// is two generations of a map, and not a list of what was used last: it is bounded, and what nobody asks
// for goes, which is all that is wanted here; forty lines do not pay for a dependency.
package recent
