package mailertest

import (
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
)

func TestANetworkIsReachedByHostName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n Network
		caught, err := n.Catch("mail.example", Config{})
		if err != nil {
			t.Fatal(err)
		}
		n.Play("odd.example", func(c net.Conn) { _, _ = io.WriteString(c, "hello") })
		n.Alias("other.example", "mail.example")
		n.Alias("none.example", "nowhere.example")

		for _, address := range []string{"mail.example:25", "other.example:587"} {
			conn, err := n.Dial(t.Context(), "tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			if err := oneMail(conn); err != nil {
				t.Errorf("%s: %v", address, err)
			}
			_ = conn.Close()
		}
		if len(caught.Mails()) != 2 {
			t.Errorf("%d mails caught", len(caught.Mails()))
		}
		conn, err := n.Dial(t.Context(), "tcp", "odd.example:25")
		if err != nil {
			t.Fatal(err)
		}
		if said, err := io.ReadAll(conn); string(said) != "hello" || err != nil {
			t.Errorf("the played host said %q, %v", said, err)
		}
		_ = conn.Close()
		for _, address := range []string{"nowhere.example:25", "none.example:25"} {
			if _, err := n.Dial(t.Context(), "tcp", address); !errors.As(err, new(*net.DNSError)) {
				t.Errorf("%s: %v", address, err)
			}
		}
		if _, err := n.Dial(t.Context(), "tcp", "mail.example"); err == nil {
			t.Error("an address without a port is dialled")
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
		if _, err := n.Dial(t.Context(), "tcp", "mail.example:25"); err == nil {
			t.Error("a closed network is dialled")
		}
	})
}
