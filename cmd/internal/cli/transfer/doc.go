// Package transfer is the commands that move what is kept: lists of subscribers, and backups.
package transfer
