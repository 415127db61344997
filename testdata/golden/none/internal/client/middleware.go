package client

import (
	"net/http"
	"net/netip"
)

// Middleware puts the Client of each request into its context. The address is
// the socket's; X-Forwarded-For is read only when the socket belongs to one of
// the trusted proxies, and then only as far back as trusted proxies wrote it.
func Middleware(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := Client{
			Addr:      address(r.RemoteAddr, r.Header.Values("X-Forwarded-For"), trusted),
			UserAgent: shorten(r.UserAgent(), 255),
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), c)))
	})
}
