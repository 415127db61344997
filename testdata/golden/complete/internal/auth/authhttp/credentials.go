package authhttp

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

// credentials are what a request sends to prove who its user is.
type credentials struct {
	authorization []string // the headers of that name
}

// sentWith returns the credentials of a request.
func sentWith(ctx huma.Context) credentials {
	var authorization []string
	ctx.EachHeader(func(name, value string) {
		if name == "Authorization" {
			authorization = append(authorization, value)
		}
	})
	sent := credentials{authorization: authorization}
	return sent
}

// bearer returns the token of the one Authorization header (RFC 6750 §2.1).
func (c credentials) bearer() (string, error) {
	if len(c.authorization) == 0 {
		return "", auth.ErrNotAuthenticated
	}
	scheme, token, _ := strings.Cut(c.authorization[0], " ")
	if len(c.authorization) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return "", auth.ErrNotAuthenticated
	}
	return strings.TrimSpace(token), nil
}
