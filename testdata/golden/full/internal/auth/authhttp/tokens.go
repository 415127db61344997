package authhttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

// TokenResponse is what a log-in or a refresh returns (RFC 6749 §5.1).
type TokenResponse struct {
	AccessToken string `json:"access_token" doc:"A JWT, to be sent as Authorization: Bearer."`
	TokenType   string `json:"token_type" enum:"bearer"`
	ExpiresIn   int    `json:"expires_in" doc:"Seconds until the access token expires." example:"1800"`

	RefreshToken string `json:"refresh_token" doc:"Good for one use at /auth/refresh."`
}

type tokenOutput struct {
	Body TokenResponse
}

func showTokens(pair auth.TokenPair, err error) (*tokenOutput, error) {
	if err != nil {
		return nil, err
	}
	return &tokenOutput{Body: TokenResponse{
		AccessToken: pair.AccessToken, TokenType: "bearer", ExpiresIn: int(pair.ExpiresIn.Seconds()),
		RefreshToken: pair.RefreshToken,
	}}, nil
}

// formerContext is where the token is kept that has come along with a log-in.
type formerContext struct{}

// noteFormer keeps it for the handler.
func (e endpoints) noteFormer(ctx huma.Context, next func(huma.Context)) {
	if token, err := sentWith(ctx).bearer(); err == nil {
		ctx = huma.WithValue(ctx, formerContext{}, token)
	}
	next(ctx)
}

// showLogin shows the tokens of a log-in, which replaces the session that noteFormer
// has met.
func (e endpoints) showLogin(ctx context.Context, pair auth.TokenPair, err error) (*tokenOutput, error) {
	if former, ok := ctx.Value(formerContext{}).(string); ok && err == nil {
		err = e.accounts.ReplaceSession(ctx, former, pair)
	}
	return showTokens(pair, err)
}
