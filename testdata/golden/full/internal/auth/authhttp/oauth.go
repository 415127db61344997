package authhttp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/problem"
	"example.com/myapi/internal/ratelimit"
)

// What a client address may send in a minute.
const (
	startsPerMinute    = 30
	callbacksPerMinute = 60
	exchangesPerMinute = 30
)

// RegisterOAuth adds the endpoints of log-ins with providers to api. secure is for a
// service that browsers reach by https.
func RegisterOAuth(api huma.API, accounts *auth.Service, guard *Guard, limits *ratelimit.Limits, secure bool) {
	e := oauthEndpoints{endpoints{api: api, accounts: accounts, guard: guard}, bindings{secure: secure}, expiredPage()}
	callback := limits.Operation("oauth-callback", callbacksPerMinute, time.Minute)
	exchange := limits.Operation("oauth-exchange", exchangesPerMinute, time.Minute)
	e.providers()
	e.start(limits.Operation("oauth-start", startsPerMinute, time.Minute))
	e.callback(callback)
	e.postedCallback(callback)
	e.exchange(exchange)
	e.identities()
	e.linkIdentity(exchange)
	e.unlinkIdentity()
}

type oauthEndpoints struct {
	endpoints
	bindings bindings
	expired  pageOutput
}

type providersOutput struct {
	Body []ProviderResponse `nullable:"false"`
}

// ProviderResponse is a provider that users can log in with.
type ProviderResponse struct {
	Provider string `json:"provider" doc:"What it is called in paths." example:"google"`
	Name     string `json:"name" doc:"What to show." example:"Google"`
}

func (e oauthEndpoints) providers() {
	add(e.endpoints, huma.Operation{
		OperationID: "list-providers", Method: http.MethodGet, Path: "/api/v1/auth/oauth", Tags: []string{"auth"},
		Summary: "List the providers that users can log in with",
	}, func(context.Context, *struct{}) (*providersOutput, error) {
		out := &providersOutput{Body: []ProviderResponse{}}
		for _, provider := range e.accounts.Providers() {
			out.Body = append(out.Body, ProviderResponse{Provider: provider.Name(), Name: provider.Title()})
		}
		return out, nil
	})
}

type startInput struct {
	Provider      string `path:"provider" maxLength:"20" example:"google"`
	ReturnTo      string `query:"return_to" required:"true" maxLength:"2000" doc:"Where the browser is sent at the end: one of OAUTH_RETURN_URLS."`
	CodeChallenge string `query:"code_challenge" required:"true" pattern:"^[A-Za-z0-9_-]{43}$" doc:"The SHA-256 of the client's code_verifier, in base64url (RFC 7636, S256)."`

	sent []*http.Cookie
}

// Resolve keeps the cookies for the handler.
func (in *startInput) Resolve(ctx huma.Context) []error {
	in.sent = cookiesOf(ctx)
	return nil
}

// onlyOpened admits a browser that opens the address, and none that loads it for a page
// as a picture, a frame or the like: any site's page could use up the limits of its
// visitors by that. Who does not tell (Fetch Metadata) is admitted.
func (e oauthEndpoints) onlyOpened(ctx huma.Context, next func(huma.Context)) {
	if use := ctx.Header("Sec-Fetch-Dest"); use != "" && use != "document" {
		e.guard.log.WarnContext(ctx.Context(), "security event", "event", "authz_fail")
		problem.WriteOperation(ctx, http.StatusForbidden, "Open this address in a window of its own")
		return
	}
	next(ctx)
}

type sentOnOutput struct {
	Location  string   `header:"Location"`
	SetCookie []string `header:"Set-Cookie"`
}

func (e oauthEndpoints) start(limit middleware) {
	add(e.endpoints, huma.Operation{
		OperationID: "start-provider-login", Method: http.MethodGet, Path: "/api/v1/auth/oauth/{provider}/start", Tags: []string{"auth"},
		Summary:       "Send the browser to a provider; it comes back to return_to#code=… or #error=…",
		DefaultStatus: http.StatusFound,
		Errors:        []int{http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests},
		Middlewares:   huma.Middlewares{e.onlyOpened, limit},
	}, func(ctx context.Context, in *startInput) (*sentOnOutput, error) {
		start, err := e.accounts.StartOAuth(ctx, in.Provider, in.ReturnTo, in.CodeChallenge)
		switch {
		case errors.Is(err, auth.ErrReturnURL):
			return nil, huma.Error422UnprocessableEntity("validation failed",
				&huma.ErrorDetail{Location: "query.return_to", Message: "expected one of OAUTH_RETURN_URLS"})
		case errors.Is(err, auth.ErrProviderUnavailable):
			return nil, huma.ErrorWithHeaders(huma.Error503ServiceUnavailable("The provider is not available"), http.Header{"Retry-After": {retryProvider}})
		case err != nil:
			return nil, err
		}
		return &sentOnOutput{Location: start.URL, SetCookie: e.bindings.set(start, in.sent)}, nil
	})
}

// retryProvider is after how many seconds a provider may be asked again.
const retryProvider = "30"

// callbackInput is the answer of a provider in a link. All of it comes from outside.
type callbackInput struct {
	Provider string `path:"provider" maxLength:"20" example:"google"`
	State    string `query:"state"`
	Code     string `query:"code"`
	Issuer   string `query:"iss" doc:"The provider, as it calls itself (RFC 9207)."`
	Error    string `query:"error"`

	sent []*http.Cookie
}

// Resolve keeps the cookies for the handler.
func (in *callbackInput) Resolve(ctx huma.Context) []error {
	in.sent = cookiesOf(ctx)
	return nil
}

// callbackOutput sends the browser on, or is a page.
type callbackOutput struct {
	Status      int
	Location    string   `header:"Location"`
	SetCookie   []string `header:"Set-Cookie"`
	ContentType string   `header:"Content-Type"`
	Policy      string   `header:"Content-Security-Policy"`
	Body        []byte
}

func (e oauthEndpoints) callback(limit middleware) {
	op := huma.Operation{
		OperationID: "finish-provider-login", Method: http.MethodGet, Path: "/api/v1/auth/oauth/{provider}/callback", Tags: []string{"auth"},
		Summary:     "Where a provider sends the browser back to",
		Middlewares: huma.Middlewares{e.onlyOpened, limit},
	}
	addCallback(e, op, func(ctx context.Context, in *callbackInput) (*callbackOutput, error) {
		return e.sendOn(ctx, in.Provider, in.sent, auth.OAuthAnswer{State: in.State, Code: in.Code, Issuer: in.Issuer, Error: in.Error})
	})
}

type postedCallbackInput struct {
	Provider string `path:"provider" maxLength:"20" example:"apple"`
	RawBody  []byte `contentType:"application/x-www-form-urlencoded" required:"true"`

	sent []*http.Cookie
}

// Resolve keeps the cookies for the handler.
func (in *postedCallbackInput) Resolve(ctx huma.Context) []error {
	in.sent = cookiesOf(ctx)
	return nil
}

func (e oauthEndpoints) postedCallback(limit middleware) {
	body := &huma.RequestBody{Required: true}
	op := huma.Operation{
		OperationID: "finish-provider-login-by-form", Method: http.MethodPost, Path: "/api/v1/auth/oauth/{provider}/callback", Tags: []string{"auth"},
		Summary:     "Where the browser posts the answer of a provider that sends a form, as Apple does",
		RequestBody: body,
		Middlewares: huma.Middlewares{e.onlyOpened, limit},
	}
	addCallback(e, op, func(ctx context.Context, in *postedCallbackInput) (*callbackOutput, error) {
		form, err := url.ParseQuery(string(in.RawBody))
		if err != nil || hasRepeated(form) {
			form = nil // It has no state, then.
		}
		return e.sendOn(ctx, in.Provider, in.sent, auth.OAuthAnswer{
			State: form.Get("state"), Code: form.Get("code"), Issuer: form.Get("iss"), Error: form.Get("error"), Posted: true,
		})
	})
	body.Content["application/x-www-form-urlencoded"].Schema = callbackForm(e.api.OpenAPI().Components.Schemas)
}

// hasRepeated reports whether a name stands in a form more than once, which no provider
// sends (RFC 6749 §3.1).
func hasRepeated(form url.Values) bool {
	for _, values := range form {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

// callbackForm is what Apple sends.
func callbackForm(r huma.Registry) *huma.Schema {
	return component(r, "CallbackForm", &huma.Schema{
		Type: huma.TypeObject,
		Properties: map[string]*huma.Schema{
			"state": {Type: huma.TypeString},
			"code":  {Type: huma.TypeString},
			"iss":   {Type: huma.TypeString},
			"error": {Type: huma.TypeString},
			"user":  {Type: huma.TypeString, Description: "Not looked at: nobody has signed it."},
		},
	})
}

// addCallback adds an operation that a browser is sent to. What it answers is for a
// person.
func addCallback[I any](e oauthEndpoints, op huma.Operation, handler func(context.Context, *I) (*callbackOutput, error)) {
	op.DefaultStatus = http.StatusSeeOther
	op.Errors = []int{http.StatusForbidden, http.StatusNotFound, http.StatusTooManyRequests}
	add(e.endpoints, op, handler)
	// huma describes one answer; the page is the other one.
	path := e.api.OpenAPI().Paths[op.Path]
	added := path.Get
	if op.Method == http.MethodPost {
		added = path.Post
	}
	for _, name := range []string{"Content-Type", "Content-Security-Policy"} {
		delete(added.Responses["303"].Headers, name)
	}
	added.Responses["303"].Content = nil
	added.Responses["400"].Content["text/html"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
}

// sendOn takes the answer of a provider, and sends the browser to the client.
func (e oauthEndpoints) sendOn(ctx context.Context, provider string, sent []*http.Cookie, answer auth.OAuthAnswer) (*callbackOutput, error) {
	answer.Binding = e.bindings.value(answer.State, sent)
	location, err := e.accounts.FinishOAuth(ctx, provider, answer)
	if errors.Is(err, auth.ErrNoFlow) {
		return &callbackOutput{Status: http.StatusBadRequest, ContentType: e.expired.ContentType, Policy: e.expired.Policy, Body: e.expired.Body}, nil
	}
	if err != nil {
		return nil, err
	}
	return &callbackOutput{Status: http.StatusSeeOther, Location: location, SetCookie: []string{e.bindings.clear(answer.State)}}, nil
}

// expiredPage is shown to a browser that did not begin the log-in, or is late.
func expiredPage() pageOutput {
	style := file("page.css")
	var body bytes.Buffer
	if err := parsed("oauth_expired.html").Execute(&body, map[string]any{"Style": template.CSS(style)}); err != nil {
		panic(err)
	}
	policy := "default-src 'none'; style-src '" + digest(style) + "'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return pageOutput{ContentType: "text/html; charset=utf-8", Policy: policy, Body: body.Bytes()}
}

type exchangeInput struct {
	Body struct {
		Code     string `json:"code" maxLength:"256" doc:"From the fragment of return_to; good for a minute."`
		Verifier string `json:"code_verifier" maxLength:"128" doc:"Whose code_challenge began the log-in."`
	}
}

func (e oauthEndpoints) exchange(limit middleware) {
	addLogin(e.endpoints, huma.Operation{
		OperationID: "login-with-provider", Method: http.MethodPost, Path: "/api/v1/auth/oauth/exchange", Tags: []string{"auth"},
		Summary:     "Log in as whom the provider has named; makes an account for somebody new",
		Errors:      []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{e.noteFormer, limit},
	}, func(ctx context.Context, in *exchangeInput) (*tokenOutput, error) {
		pair, err := e.accounts.LoginWithProvider(ctx, client.From(ctx), in.Body.Code, in.Body.Verifier)
		return e.showLogin(ctx, pair, err)
	})
}

// IdentityResponse is a provider that a user logs in with.
type IdentityResponse struct {
	Provider    string    `json:"provider" example:"google"`
	Email       *string   `json:"email" nullable:"true" doc:"That the provider has verified; the account may have another one."`
	CreatedAt   time.Time `json:"created_at"`
	LastLoginAt time.Time `json:"last_login_at"`
}

func newIdentityResponse(i auth.LinkedIdentity) IdentityResponse {
	return IdentityResponse{Provider: i.Provider, Email: orNull(i.Email), CreatedAt: i.CreatedAt, LastLoginAt: i.LastLoginAt}
}

type identitiesOutput struct {
	Body []IdentityResponse `nullable:"false"`
}

func (e oauthEndpoints) identities() {
	add(e.endpoints, huma.Operation{
		OperationID: "list-identities", Method: http.MethodGet, Path: "/api/v1/users/me/identities", Tags: []string{"me"},
		Summary: "List the providers that the current user logs in with",
	}, func(ctx context.Context, _ *struct{}) (*identitiesOutput, error) {
		identities, err := e.accounts.Identities(ctx, CurrentUser(ctx))
		if err != nil {
			return nil, err
		}
		out := &identitiesOutput{Body: make([]IdentityResponse, len(identities))}
		for i, identity := range identities {
			out.Body[i] = newIdentityResponse(identity)
		}
		return out, nil
	})
}

type identityOutput struct {
	Body IdentityResponse
}

func (e oauthEndpoints) linkIdentity(limit middleware) {
	add(e.endpoints, huma.Operation{
		OperationID: "link-identity", Method: http.MethodPost, Path: "/api/v1/users/me/identities", Tags: []string{"me"},
		Summary:       "Let the current user log in as whom the provider has named; requires a recent log-in",
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusForbidden, http.StatusConflict, http.StatusTooManyRequests},
		Middlewares:   huma.Middlewares{e.guard.RequireRecentLogin, e.guard.RequireVerified, limit},
	}, func(ctx context.Context, in *exchangeInput) (*identityOutput, error) {
		linked, err := e.accounts.LinkIdentity(ctx, CurrentIdentity(ctx), in.Body.Code, in.Body.Verifier)
		if err != nil {
			return nil, err
		}
		return &identityOutput{Body: newIdentityResponse(linked)}, nil
	})
}

type unlinkInput struct {
	Provider string `path:"provider" maxLength:"20" example:"google"`
}

func (e oauthEndpoints) unlinkIdentity() {
	add(e.endpoints, huma.Operation{
		OperationID: "unlink-identity", Method: http.MethodDelete, Path: "/api/v1/users/me/identities/{provider}", Tags: []string{"me"},
		Summary:       "End the log-ins of the current user with a provider, and the other sessions; requires a recent log-in",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity},
		Middlewares:   huma.Middlewares{e.guard.RequireRecentLogin},
	}, func(ctx context.Context, in *unlinkInput) (*struct{}, error) {
		return nil, e.accounts.UnlinkIdentity(ctx, CurrentIdentity(ctx), in.Provider)
	})
}

// setPassword gives the current user a first password.
func (e endpoints) setPassword(ctx context.Context, password string) error {
	identity := CurrentIdentity(ctx)
	if identity.User.HasPassword() {
		return huma.Error422UnprocessableEntity("validation failed",
			&huma.ErrorDetail{Location: "body", Message: fmt.Sprintf(validation.MsgExpectedRequiredProperty, "current_password")})
	}
	return e.accounts.SetPassword(ctx, identity, password)
}

// bindings are the cookies that bind log-ins at providers to the browser that began
// them, one for each tab (RFC 9700 §4.7).
type bindings struct{ secure bool }

// maxBindings is how many of them a browser keeps.
const maxBindings = 5

func (b bindings) prefix() string {
	if b.secure {
		return "__Host-oauth_"
	}
	return "oauth_"
}

func (b bindings) name(state string) string { return b.prefix() + state[:min(len(state), 8)] }

// set returns the Set-Cookie headers for a log-in that begins. Of the cookies that the
// browser has sent, the oldest, which come first (RFC 6265 §5.4), are taken back.
func (b bindings) set(start auth.OAuthStart, sent []*http.Cookie) []string {
	headers := []string{b.header(b.name(start.State), start.Binding, start.Provider.PostsForm())}
	var earlier []string
	for _, cookie := range sent {
		if strings.HasPrefix(cookie.Name, b.prefix()) {
			earlier = append(earlier, cookie.Name)
		}
	}
	for _, name := range earlier[:max(0, len(earlier)-(maxBindings-1))] {
		headers = append(headers, b.header(name, "", false))
	}
	return headers
}

func (b bindings) clear(state string) string { return b.header(b.name(state), "", false) }

// value returns the cookie of a state, or nothing if there is not exactly one.
func (b bindings) value(state string, sent []*http.Cookie) string {
	var values []string
	for _, cookie := range sent {
		if cookie.Name == b.name(state) {
			values = append(values, cookie.Value)
		}
	}
	if len(values) != 1 {
		return ""
	}
	return values[0]
}

// header returns the Set-Cookie header for a value; an empty one takes the cookie back.
// Only where the provider's site posts a form do browsers have to send the cookie with
// what comes from another site.
func (b bindings) header(name, value string, crossSite bool) string {
	cookie := http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(auth.FlowLifetime.Seconds()),
		Secure: b.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if crossSite {
		cookie.SameSite = http.SameSiteNoneMode
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	return cookie.String()
}

// cookiesOf returns the cookies of a request in their order.
func cookiesOf(ctx huma.Context) []*http.Cookie {
	header := http.Header{}
	ctx.EachHeader(func(name, value string) {
		if name == "Cookie" {
			header.Add(name, value)
		}
	})
	return (&http.Request{Header: header}).Cookies()
}
