package authhttp

import (
	"net/http"

	"example.com/myapi/internal/problem"
)

// PlainGuard has the guards for plain handlers:
//
//	mux.Handle("GET /protected", guard.Plain().RequireUser(protected))
//
// CurrentUser(r.Context()) is then the user.
type PlainGuard struct{ guard *Guard }

// Plain returns the guards for plain handlers.
func (g *Guard) Plain() PlainGuard { return PlainGuard{g} }

// RequireUser is as Guard.RequireUser.
func (p PlainGuard) RequireUser(next http.Handler) http.Handler { return p.wrap(next, p.guard.user) }

// AllowGuests is as Guard.AllowGuests.
func (p PlainGuard) AllowGuests(next http.Handler) http.Handler {
	return p.wrap(next, p.guard.userOrGuest)
}

// RequireSuperuser is as Guard.RequireSuperuser.
func (p PlainGuard) RequireSuperuser(next http.Handler) http.Handler {
	return p.wrap(next, p.guard.superuser)
}

// RequireRecentLogin is as Guard.RequireRecentLogin.
func (p PlainGuard) RequireRecentLogin(next http.Handler) http.Handler {
	return p.wrap(next, p.guard.recent)
}

// RequireVerified is as Guard.RequireVerified.
func (p PlainGuard) RequireVerified(next http.Handler) http.Handler {
	return p.wrap(next, p.guard.verified)
}

// RequireSecondFactor is as Guard.RequireSecondFactor.
func (p PlainGuard) RequireSecondFactor(next http.Handler) http.Handler {
	return p.wrap(next, p.guard.secondFactor)
}

func (p PlainGuard) wrap(next http.Handler, admit rule) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, err := admit(r.Context(), credentials{authorization: r.Header.Values("Authorization"), method: r.Method, browser: browserOf(r)})
		if err != nil {
			p.guard.refuse(ctx, err, w.Header().Set, func(status int, detail string) { problem.Write(w, status, detail) })
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
