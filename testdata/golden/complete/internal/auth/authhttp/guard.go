package authhttp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/problem"
)

// Security is what the OpenAPI document says of an operation that needs a user.
var Security = []map[string][]string{{"OAuth2PasswordBearer": {}}}

// SecurityScheme is the scheme that Security names: Swagger UI's Authorize
// button logs in through it.
var SecurityScheme = &huma.SecurityScheme{
	Type: "oauth2",
	Flows: &huma.OAuthFlows{Password: &huma.OAuthFlow{
		TokenURL: "/api/v1/auth/token",
		Scopes:   map[string]string{},
	}},
}

// Guard decides who gets through to a route. Its methods are middlewares for
// API operations:
//
//	huma.Register(api, huma.Operation{…, Middlewares: huma.Middlewares{guard.RequireSuperuser}}, handler)
//
// Handler has the same for plain handlers.
type Guard struct {
	accounts *auth.Service
	log      *slog.Logger
}

// NewGuard returns a Guard for the users of accounts.
func NewGuard(accounts *auth.Service, log *slog.Logger) *Guard {
	return &Guard{accounts: accounts, log: log}
}

// RequireUser lets requests of a user through: 401 otherwise.
func (g *Guard) RequireUser(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.user)
}

// OptionalUser lets guests through too. A token that is there must be good:
// 401 otherwise.
func (g *Guard) OptionalUser(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.optional)
}

// RequireSuperuser lets requests of a superuser through: 401 or 403 otherwise.
func (g *Guard) RequireSuperuser(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.superuser)
}

// RequireRecentLogin lets users through who logged in a short while ago (see
// REAUTHENTICATION_MINUTES): 401 otherwise, as in RFC 9470.
func (g *Guard) RequireRecentLogin(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.recent)
}

// check returns ctx with the identity that the authorization header proves.
type check func(ctx context.Context, authorization []string) (context.Context, error)

func (g *Guard) user(ctx context.Context, authorization []string) (context.Context, error) {
	if _, ok := identityFrom(ctx); ok {
		return ctx, nil // A guard before this one has asked the database.
	}
	token, err := bearer(authorization)
	if err != nil {
		return ctx, err
	}
	identity, err := g.accounts.Identify(ctx, token)
	if err != nil {
		return ctx, err
	}
	return context.WithValue(ctx, contextKey{}, identity), nil
}

func (g *Guard) optional(ctx context.Context, authorization []string) (context.Context, error) {
	if len(authorization) == 0 {
		return ctx, nil
	}
	return g.user(ctx, authorization)
}

func (g *Guard) superuser(ctx context.Context, authorization []string) (context.Context, error) {
	ctx, err := g.user(ctx, authorization)
	if err == nil && !CurrentUser(ctx).IsSuperuser {
		err = auth.ErrNotPermitted
	}
	return ctx, err
}

func (g *Guard) recent(ctx context.Context, authorization []string) (context.Context, error) {
	ctx, err := g.user(ctx, authorization)
	if err == nil {
		err = g.accounts.CheckRecent(CurrentIdentity(ctx))
	}
	return ctx, err
}

func (g *Guard) operation(ctx huma.Context, next func(huma.Context), check check) {
	var authorization []string
	ctx.EachHeader(func(name, value string) {
		if name == "Authorization" {
			authorization = append(authorization, value)
		}
	})
	checked, err := check(ctx.Context(), authorization)
	if err != nil {
		g.refuse(checked, err, ctx.SetHeader, func(status int, detail string) {
			problem.WriteOperation(ctx, status, detail)
		})
		return
	}
	next(huma.WithContext(ctx, checked))
}

// refuse answers a request that does not get through.
func (g *Guard) refuse(ctx context.Context, err error, setHeader func(name, value string), write func(status int, detail string)) {
	if detail, ok := g.unavailable(ctx, err); ok {
		write(http.StatusServiceUnavailable, detail)
		return
	}
	var e *auth.Error
	switch {
	case !errors.As(err, &e):
		g.log.ErrorContext(ctx, "user was not identified", "error", err)
		write(http.StatusInternalServerError, "Internal server error")
		return
	case e.Kind == auth.KindUnauthenticated:
		setHeader("WWW-Authenticate", g.challenge(e))
	case e.Kind == auth.KindForbidden:
		g.log.WarnContext(ctx, "security event", "event", "authz_fail", "user_id", CurrentUser(ctx).ID)
	}
	write(status(e.Kind), e.Detail)
}

// bearer takes the token out of the one Authorization header (RFC 6750 §2.1).
func bearer(authorization []string) (string, error) {
	if len(authorization) == 0 {
		return "", auth.ErrNotAuthenticated
	}
	scheme, token, _ := strings.Cut(authorization[0], " ")
	if len(authorization) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return "", auth.ErrNotAuthenticated
	}
	return strings.TrimSpace(token), nil
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

// CurrentIdentity returns the user of the request and the session. It panics
// on a route that no guard protects, which a request then sees as a 500.
func CurrentIdentity(ctx context.Context) auth.Identity {
	identity, ok := identityFrom(ctx)
	if !ok {
		panic("authhttp: this route is on the public list, so it has no user; see OptionalUser")
	}
	return identity
}

// CurrentUser returns the user of the request; see CurrentIdentity.
func CurrentUser(ctx context.Context) auth.User {
	return CurrentIdentity(ctx).User
}

// OptionalUser returns the user of the request, or nil for a guest, on a route
// with Guard.OptionalUser.
func OptionalUser(ctx context.Context) *auth.User {
	identity, ok := identityFrom(ctx)
	if !ok {
		return nil
	}
	return &identity.User
}

// RequireVerified lets users through whose e-mail is confirmed: 401, or 403
// "User not verified", otherwise.
func (g *Guard) RequireVerified(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.verified)
}

func (g *Guard) verified(ctx context.Context, authorization []string) (context.Context, error) {
	ctx, err := g.user(ctx, authorization)
	if err == nil && !CurrentUser(ctx).IsVerified {
		err = auth.ErrNotVerified
	}
	return ctx, err
}
