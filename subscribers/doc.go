// Package subscribers is who asks: a person, what they asked for, what they agreed to, and in
// which state that is.
//
//	          enrol            confirm            pause
//	(nobody) ------> pending ----------> active <-------> paused
//	                    |                   |   resume      |
//	                    |       leave       v               |
//	                    +---------------> left <------------+
//
// A signup is a Proposal until the address is confirmed; confirming adds its alerts to the
// subscriber. That is also how somebody who is subscribed already, or has left, signs up again:
// nothing changes for them until they confirm, so nobody else can change it for them. Erasing
// removes the record altogether.
//
// This package is pure: no Redis, no HTTP, no clock; now is an argument.
package subscribers
