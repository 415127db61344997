// Package client identifies who sent a request: the address that limits and
// locks count by, and the user agent that a list of sessions shows.
package client

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
)

// Client is the sender of a request.
type Client struct {
	Addr      netip.Addr
	UserAgent string
}

// Network is what limits count by: the IPv4 address itself, or the /64 that an
// IPv6 subscriber is assigned, since one subscriber owns all of its addresses.
func (c Client) Network() netip.Prefix {
	bits := 32
	if c.Addr.Is6() {
		bits = 64
	}
	network, err := c.Addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}

type contextKey struct{}

// From returns the client that Middleware put into ctx.
func From(ctx context.Context) Client {
	c, _ := ctx.Value(contextKey{}).(Client)
	return c
}

// With returns ctx with c in it.
func With(ctx context.Context, c Client) context.Context {
	return context.WithValue(ctx, contextKey{}, c)
}

// Middleware puts the Client of each request into its context. The address is
// the socket's; X-Forwarded-For is read only when the socket belongs to one of
// the trusted proxies, and then only as far back as trusted proxies wrote it.
// The first one from another peer is logged, and so is the first other header
// of proxies: if that is one, all of its clients have one address.
func Middleware(trusted []netip.Prefix, log *slog.Logger, next http.Handler) http.Handler {
	var warned sync.Once
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forwarded := r.Header.Values("X-Forwarded-For")
		switch {
		case len(forwarded) > 0 && !contains(trusted, peer(r.RemoteAddr)):
			warned.Do(func() { warn(log, ignored, r.RemoteAddr) })
		case len(forwarded) == 0 && (r.Header.Get("Forwarded") != "" || r.Header.Get("X-Real-IP") != ""):
			warned.Do(func() { warn(log, unread, r.RemoteAddr) })
		}
		c := Client{
			Addr:      address(r.RemoteAddr, forwarded, trusted),
			UserAgent: shorten(r.UserAgent(), 255),
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), c)))
	})
}

const (
	ignored = "X-Forwarded-For is ignored: if its sender is a proxy of yours, name it in TRUSTED_PROXIES, or all clients share the limits of one"
	unread  = "Forwarded and X-Real-IP are not read: if their sender is a proxy of yours, let it send X-Forwarded-For and name it in TRUSTED_PROXIES, or all clients share the limits of one"
)

func warn(log *slog.Logger, message, socket string) {
	log.Warn(message, "peer", peer(socket).String())
}

// peer is the address of a socket.
func peer(socket string) netip.Addr {
	addr, err := netip.ParseAddrPort(socket)
	if err != nil {
		return netip.IPv4Unspecified()
	}
	return addr.Addr().Unmap().WithZone("")
}

func address(socket string, forwarded []string, trusted []netip.Prefix) netip.Addr {
	addr := peer(socket)
	if len(forwarded) == 0 {
		return addr
	}
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0 && contains(trusted, addr); i-- {
		hop, err := parseHop(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop
	}
	return addr
}

// parseHop reads one element of X-Forwarded-For; some proxies add the port.
func parseHop(hop string) (netip.Addr, error) {
	addr, err := netip.ParseAddr(strings.Trim(hop, "[]"))
	if err != nil {
		withPort, portErr := netip.ParseAddrPort(hop)
		if portErr != nil {
			return netip.Addr{}, err
		}
		addr = withPort.Addr()
	}
	return addr.Unmap().WithZone(""), nil
}

func contains(networks []netip.Prefix, addr netip.Addr) bool {
	for _, network := range networks {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}

// shorten cuts s to at most n bytes of valid, printable text.
func shorten(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
