package server

import (
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

func isPublic(op *huma.Operation) bool {
	return slices.Contains(public, op.Method+" "+op.Path)
}

func unlessPublic(guard func(huma.Context, func(huma.Context))) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if isPublic(ctx.Operation()) {
			next(ctx)
			return
		}
		guard(ctx, next)
	}
}
