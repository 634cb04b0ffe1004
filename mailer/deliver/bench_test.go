package deliver

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wneessen/go-mail"

	"jobalertd/mailer"
)

// sink takes any mail over a real socket and looks at none.
func sink(b *testing.B) (host string, port int) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { swallow(conn) })
		}
	})
	b.Cleanup(func() {
		_ = l.Close()
		serving.Wait()
	})
	addr := l.Addr().(*net.TCPAddr)
	return "127.0.0.1", addr.Port
}

func swallow(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in, out := bufio.NewReaderSize(conn, 64<<10), bufio.NewWriter(conn)
	answer := func(line string) {
		_, _ = out.WriteString(line + "\r\n")
		if in.Buffered() == 0 {
			_ = out.Flush()
		}
	}
	answer("220 sink")
	data := false
	for {
		line, err := in.ReadSlice('\n')
		switch {
		case err != nil:
			return
		case data && string(line) != ".\r\n":
		case bytes.HasPrefix(line, []byte("EHLO")):
			answer("250-sink\r\n250-8BITMIME\r\n250 PIPELINING")
		case bytes.HasPrefix(line, []byte("DATA")):
			data = true
			answer("354 go on")
		case bytes.HasPrefix(line, []byte("QUIT")):
			answer("221 bye")
			return
		default:
			data = false
			answer("250 ok")
		}
	}
}

// A digest of ten jobs: about 20 KB as text and HTML.
const (
	textPart = 8 << 10
	htmlPart = 10 << 10
)

func filler(n int) string {
	return strings.Repeat("Senior backend developer, Berlin or remote.\r\n", n/45)
}

// way is a way to send one mail.
type way struct {
	name string
	send func() error
}

func ways(b *testing.B) []way {
	b.Helper()
	host, port := sink(b)
	pool, err := New(Config{Relays: []RelayConfig{{Host: host, Port: port, TLS: TLSNone, MaxMessages: 1 << 30, MaxAge: time.Hour}}}, Deps{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	finished := mailer.Message{ID: "1@example.com", ReturnPath: "bounce+1@example.com", To: address(b, "jane@example.com"),
		Data: []byte("Message-ID: <1@example.com>\r\nSubject: 10 new jobs\r\n\r\n" + filler(textPart+htmlPart))}
	client, err := mail.NewClient(host, mail.WithPort(port), mail.WithTLSPolicy(mail.NoTLS), mail.WithoutNoop(), mail.WithoutRset())
	if err != nil {
		b.Fatal(err)
	}
	conn, err := client.DialToSMTPClientWithContext(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	return []way{
		{"Pool.Send", func() error {
			_, err := pool.Send(b.Context(), func(context.Context) (mailer.Message, error) { return finished, nil })
			return err
		}},
		{"go-mail Msg over one connection", func() error { return client.SendWithSMTPClient(conn, goMailMessage(b)) }},
		{"go-mail DialAndSend", func() error { return client.DialAndSend(goMailMessage(b)) }},
	}
}

func goMailMessage(b *testing.B) *mail.Msg {
	b.Helper()
	m := mail.NewMsg()
	for _, err := range []error{m.EnvelopeFrom("bounce+1@example.com"), m.From("jobs@example.com"), m.To("jane@example.com")} {
		if err != nil {
			b.Fatal(err)
		}
	}
	m.Subject("10 new jobs")
	m.SetBodyString(mail.TypeTextPlain, filler(textPart))
	m.AddAlternativeString(mail.TypeTextHTML, filler(htmlPart))
	return m
}

func BenchmarkSend(b *testing.B) {
	for _, way := range ways(b) {
		b.Run(way.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := way.send(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
		})
	}
}

// BenchmarkSendAgainstGoMail sends by each way in turn, so that whatever else the machine does falls
// on all of them, and reports how many times faster than the others Pool.Send is.
func BenchmarkSendAgainstGoMail(b *testing.B) {
	all := ways(b)
	took := make([]time.Duration, len(all))
	for b.Loop() {
		for i, way := range all {
			start := time.Now()
			if err := way.send(); err != nil {
				b.Fatal(err)
			}
			took[i] += time.Since(start)
		}
	}
	b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "x-one-connection")
	b.ReportMetric(took[2].Seconds()/took[0].Seconds(), "x-DialAndSend")
}
