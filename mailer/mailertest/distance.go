package mailertest

import (
	"context"
	"net"
	"time"

	"jobalertd/mailer/mailertest/memnet"
)

// DialFunc makes a network connection, as net.Dialer.DialContext does.
type DialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// Distant is dial over a way that takes half of trip there and half of it back. There is no loss and
// no limit to what it carries.
func Distant(dial DialFunc, trip time.Duration) DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil || trip == 0 {
			return conn, err
		}
		near, far := memnet.Pair(conn.LocalAddr(), conn.RemoteAddr())
		go carry(far, conn, trip/2)
		go carry(conn, far, trip/2)
		return near, nil
	}
}

// parcel is bytes under way.
type parcel struct {
	data []byte
	due  time.Time
}

// carry moves what is read from one connection to the other, a while later, until one of them ends.
func carry(from, to net.Conn, late time.Duration) {
	parcels := make(chan parcel, 1<<10)
	go func() {
		defer close(parcels)
		for {
			data := make([]byte, 64<<10)
			n, err := from.Read(data)
			if err != nil {
				return
			}
			parcels <- parcel{data[:n], time.Now().Add(late)}
		}
	}()
	for p := range parcels {
		time.Sleep(time.Until(p.due))
		_, _ = to.Write(p.data) // should it fail, the other direction ends too
	}
	time.Sleep(late)
	_ = to.Close()
}
