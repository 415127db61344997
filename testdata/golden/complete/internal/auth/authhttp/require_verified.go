package authhttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

// RequireVerified lets users through whose e-mail is confirmed: 401, or 403
// "User not verified", otherwise.
func (g *Guard) RequireVerified(ctx huma.Context, next func(huma.Context)) {
	g.operation(ctx, next, g.verified)
}

func (g *Guard) verified(ctx context.Context, authorization []string) (context.Context, error) {
	ctx, err := g.user(ctx, authorization)
	if err == nil && !CurrentUser(ctx).IsVerified {
		err = auth.ErrNotVerified
	}
	return ctx, err
}
