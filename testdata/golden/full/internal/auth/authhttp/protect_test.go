package authhttp_test

import (
	"context"
	"fmt"
	"net/http"
)

// plainGuard guards a plain handler.
type plainGuard = func(http.Handler) http.Handler

// protect is a plain handler behind a guard. It writes what hello returns.
func protect(guard plainGuard, hello func(context.Context) string) http.Handler {
	return guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, hello(r.Context())) }))
}
