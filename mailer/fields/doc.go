// Package fields reads fields of many hashes in Redis at once, with one command for each hash: half of what a
// lookup costs the server, and more of what it costs us, is the command around it.
package fields
