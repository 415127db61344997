// Package authhttp serves accounts over HTTP and guards the routes of the
// service. Register adds the endpoints to the API; RegisterPages adds the
// pages that links in mails open.
package authhttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/ratelimit"
)

// Rates are how often a client address may send requests.
type Rates struct {
	Login    ratelimit.Rate
	Register ratelimit.Rate // and changes of one's own e-mail or name, which reveal as much

	Tokens ratelimit.Rate // with a token: verify, decline, reset, refresh
	Mails  ratelimit.Rate // for a mail: forgot, resend
}

// Register adds the endpoints of accounts to api, under their paths below
// /api/v1.
func Register(api huma.API, accounts *auth.Service, guard *Guard, limits *ratelimit.Limits, rates Rates) {
	e := endpoints{api: api, accounts: accounts, guard: guard}
	limit := func(name string, rate ratelimit.Rate) middleware {
		return limits.Operation(name, rate.Requests, rate.Window)
	}
	login := limit("login", rates.Login)
	e.register(limit("register", rates.Register))
	e.login(login)
	e.token(login)
	e.logout()
	e.me()
	e.updateMe(limit("update-me", rates.Register))
	e.deleteMe()
	e.changePassword()
	e.listUsers()
	e.getUser()
	e.updateUser()
	e.deleteUser()

	tokens, mails := limit("tokens", rates.Tokens), limit("mails", rates.Mails)
	e.refresh(tokens)
	e.verifyEmail(tokens)
	e.declineEmail(tokens)
	e.resendVerification(mails)
	e.forgotPassword(mails)
	e.resetPassword(tokens)
	e.logoutAll()
	e.sessions()
	e.revokeSession()
	e.endSessions()
}

type middleware = func(huma.Context, func(huma.Context))

type endpoints struct {
	api      huma.API
	accounts *auth.Service
	guard    *Guard
}

// add registers an operation whose handler returns errors of package auth.
func add[I, O any](e endpoints, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.Errors = append(op.Errors, http.StatusServiceUnavailable)
	huma.Register(e.api, op, func(ctx context.Context, input *I) (*O, error) {
		output, err := handler(ctx, input)
		if err != nil {
			return nil, e.guard.Problem(ctx, err)
		}
		return output, nil
	})
}

// The fields whose rules are those of package auth, which names all faults of a
// request at once. huma would refuse the first in words of its own, so it only
// states these rules in the OpenAPI document.
type (
	emailField    string
	usernameField string
	passwordField string // a new one
)

func (emailField) Schema(huma.Registry) *huma.Schema {
	return text(map[string]any{"format": "email", "maxLength": 254})
}

func (usernameField) Schema(huma.Registry) *huma.Schema {
	return text(map[string]any{"pattern": auth.UsernamePattern, "minLength": 3, "maxLength": 50})
}

func (passwordField) Schema(huma.Registry) *huma.Schema {
	return text(map[string]any{"format": "password", "minLength": 8, "maxLength": 72})
}

func text(rules map[string]any) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Extensions: rules}
}

// UserResponse is how a user is shown. A field of your own is added here, in
// auth.User, in authsql and in a migration.
type UserResponse struct {
	ID       int64  `json:"id" example:"1"`
	Email    string `json:"email" format:"email" example:"user@example.com"`
	Username string `json:"username" example:"johndoe"`

	IsVerified   bool    `json:"is_verified" doc:"The e-mail is proved to be the user's."`
	PendingEmail *string `json:"pending_email" nullable:"true" doc:"Asked for, and the e-mail once it is confirmed."`

	HasPassword bool      `json:"has_password" doc:"False for who came with a provider and has set none."`
	IsActive    bool      `json:"is_active"`
	IsSuperuser bool      `json:"is_superuser"`
	CreatedAt   time.Time `json:"created_at" doc:"In UTC (RFC 3339)."`
}

func newUserResponse(u auth.User) UserResponse {
	return UserResponse{
		ID: u.ID, Email: u.Email, Username: u.Username,
		IsVerified: u.IsVerified, PendingEmail: orNull(u.PendingEmail),
		HasPassword: u.HasPassword(), IsActive: u.IsActive, IsSuperuser: u.IsSuperuser,
		CreatedAt: u.CreatedAt,
	}
}

// userOutput is the answer of an operation that shows one user.
type userOutput struct {
	Body UserResponse
}

func showUser(u auth.User, err error) (*userOutput, error) {
	if err != nil {
		return nil, err
	}
	return &userOutput{Body: newUserResponse(u)}, nil
}

// orNull shows an empty text as null.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// messageOutput is the answer of an operation that only reports success.
type messageOutput struct {
	Body struct {
		Message string `json:"message"`
	}
}

func showMessage(message string, err error) (*messageOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &messageOutput{}
	out.Body.Message = message
	return out, nil
}
