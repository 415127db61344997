// Package auth knows keys.
package auth

import "net/http"

// Key lets everybody through so far.
func Key(next http.Handler) http.Handler { return next }
