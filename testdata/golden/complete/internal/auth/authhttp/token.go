package authhttp

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"
)

type tokenInput struct {
	RawBody []byte `contentType:"application/x-www-form-urlencoded" required:"true"`
}

// tokenForm is the request of OAuth2's password grant (RFC 6749 §4.3.2), which
// Swagger UI's Authorize button sends.
func tokenForm() *huma.RequestBody {
	text := func(doc string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: doc} }
	password := text("")
	password.Format = "password"
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/x-www-form-urlencoded": {Schema: &huma.Schema{
			Type: huma.TypeObject,
			Properties: map[string]*huma.Schema{
				"grant_type": {Type: huma.TypeString, Enum: []any{"password"}},
				"username":   text("The user name or the e-mail."),
				"password":   password,
				"scope":      text("Not used."),
			},
			Required: []string{"username", "password"},
		}},
	}}
}

func (e endpoints) token(limit middleware) {
	add(e, huma.Operation{
		OperationID: "token", Method: http.MethodPost, Path: "/api/v1/auth/token", Tags: []string{"auth"},
		Summary:     "Log in with a form, as OAuth2's password grant",
		RequestBody: tokenForm(),
		Errors:      []int{http.StatusUnauthorized, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{limit},
	}, func(ctx context.Context, in *tokenInput) (*tokenOutput, error) {
		form, err := url.ParseQuery(string(in.RawBody))
		if err != nil {
			return nil, huma.Error400BadRequest("Request body is not a form")
		}
		if err := checkForm(form); err != nil {
			return nil, err
		}
		return showTokens(e.accounts.Login(ctx, form.Get("username"), form.Get("password")))
	})
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
