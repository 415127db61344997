package authhttp

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

// RequireSecondFactor admits users who logged in with a second factor: 401
// otherwise, as in RFC 9470.
func (g *Guard) RequireSecondFactor(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.secondFactor)
}

func (g *Guard) secondFactor(ctx context.Context, sent credentials) (context.Context, error) {
	ctx, err := g.user(ctx, sent)
	if err == nil {
		err = g.accounts.CheckFactor(CurrentIdentity(ctx))
	}
	return ctx, err
}

// settingUp lists what those can do who must have a second factor and have none.
func settingUp() []string {
	return []string{
		"GET /api/v1/users/me",
		"GET /api/v1/users/me/second-factor",
		"POST /api/v1/users/me/totp",
		"POST /api/v1/users/me/totp/confirm",
		"POST /api/v1/users/me/passkeys/options",
		"POST /api/v1/users/me/passkeys",
		"GET /api/v1/users/me/passkeys",
		"PUT /api/v1/users/me/passkeys/{id}",
		"DELETE /api/v1/users/me/passkeys/{id}",
		"POST /api/v1/auth/logout",
		"POST /api/v1/auth/logout-all",
		"GET /api/v1/auth/session",
	}
}

// checkFactorRule refuses the session of somebody who must set up a second factor
// first, but for what that takes.
func (g *Guard) checkFactorRule(ctx context.Context, sent credentials) error {
	err := g.accounts.CheckFactorRule(ctx, CurrentIdentity(ctx))
	if err == error(auth.ErrSetUpFactor) && sent.operation != nil && slices.Contains(settingUp(), sent.operation.Method+" "+sent.operation.Path) {
		return nil
	}
	return err
}

// codeChallenge is the WWW-Authenticate header of a refusal that a code would have
// prevented (RFC 9470 §3).
func codeChallenge(e *auth.Error) string {
	if e == auth.ErrInvalidCode {
		return "Bearer"
	}
	return fmt.Sprintf(`Bearer error="insufficient_user_authentication", error_description=%q`, e.Detail)
}

// SecondFactorRequired is the answer to a right password of a user with a second
// factor: an error with what the next step needs (RFC 9457 §3.2).
type SecondFactorRequired struct {
	Status     int      `json:"status" enum:"401"`
	Title      string   `json:"title"`
	Detail     string   `json:"detail"`
	LoginToken string   `json:"login_token" doc:"For the second step."`
	Methods    []string `json:"methods" nullable:"false" doc:"The ways to take the second step."`
	ExpiresIn  int      `json:"expires_in" doc:"Seconds until the token expires." example:"600"`
}

func (e *SecondFactorRequired) Error() string { return e.Detail }

// GetStatus is that of huma.StatusError.
func (e *SecondFactorRequired) GetStatus() int { return e.Status }

// ContentType is that of huma.ContentTypeFilter.
func (e *SecondFactorRequired) ContentType(string) string { return "application/problem+json" }

func (g *Guard) askForCode(step *auth.StepRequired) error {
	return huma.ErrorWithHeaders(&SecondFactorRequired{
		Status: http.StatusUnauthorized, Title: http.StatusText(http.StatusUnauthorized), Detail: step.Error(),
		LoginToken: step.LoginToken, Methods: step.Methods, ExpiresIn: int(step.Lifetime.Seconds()),
	}, http.Header{"WWW-Authenticate": {codeChallenge(auth.ErrSecondFactor)}})
}
