package app

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"flag"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

var sinkOffers = flag.String("sink", "", "be a mail server that offers these extensions and throws everything away")

// TestBenchSink is the mail server of the mail benchmark, in a process of its own, so that its work is
// not taken for ours. It says where it listens and ends with its standard input.
func TestBenchSink(t *testing.T) {
	if *sinkOffers == "" {
		t.Skip("it is started by `make bench-mail`")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	certificate := selfSigned(t)
	fmt.Printf("sink %s %s\n", l.Addr(), base64.StdEncoding.EncodeToString(certificate.Certificate[0]))
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go swallow(conn, certificate, strings.Split(*sinkOffers, ","))
		}
	}()
	_, _ = os.Stdin.Read(make([]byte, 1))
}

func selfSigned(t *testing.T) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func swallow(conn net.Conn, certificate tls.Certificate, offers []string) {
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
			answer("250-sink\r\n250-" + strings.Join(offers, "\r\n250-") + "\r\n250 8BITMIME")
		case bytes.HasPrefix(line, []byte("STARTTLS")):
			answer("220 go on")
			conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13})
			in, out = bufio.NewReaderSize(conn, 64<<10), bufio.NewWriter(conn)
		case bytes.HasPrefix(line, []byte("DATA")):
			data = true
			answer("354 go on")
		case bytes.HasPrefix(line, []byte("BDAT")):
			size, _ := strconv.Atoi(strings.Fields(string(line))[1])
			if _, err := in.Discard(size); err != nil {
				return
			}
			answer("250 ok")
		case bytes.HasPrefix(line, []byte("QUIT")):
			answer("221 bye")
			return
		default:
			data = false
			answer("250 ok")
		}
	}
}

// sink is where mails go.
type sink struct {
	port  int
	roots *x509.CertPool
}

// startSink starts a mail server that offers some extensions, as a process that lives as long as the test.
func startSink(t *testing.T, offers string) sink {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBenchSink$", "-sink", offers)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	fields := strings.Fields(line)
	if err != nil || len(fields) != 3 {
		t.Fatalf("the sink says %q, %v", line, err)
	}
	return sink{port: portOf(t, fields[1]), roots: rootsOf(t, fields[2])}
}

func portOf(t *testing.T, address string) int {
	t.Helper()
	_, text, err := net.SplitHostPort(address)
	port, numErr := strconv.Atoi(text)
	if err != nil || numErr != nil {
		t.Fatalf("address %q", address)
	}
	return port
}

func rootsOf(t *testing.T, text string) *x509.CertPool {
	t.Helper()
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return roots
}

// startSmtpSink starts postfix's smtp-sink where it is installed; else it reports false.
func startSmtpSink(t *testing.T) (sink, bool) {
	t.Helper()
	program, err := exec.LookPath("smtp-sink")
	if err != nil {
		t.Log("smtp-sink and smtp-source are not on PATH; install the Debian package postfix to compare with them")
		return sink{}, false
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	args := []string{address, "1000"}
	if os.Getuid() == 0 {
		args = append([]string{"-u", "nobody"}, args...) // it does not work for root
	}
	cmd := exec.Command(program, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for start := time.Now(); time.Since(start) < 10*time.Second; {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return sink{port: portOf(t, address)}, true
		}
	}
	t.Fatal("smtp-sink does not listen")
	return sink{}, false
}
