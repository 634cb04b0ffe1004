//go:build !linux

package session

import "net"

// promptly is the connection itself: other systems have no such option, or need none.
func promptly(conn net.Conn) net.Conn { return conn }
