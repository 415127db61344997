package authhttp

import "example.com/myapi/internal/auth"

// TokenResponse is what a log-in returns (RFC 6749 §5.1).
type TokenResponse struct {
	AccessToken string `json:"access_token" doc:"A JWT, to be sent as Authorization: Bearer."`
	TokenType   string `json:"token_type" enum:"bearer"`
	ExpiresIn   int    `json:"expires_in" doc:"Seconds until the access token expires." example:"1800"`
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
	}}, nil
}
