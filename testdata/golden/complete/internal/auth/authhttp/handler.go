package authhttp

import (
	"net/http"

	"example.com/myapi/internal/problem"
)

// Handler has the guards for plain handlers:
//
//	mux.Handle("GET /protected", guard.Handler().RequireUser(protected))
//
// CurrentUser(r.Context()) is then the user.
type Handler struct{ guard *Guard }

// Handler returns the guards for plain handlers.
func (g *Guard) Handler() Handler { return Handler{g} }

// RequireUser is as Guard.RequireUser.
func (h Handler) RequireUser(next http.Handler) http.Handler { return h.wrap(next, h.guard.user) }

// OptionalUser is as Guard.OptionalUser.
func (h Handler) OptionalUser(next http.Handler) http.Handler { return h.wrap(next, h.guard.optional) }

// RequireSuperuser is as Guard.RequireSuperuser.
func (h Handler) RequireSuperuser(next http.Handler) http.Handler {
	return h.wrap(next, h.guard.superuser)
}

// RequireRecentLogin is as Guard.RequireRecentLogin.
func (h Handler) RequireRecentLogin(next http.Handler) http.Handler {
	return h.wrap(next, h.guard.recent)
}

func (h Handler) wrap(next http.Handler, check check) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, err := check(r.Context(), r.Header.Values("Authorization"))
		if err != nil {
			h.guard.refuse(ctx, err, w.Header().Set, func(status int, detail string) { problem.Write(w, status, detail) })
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// RequireVerified is as Guard.RequireVerified.
func (h Handler) RequireVerified(next http.Handler) http.Handler {
	return h.wrap(next, h.guard.verified)
}
