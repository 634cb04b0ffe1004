package caller

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// found is the caller of a request from peer with the headers.
func found(t testing.TB, peer string, header http.Header, proxies ...string) Caller {
	t.Helper()
	var networks []netip.Prefix
	for _, proxy := range proxies {
		networks = append(networks, netip.MustParsePrefix(proxy))
	}
	f := NewFinder(networks, []string{"https://friend.example"})
	var c Caller
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr, r.Header = peer, header
	f.Know(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { c = From(r.Context()) })).ServeHTTP(nil, r)
	return c
}

func TestTheAddressIsWhatTheOutermostProxySaw(t *testing.T) {
	ours := []string{"10.0.0.0/8", "192.0.2.0/24", "2001:db8:1::/48"}
	tests := []struct {
		name, peer string
		forwarded  []string
		proxies    []string
		want       string
	}{
		{"no proxy", "203.0.113.7:1234", nil, ours, "203.0.113.7"},
		{"IPv6", "[2001:db8::7]:1234", nil, ours, "2001:db8::7"},
		{"IPv4 in IPv6", "[::ffff:203.0.113.7]:1234", nil, ours, "203.0.113.7"},
		{"no address at all", "@", nil, ours, ""},
		{"a stranger who writes the header", "203.0.113.7:1", []string{"198.51.100.1"}, ours, "203.0.113.7"},
		{"nobody is trusted", "10.0.0.1:1", []string{"198.51.100.1"}, nil, "10.0.0.1"},
		{"one proxy", "10.0.0.1:1", []string{"203.0.113.7"}, ours, "203.0.113.7"},
		{"two proxies", "10.0.0.1:1", []string{"203.0.113.7, 192.0.2.9"}, ours, "203.0.113.7"},
		{"two headers", "10.0.0.1:1", []string{"203.0.113.7", "192.0.2.9"}, ours, "203.0.113.7"},
		{"a client that lies to the proxy", "10.0.0.1:1", []string{"198.51.100.1, 203.0.113.7"}, ours, "203.0.113.7"},
		{"a client that names a proxy of ours", "10.0.0.1:1", []string{"10.9.9.9, 203.0.113.7"}, ours, "203.0.113.7"},
		{"a port, as Azure writes", "10.0.0.1:1", []string{"203.0.113.7:4711"}, ours, "203.0.113.7"},
		{"IPv6 in brackets with a port", "10.0.0.1:1", []string{"[2001:db8::7]:4711"}, ours, "2001:db8::7"},
		{"IPv6 in brackets", "[2001:db8:1::1]:1", []string{"[2001:db8::7]"}, ours, "2001:db8::7"},
		{"unknown", "10.0.0.1:1", []string{"unknown"}, ours, "10.0.0.1"},
		{"nonsense left of the client", "10.0.0.1:1", []string{"', drop table, 203.0.113.7"}, ours, "203.0.113.7"},
		{"an empty header", "10.0.0.1:1", []string{""}, ours, "10.0.0.1"},
		{"nobody but proxies", "10.0.0.1:1", []string{"10.0.0.2, 10.0.0.3"}, ours, "10.0.0.2"},
		{"a proxy known in IPv4 that comes by IPv6", "[::ffff:10.0.0.1]:1", []string{"203.0.113.7"}, ours, "203.0.113.7"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := netip.Addr{}
			if test.want != "" {
				want = netip.MustParseAddr(test.want)
			}
			if got := found(t, test.peer, http.Header{"X-Forwarded-For": test.forwarded}, test.proxies...).IP; got != want {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

func TestOnlyAProxyOfOursMakesItsClientsKnown(t *testing.T) {
	for peer, stranger := range map[string]bool{
		"203.0.113.7:1": true, "[2001:db8::7]:1": true, "127.0.0.1:1": false, "[::1]:1": false, "10.1.2.3:1": false,
		"172.18.0.1:1": false, "[fd00::1]:1": false, "[fe80::1%25eth0]:1": false, "@": false,
	} {
		if got := found(t, peer, nil).Stranger(); got != stranger {
			t.Errorf("%s: stranger is %v", peer, got)
		}
	}
	if (Caller{IP: netip.MustParseAddr("203.0.113.7"), Signed: true}).Stranger() {
		t.Error("who signs is a stranger")
	}
}

func TestPagesOfAllowedSitesAreKnown(t *testing.T) {
	for origin, want := range map[string]string{
		"https://friend.example": "https://friend.example", "https://evil.example": "", "http://friend.example": "",
		"https://friend.example.evil.example": "", "null": "", "": "",
	} {
		if got := found(t, "203.0.113.7:1", http.Header{"Origin": {origin}}).Site; got != want {
			t.Errorf("%s: site %q, want %q", origin, got, want)
		}
	}
}

func FuzzNobodyButAProxyIsBelieved(f *testing.F) {
	f.Add("203.0.113.7, 10.0.0.2")
	f.Add("[::1]:80,unknown, ::ffff:1.2.3.4")
	f.Fuzz(func(t *testing.T, forwarded string) {
		header := http.Header{"X-Forwarded-For": {forwarded}}
		if got := found(t, "203.0.113.9:1", header, "10.0.0.0/8").IP; got.String() != "203.0.113.9" {
			t.Errorf("%q: a stranger became %v", forwarded, got)
		}
		header = http.Header{"X-Forwarded-For": {forwarded + ", 198.51.100.4"}}
		if got := found(t, "10.0.0.1:1", header, "10.0.0.0/8").IP; got.String() != "198.51.100.4" {
			t.Errorf("%q: the client became %v", forwarded, got)
		}
	})
}
