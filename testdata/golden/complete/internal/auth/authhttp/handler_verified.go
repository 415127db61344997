package authhttp

import "net/http"

// RequireVerified is as Guard.RequireVerified.
func (h Handler) RequireVerified(next http.Handler) http.Handler {
	return h.wrap(next, h.guard.verified)
}
