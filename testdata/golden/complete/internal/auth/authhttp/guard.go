package authhttp

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/problem"
)

// Security is how the OpenAPI document describes an operation that requires a
// user.
func Security() []map[string][]string { return []map[string][]string{{"OAuth2PasswordBearer": {}}} }

// SecurityScheme is the scheme that Security names: Swagger UI's Authorize
// button logs in through it, at tokenURL.
func SecurityScheme(tokenURL string) *huma.SecurityScheme {
	return &huma.SecurityScheme{
		Type: "oauth2",
		Flows: &huma.OAuthFlows{Password: &huma.OAuthFlow{
			TokenURL: tokenURL,
			Scopes:   map[string]string{},
		}},
	}
}

// Guard decides who may use a route. Its methods are middlewares for API
// operations:
//
//	huma.Register(api, huma.Operation{…, Middlewares: huma.Middlewares{guard.RequireSuperuser}}, handler)
//
// Plain has the same for plain handlers.
type Guard struct {
	accounts *auth.Service
	log      *slog.Logger
	forms    func(origin string) bool // of which other origins they are accepted; nil for none
}

// NewGuard returns a Guard for the users of accounts.
func NewGuard(accounts *auth.Service, log *slog.Logger) *Guard {
	return &Guard{accounts: accounts, log: log}
}

// RequireUser admits users: 401 otherwise.
func (g *Guard) RequireUser(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.user)
}

// AllowGuests admits guests as well as users; OptionalUser returns which. A
// token, if there is one, must be valid: 401 otherwise.
func (g *Guard) AllowGuests(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.userOrGuest)
}

// RequireSuperuser admits superusers: 401 or 403 otherwise.
func (g *Guard) RequireSuperuser(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.superuser)
}

// RequireRecentLogin admits users who logged in recently (see
// REAUTHENTICATION_MINUTES): 401 otherwise, as in RFC 9470.
func (g *Guard) RequireRecentLogin(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.recent)
}

// rule returns ctx with the identity that the credentials prove, or the reason
// for which the request is refused.
type rule func(ctx context.Context, sent credentials) (context.Context, error)

func (g *Guard) user(ctx context.Context, sent credentials) (context.Context, error) {
	if _, ok := identityFrom(ctx); ok {
		return ctx, nil // A guard before this one has asked the database.
	}
	token, err := sent.bearer()
	if err != nil {
		return ctx, err
	}
	ctx, err = g.session(ctx, token)
	return ctx, err
}

// session returns ctx with the user and the session of an access token.
func (g *Guard) session(ctx context.Context, token string) (context.Context, error) {
	identity, err := g.accounts.Identify(ctx, token)
	if err != nil {
		return ctx, err
	}
	return context.WithValue(ctx, contextKey{}, identity), nil
}

func (g *Guard) userOrGuest(ctx context.Context, sent credentials) (context.Context, error) {
	if len(sent.authorization) == 0 {
		return ctx, nil
	}
	return g.user(ctx, sent)
}

func (g *Guard) superuser(ctx context.Context, sent credentials) (context.Context, error) {
	ctx, err := g.user(ctx, sent)
	if err == nil && !CurrentUser(ctx).IsSuperuser {
		err = auth.ErrNotPermitted
	}
	return ctx, err
}

// RequireVerified admits users whose e-mail is confirmed: 401, or 403 "User not
// verified", otherwise.
func (g *Guard) RequireVerified(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.verified)
}

func (g *Guard) verified(ctx context.Context, sent credentials) (context.Context, error) {
	ctx, err := g.user(ctx, sent)
	if err == nil && !CurrentUser(ctx).IsVerified {
		err = auth.ErrNotVerified
	}
	return ctx, err
}

func (g *Guard) recent(ctx context.Context, sent credentials) (context.Context, error) {
	ctx, err := g.user(ctx, sent)
	if err == nil {
		err = g.accounts.CheckRecent(CurrentIdentity(ctx))
	}
	return ctx, err
}

func (g *Guard) operation(ctx huma.Context, next func(huma.Context), admit rule) {
	admitted, err := admit(ctx.Context(), sentWith(ctx))
	if err != nil {
		g.refuse(admitted, err, ctx.SetHeader, func(status int, detail string) {
			problem.WriteOperation(ctx, status, detail)
		})
		return
	}
	next(huma.WithContext(ctx, admitted))
}

// refuse answers a request that is not admitted.
func (g *Guard) refuse(ctx context.Context, err error, setHeader func(name, value string), write func(status int, detail string)) {
	r, ok := g.refusal(ctx, err)
	if !ok {
		g.log.ErrorContext(ctx, "user was not identified", "error", err)
		r = refusal{status: http.StatusInternalServerError, detail: "Internal server error"}
	}
	if r.status == http.StatusForbidden {
		g.log.WarnContext(ctx, "security event", "event", "authz_fail", "user_id", CurrentUser(ctx).ID)
	}
	for name, values := range r.header {
		setHeader(name, values[0])
	}
	write(r.status, r.detail)
}

// challenge is the WWW-Authenticate header of a refusal: RFC 6750 §3, and RFC
// 9470 §3 for a log-in that is too old.
func (g *Guard) challenge(e *auth.Error) string {
	switch e {
	case auth.ErrNotAuthenticated, auth.ErrInvalidCredentials:
		return "Bearer"
	case auth.ErrRecentLogin:
		return fmt.Sprintf(`Bearer error="insufficient_user_authentication", error_description=%q, max_age="%.0f"`,
			e.Detail, g.accounts.Reauthentication().Seconds())
	}
	return fmt.Sprintf(`Bearer error="invalid_token", error_description=%q`, e.Detail)
}

type contextKey struct{}

func identityFrom(ctx context.Context) (auth.Identity, bool) {
	identity, ok := ctx.Value(contextKey{}).(auth.Identity)
	return identity, ok
}

// CurrentIdentity returns the user of the request and the session. It panics on a
// route without a guard, which the client sees as a 500.
func CurrentIdentity(ctx context.Context) auth.Identity {
	identity, ok := identityFrom(ctx)
	if !ok {
		panic("authhttp: this route is on the public list, so it has no user; see AllowGuests")
	}
	return identity
}

// CurrentUser returns the user of the request; see CurrentIdentity.
func CurrentUser(ctx context.Context) auth.User {
	return CurrentIdentity(ctx).User
}

// OptionalUser returns the user of the request, or nil for a guest, on a route
// with Guard.AllowGuests.
func OptionalUser(ctx context.Context) *auth.User {
	identity, ok := identityFrom(ctx)
	if !ok {
		return nil
	}
	return &identity.User
}
