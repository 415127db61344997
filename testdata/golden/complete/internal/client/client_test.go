package client

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestAddressTrustsOnlyKnownProxies(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	tests := []struct {
		name, socket string
		forwarded    []string
		want         string
	}{
		{"no proxy", "203.0.113.7:4000", nil, "203.0.113.7"},
		{"stranger forges the header", "203.0.113.7:4000", []string{"198.51.100.1"}, "203.0.113.7"},
		{"proxy without header", "10.0.0.1:4000", nil, "10.0.0.1"},
		{"proxy tells the client", "10.0.0.1:4000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"client forges an element before the proxy's", "10.0.0.1:4000", []string{"1.2.3.4, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "10.0.0.1:4000", []string{"198.51.100.1, 10.9.9.9"}, "198.51.100.1"},
		{"header in two lines", "10.0.0.1:4000", []string{"1.2.3.4", "198.51.100.1"}, "198.51.100.1"},
		{"garbage ends the walk", "10.0.0.1:4000", []string{"198.51.100.1, unknown"}, "10.0.0.1"},
		{"with port", "10.0.0.1:4000", []string{"198.51.100.1:5555"}, "198.51.100.1"},
		{"IPv6 with brackets and port", "[fd00::1]:4000", []string{"[2001:db8::7]:5555"}, "2001:db8::7"},
		{"IPv4 in IPv6", "[::ffff:203.0.113.7]:4000", nil, "203.0.113.7"},
		{"IPv4 in IPv6 from a proxy", "10.0.0.1:4000", []string{"::ffff:198.51.100.1, ::ffff:10.9.9.9"}, "198.51.100.1"},
		{"unreadable socket", "@", nil, "0.0.0.0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := address(tt.socket, tt.forwarded, trusted).String(); got != tt.want {
				t.Errorf("address = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestNetwork(t *testing.T) {
	for addr, want := range map[string]string{
		"203.0.113.7":         "203.0.113.7/32",
		"2001:db8:1:2:3:4::5": "2001:db8:1:2::/64",
	} {
		c := Client{Addr: netip.MustParseAddr(addr)}
		if got := c.Network().String(); got != want {
			t.Errorf("Network(%s) = %s, want %s", addr, got, want)
		}
	}
}

func TestMiddlewareCleansTheUserAgent(t *testing.T) {
	var got Client
	handler := Middleware(nil, slog.New(slog.DiscardHandler), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = From(r.Context()) }))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("User-Agent", "curl\x7f\xff"+strings.Repeat("x", 400))
	handler.ServeHTTP(httptest.NewRecorder(), r)
	if !strings.HasPrefix(got.UserAgent, "curlxxx") || len(got.UserAgent) > 255 {
		t.Errorf("UserAgent = %q", got.UserAgent)
	}
}
