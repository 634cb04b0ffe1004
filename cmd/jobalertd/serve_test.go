package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// page reads a page of the public listener. A connection that is refused fails the test.
func (m *machine) page(path string) string {
	m.t.Helper()
	resp, err := http.Get(m.url + path)
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return string(text)
}

// metric waits until the metrics hold the line.
func (m *machine) metric(line string) {
	m.t.Helper()
	m.poll("/metrics", func(resp *http.Response) bool { return strings.Contains(readAll(resp), line+"\n") })
}

// readAll is the body of an answer; empty where it broke off.
func readAll(resp *http.Response) string {
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return ""
	}
	return string(text)
}

func (m *machine) signal(sig os.Signal) {
	m.t.Helper()
	if err := m.daemon.Process.Signal(sig); err != nil {
		m.t.Fatal(err)
	}
}

// configure writes the configuration file of a machine; the environment holds the rest.
func (m *machine) configure(path, product, listen string) {
	m.t.Helper()
	text := fmt.Sprintf("mail:\n  product: %q\nhttp:\n  listen: %q\n", product, listen)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
	var env []string
	for _, variable := range m.env {
		if !strings.HasPrefix(variable, "JOBALERT_HTTP_LISTEN=") && !strings.HasPrefix(variable, "JOBALERT_CONFIG=") {
			env = append(env, variable)
		}
	}
	m.env = append(env, "JOBALERT_CONFIG="+path)
}

func TestAHangUpChangesTheConfigurationAndAFaultyOneIsRefused(t *testing.T) {
	m := newMachine(t)
	file := filepath.Join(t.TempDir(), "jobalertd.yaml")
	public := strings.TrimPrefix(m.url, "http://")
	m.configure(file, "First jobs", public)
	m.start()
	if !strings.Contains(m.page("/"), "First jobs") {
		t.Fatal("the page does not name the product")
	}

	change := func(product string) {
		t.Helper()
		m.configure(file, product, public)
		m.signal(syscall.SIGHUP)
		for !strings.Contains(m.page("/"), product) { // and no connection is refused in between
		}
		m.metric("jobalert_config_last_reload_successful 1")
	}
	refuse := func(stays, product, listen string) {
		t.Helper()
		m.configure(file, product, listen)
		m.signal(syscall.SIGHUP)
		m.metric("jobalert_config_last_reload_successful 0")
		if !strings.Contains(m.page("/"), stays) {
			t.Errorf("the daemon does not go on as %s", stays)
		}
	}
	change("Second jobs")
	refuse("Second jobs", "", public) // a product needs a name
	change("Third jobs")
	taken := listen(t)
	defer taken.Close()
	refuse("Third jobs", "Fourth jobs", taken.Addr().String())
}

func TestTheServiceManagerIsToldAndItsSocketIsServed(t *testing.T) {
	m := newMachine(t)
	told, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(t.TempDir(), "notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer told.Close()
	handed := listen(t)
	socket, err := handed.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	m.url = "http://" + handed.Addr().String()
	m.daemon = exec.Command("sh", "-c", `LISTEN_PID=$$ WATCHDOG_PID=$$ exec "$0" serve`, os.Args[0])
	m.daemon.Env = append(m.env, "NOTIFY_SOCKET="+told.LocalAddr().String(), "WATCHDOG_USEC=300000", "LISTEN_FDS=1", "LISTEN_FDNAMES=public")
	m.daemon.ExtraFiles, m.daemon.Stderr = []*os.File{socket}, t.Output()
	if err := m.daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.kill)
	if err := told.SetReadDeadline(time.Now().Add(killWait)); err != nil {
		t.Fatal(err)
	}
	hear := func(want string) {
		t.Helper()
		for message := make([]byte, 1024); ; {
			n, err := told.Read(message)
			if err != nil {
				t.Fatalf("the service manager never heard %s: %v", want, err)
			}
			if first, _, _ := strings.Cut(string(message[:n]), "\n"); first == want {
				return
			}
		}
	}
	hear("READY=1")
	hear("WATCHDOG=1")
	if !strings.Contains(m.page("/"), "Job alerts") {
		t.Error("the socket that was handed over is not served")
	}
	m.signal(syscall.SIGTERM)
	hear("STOPPING=1")
	if err := m.daemon.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}
