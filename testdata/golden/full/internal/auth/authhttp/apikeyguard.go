package authhttp

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/logging"
	"example.com/myapi/internal/ratelimit"
)

// keyRules are what a guard requires of API keys.
type keyRules struct {
	sessionOnly []string
	requests    *ratelimit.Limit // of each key; nil: no limit
	wrong       *ratelimit.Limit // of each client
}

// wrongKeys is how many wrong keys a client may send in a minute.
const wrongKeys = 60

// AllowAPIKeys lets programs in with API keys, each at most perMinute times a minute,
// or without limit if that is 0. A guard without it refuses them. On operations of
// sessionOnly, a key is refused: an entry is "METHOD /path", or "/path/" for all
// below it.
func (g *Guard) AllowAPIKeys(sessionOnly []string, limits *ratelimit.Limits, perMinute int) {
	g.keys = &keyRules{sessionOnly: sessionOnly, wrong: limits.Limit("wrong-api-keys", wrongKeys, time.Minute)}
	if perMinute > 0 {
		g.keys.requests = limits.Limit("api-keys", perMinute, time.Minute)
	}
}

// APIKeySecurity is how the OpenAPI document describes, beside others, the API key
// as a way to use an operation.
func APIKeySecurity() map[string][]string { return map[string][]string{"APIKey": {}} }

// APIKeyScheme is the scheme that APIKeySecurity names.
func APIKeyScheme() *huma.SecurityScheme {
	return &huma.SecurityScheme{Type: "http", Scheme: "bearer", Description: "An API key. Its scopes: " + strings.Join(auth.Scopes(), ", ") + "."}
}

// IsSessionOnly reports whether an operation is on a list of AllowAPIKeys.
func IsSessionOnly(list []string, op *huma.Operation) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		if strings.HasPrefix(entry, "/") {
			return strings.HasPrefix(op.Path, entry)
		}
		return entry == op.Method+" "+op.Path
	})
}

// NeededScope returns the scope that an API key needs for an operation.
func NeededScope(op *huma.Operation) string {
	of, _ := op.Metadata["scope"].(string)
	return auth.NeededScope(of, isReading(op.Method))
}

func isReading(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// identify returns ctx with the user of a bearer token: an access token, or an API
// key that may do what the request asks for.
func (g *Guard) identify(ctx context.Context, sent credentials, token string) (context.Context, error) {
	if !auth.IsAPIKey(token) || g.keys == nil {
		return g.session(ctx, token)
	}
	from := client.From(ctx)
	key, user, err := g.accounts.IdentifyAPIKey(ctx, from, token)
	if err != nil {
		if errors.Is(err, auth.ErrInvalidToken) {
			err = cmp.Or(checkLimit(ctx, g.keys.wrong, from.Network().String()), err)
		}
		return ctx, err
	}
	logging.SetAPIKey(ctx, key.ID)
	if err := checkLimit(ctx, g.keys.requests, strconv.FormatInt(key.ID, 10)); err != nil {
		return ctx, err
	}
	ctx = context.WithValue(ctx, contextKey{}, auth.Identity{User: user})
	ctx = context.WithValue(ctx, apiKeyContext{}, key)
	if sent.operation == nil {
		return ctx, key.CheckScope(user, auth.NeededScope("", isReading(sent.method)))
	}
	if IsSessionOnly(g.keys.sessionOnly, sent.operation) {
		return ctx, auth.ErrSessionOnly
	}
	return ctx, key.CheckScope(user, NeededScope(sent.operation))
}

// checkLimit counts a request, and returns an error if it is one too many. A nil
// limit allows all.
func checkLimit(ctx context.Context, limit *ratelimit.Limit, of string) error {
	if limit == nil {
		return nil
	}
	if wait, ok := limit.Allow(ctx, of); !ok {
		return &auth.Error{Kind: auth.KindTooMany, Detail: ratelimit.Detail, RetryAfter: wait}
	}
	return nil
}

type apiKeyContext struct{}

// CurrentAPIKey returns the API key of the request, with what auth.APIKeyStore finds
// of it; false for one of a session.
func CurrentAPIKey(ctx context.Context) (auth.APIKey, bool) {
	key, ok := ctx.Value(apiKeyContext{}).(auth.APIKey)
	return key, ok
}

// checkAdmin refuses an API key that is not for what only superusers may do.
func checkAdmin(ctx context.Context) error {
	key, ok := CurrentAPIKey(ctx)
	if !ok {
		return nil
	}
	return key.CheckScope(CurrentUser(ctx), auth.ScopeAdmin)
}

// lacksScope is the answer to a key without a scope (RFC 6750 §3.1).
func lacksScope(e *auth.ScopeError) refusal {
	return refusal{
		status: http.StatusForbidden, detail: e.Error(),
		header: http.Header{"WWW-Authenticate": {`Bearer error="insufficient_scope", scope="` + e.Scope + `"`}},
	}
}
