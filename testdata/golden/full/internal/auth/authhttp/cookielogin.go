package authhttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/problem"
)

// RegisterSession adds the endpoint with which a page learns whether somebody is
// logged in.
func RegisterSession(api huma.API, accounts *auth.Service, guard *Guard) {
	e := endpoints{api: api, accounts: accounts, guard: guard}
	e.session()
}

type currentOutput struct {
	Body struct {
		User      UserResponse `json:"user"`
		ExpiresAt time.Time    `json:"expires_at" doc:"When the session ends unless it is used again."`
		AMR       []string     `json:"amr" nullable:"false" doc:"How the user proved who they are (RFC 8176)." example:"[\"pwd\"]"`
		CSRF      string       `json:"csrf" enum:"fetch-metadata" doc:"How requests of other sites are refused: pages need no token."`
	}
}

func (e endpoints) session() {
	add(e, huma.Operation{
		OperationID: "get-session", Method: http.MethodGet, Path: "/api/v1/auth/session", Tags: []string{"auth"},
		Summary: "Show the current session and its user: what a page asks when it loads",
	}, func(ctx context.Context, _ *struct{}) (*currentOutput, error) {
		identity := CurrentIdentity(ctx)
		end, err := e.accounts.SessionEnd(ctx, identity)
		if err != nil {
			return nil, err
		}
		out := &currentOutput{}
		out.Body.User, out.Body.ExpiresAt = newUserResponse(identity.User), end
		out.Body.AMR, out.Body.CSRF = identity.AMR, "fetch-metadata"
		return out, nil
	})
}

// loginOutput is the answer to a log-in: the tokens, or 204 with a cookie.
type loginOutput struct {
	Status    int
	SetCookie string `header:"Set-Cookie"`
	Body      *TokenResponse
}

// cookieContext is where what the browser has sent is kept for a handler that sets
// its cookie, or takes it back.
type cookieContext struct{}

// addLogin adds an operation that opens a session. With ?session=cookie the session
// goes into a cookie, and no script of the page sees its tokens.
func addLogin[I any](e endpoints, op huma.Operation, handler func(context.Context, *I) (*tokenOutput, error)) {
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "session", In: "query", Description: "cookie: the answer is 204, and the session is in a cookie.",
		Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"cookie"}},
	})
	// It comes before limits: another site must not use up those of its visitors.
	op.Middlewares = append(huma.Middlewares{e.askedForCookie}, op.Middlewares...)
	op.Errors = append(op.Errors, http.StatusForbidden)
	op.Responses = map[string]*huma.Response{"204": {
		Description: "The session is in a cookie.",
		Headers:     map[string]*huma.Param{"Set-Cookie": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	add(e, op, func(ctx context.Context, in *I) (*loginOutput, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, err
		}
		sent, ok := ctx.Value(cookieContext{}).(browser)
		if !ok {
			return &loginOutput{Status: http.StatusOK, Body: &out.Body}, nil
		}
		return e.setCookie(ctx, sent, out)
	})
	delete(op.Responses["200"].Headers, "Set-Cookie") // huma tells it of both.
}

// setCookie exchanges the tokens of a log-in for a cookie. If the browser has sent
// one, its session ends, no matter who else knows its value.
func (e endpoints) setCookie(ctx context.Context, sent browser, opened *tokenOutput) (*loginOutput, error) {
	var replaced string
	if before := sent.named(e.guard.cookies.name()); len(before) == 1 && len(before[0]) <= maxCookieBytes {
		replaced = before[0]
	}
	pair := auth.TokenPair{RefreshToken: opened.Body.RefreshToken}
	cookie, err := e.accounts.KeepInCookie(ctx, client.From(ctx), pair, replaced)
	if err != nil {
		return nil, err
	}
	return &loginOutput{Status: http.StatusNoContent, SetCookie: e.guard.cookies.header(cookie.Value, cookie.Lifetime)}, nil
}

// askedForCookie looks for ?session=cookie. Another site's page may not log its
// visitor in, as whomever it likes.
func (e endpoints) askedForCookie(ctx huma.Context, next func(huma.Context)) {
	switch ctx.Query("session") {
	case "":
		next(ctx)
	case "cookie":
		sent := browserIn(ctx)
		if e.guard.cookies == nil || e.guard.cookies.checkOrigin(sent) != nil {
			e.refuseOrigin(ctx)
			return
		}
		next(huma.WithValue(ctx, cookieContext{}, sent))
	default:
		_ = huma.WriteErr(e.api, ctx, http.StatusUnprocessableEntity, "validation failed",
			&huma.ErrorDetail{Location: "query.session", Message: "expected value to be \"cookie\""})
	}
}

func (e endpoints) refuseOrigin(ctx huma.Context) {
	e.guard.log.WarnContext(ctx.Context(), "security event", "event", "authz_fail")
	problem.WriteOperation(ctx, http.StatusForbidden, errCrossOrigin.Detail)
}

// addForm adds an operation that takes a form. A browser sends that for a page of
// any site without asking first, and each wrong password would count against the
// network of its user.
func addForm[I any](e endpoints, op huma.Operation, handler func(context.Context, *I) (*tokenOutput, error)) {
	op.Middlewares = append(huma.Middlewares{e.ofOwnPages}, op.Middlewares...)
	op.Errors = append(op.Errors, http.StatusForbidden)
	add(e, op, handler)
}

// ofOwnPages refuses requests of other sites' pages, whether or not they come with a
// cookie; in development, where CORS lets in all pages of this machine, it does not.
func (e endpoints) ofOwnPages(ctx huma.Context, next func(huma.Context)) {
	rules := e.guard.cookies
	if rules != nil && rules.Secure && rules.checkOrigin(browserIn(ctx)) != nil {
		e.refuseOrigin(ctx)
		return
	}
	next(ctx)
}

// logoutOutput is the answer to a log-out, which takes the cookie back.
type logoutOutput struct {
	SetCookie     string `header:"Set-Cookie"`
	ClearSiteData string `header:"Clear-Site-Data"`
}

// addLogout adds an operation that ends the session. If that is in a cookie, the
// browser forgets it, and what the site has stored.
func addLogout[I any](e endpoints, op huma.Operation, handler func(context.Context, *I) (*struct{}, error)) {
	op.Middlewares = append(op.Middlewares, e.noteCookie)
	add(e, op, func(ctx context.Context, in *I) (*logoutOutput, error) {
		if _, err := handler(ctx, in); err != nil {
			return nil, err
		}
		if _, ok := ctx.Value(cookieContext{}).(browser); !ok {
			return nil, nil
		}
		return &logoutOutput{SetCookie: e.guard.cookies.header("", 0), ClearSiteData: `"cache", "storage"`}, nil
	})
}

// noteCookie keeps for the handler that the credentials are a cookie. The page of
// another site may not have it taken back, even if it ends a session of its own by a
// refresh token.
func (e endpoints) noteCookie(ctx huma.Context, next func(huma.Context)) {
	if sent := sentWith(ctx); e.guard.comesByCookie(sent) {
		if e.guard.cookies.checkOrigin(sent.browser) != nil {
			e.refuseOrigin(ctx)
			return
		}
		ctx = huma.WithValue(ctx, cookieContext{}, sent.browser)
	}
	next(ctx)
}
