// Package redisd opens Redis: a client for a server that is there, or a server of our own for one
// machine without set-up. It is where the settings of go-redis that matter stand, and where failures
// that will pass are told from others.
package redisd
