package authhttp

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
)

type loginInput struct {
	Body struct {
		Username string `json:"username" doc:"The user name or the e-mail." example:"johndoe"`
		Password string `json:"password" example:"SecurePass123!"`
	}
}

func (e endpoints) login(limit middleware) {
	add(e, huma.Operation{
		OperationID: "login", Method: http.MethodPost, Path: "/api/v1/auth/login", Tags: []string{"auth"},
		Summary:     "Log in",
		Errors:      []int{http.StatusUnauthorized, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{e.noteFormer, limit},
	}, func(ctx context.Context, in *loginInput) (*tokenOutput, error) {
		pair, err := e.accounts.Login(ctx, client.From(ctx), in.Body.Username, in.Body.Password)
		return e.showLogin(ctx, pair, err)
	})
}

type tokenInput struct {
	RawBody []byte `contentType:"application/x-www-form-urlencoded" required:"true"`
}

// tokenForm is the request of OAuth2's password grant (RFC 6749 §4.3.2), which
// Swagger UI's Authorize button sends.
func tokenForm(r huma.Registry) *huma.Schema {
	return component(r, "TokenForm", &huma.Schema{
		Type: huma.TypeObject,
		Properties: map[string]*huma.Schema{
			"grant_type": {Type: huma.TypeString, Enum: []any{"password"}},
			"username":   {Type: huma.TypeString, Description: "The user name or the e-mail."},
			"password":   {Type: huma.TypeString, Format: "password"},
			"scope":      {Type: huma.TypeString, Description: "Not used, as are the client's id and secret."},
		},
		Required: []string{"username", "password"},
	})
}

// component returns a reference to a schema that clients see under a name.
func component(r huma.Registry, name string, schema *huma.Schema) *huma.Schema {
	schema.PrecomputeMessages()
	r.Map()[name] = schema
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

func (e endpoints) token(limit middleware) {
	body := &huma.RequestBody{Required: true}
	addForm(e, huma.Operation{
		OperationID: "login-with-form", Method: http.MethodPost, Path: "/api/v1/auth/token", Tags: []string{"auth"},
		Summary:     "Log in with a form (OAuth2's password grant)",
		RequestBody: body,
		Errors:      []int{http.StatusUnauthorized, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{e.noteFormer, limit},
	}, func(ctx context.Context, in *tokenInput) (*tokenOutput, error) {
		form, err := url.ParseQuery(string(in.RawBody))
		if err != nil {
			return nil, huma.Error400BadRequest("Request body is not a form")
		}
		if err := checkForm(form); err != nil {
			return nil, err
		}
		pair, err := e.accounts.Login(ctx, client.From(ctx), form.Get("username"), form.Get("password"))
		return e.showLogin(ctx, pair, err)
	})
	// huma describes what it passes on unread as mere bytes.
	body.Content["application/x-www-form-urlencoded"].Schema = tokenForm(e.api.OpenAPI().Components.Schemas)
}

func checkForm(form url.Values) error {
	var faults []error
	for _, name := range []string{"username", "password"} {
		if len(form[name]) != 1 {
			faults = append(faults, &huma.ErrorDetail{Location: "body." + name, Message: "expected exactly one value"})
		}
	}
	if grant, ok := form["grant_type"]; ok && (len(grant) != 1 || grant[0] != "password") {
		faults = append(faults, &huma.ErrorDetail{Location: "body.grant_type", Message: "expected password"})
	}
	if len(faults) > 0 {
		return huma.Error422UnprocessableEntity("validation failed", faults...)
	}
	return nil
}

type refreshInput struct {
	Body struct {
		RefreshToken string `json:"refresh_token" maxLength:"256"`
	}
}

func (e endpoints) refresh(limit middleware) {
	add(e, huma.Operation{
		OperationID: "refresh", Method: http.MethodPost, Path: "/api/v1/auth/refresh", Tags: []string{"auth"},
		Summary:     "Exchange a refresh token for new tokens; a second use ends the session",
		Errors:      []int{http.StatusUnauthorized, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, in *refreshInput) (*tokenOutput, error) {
		return showTokens(e.accounts.Refresh(ctx, client.From(ctx), in.Body.RefreshToken))
	})
}

type logoutInput struct {
	Body *logoutBody

	sent credentials
}

// Resolve keeps the access token for the handler: a guard would refuse one that
// has expired before the refresh token in the body is looked at.
func (in *logoutInput) Resolve(ctx huma.Context) []error {
	in.sent = sentWith(ctx)
	return nil
}

type logoutBody struct {
	RefreshToken *string `json:"refresh_token,omitempty"`
}

// Schema allows all that clients send without a refresh token: no body, null, an
// empty object, or null for the token.
func (logoutBody) Schema(r huma.Registry) *huma.Schema {
	longest := 256
	return component(r, "LogoutRequest", &huma.Schema{
		Type: huma.TypeObject, Nullable: true, AdditionalProperties: false,
		Properties: map[string]*huma.Schema{
			"refresh_token": {Type: huma.TypeString, Nullable: true, MaxLength: &longest},
		},
	})
}

func (e endpoints) logout() {
	add(e, huma.Operation{
		OperationID: "logout", Method: http.MethodPost, Path: "/api/v1/auth/logout", Tags: []string{"auth"},
		Summary:       "Log out with the access token, or with a refresh token in the body: the session's tokens end at once",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusUnauthorized},
		Security:      append([]map[string][]string{{}}, Security()...),
	}, func(ctx context.Context, in *logoutInput) (*struct{}, error) {
		identified, err := e.guard.user(ctx, in.sent)
		if err == nil {
			return nil, e.accounts.Logout(ctx, CurrentIdentity(identified))
		}
		var refused *auth.Error // and not a database that is away
		if !errors.As(err, &refused) || in.Body == nil || in.Body.RefreshToken == nil {
			return nil, err
		}
		return nil, e.accounts.LogoutByRefreshToken(ctx, *in.Body.RefreshToken)
	})
}

func (e endpoints) logoutAll() {
	add(e, huma.Operation{
		OperationID: "logout-all", Method: http.MethodPost, Path: "/api/v1/auth/logout-all", Tags: []string{"auth"},
		Summary:       "Log out everywhere: all sessions end at once",
		DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		return nil, e.accounts.LogoutAll(ctx, CurrentUser(ctx))
	})
}
