package authhttp

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/problem"
)

// AcceptForms lets pages of other origins send forms, too: of those that allowed
// reports.
func (g *Guard) AcceptForms(allowed func(origin string) bool) { g.forms = allowed }

// addForm adds an operation that takes a form. A browser sends that for a page of
// any site without asking first, and each wrong password would count against the
// network of its user. JSON it sends only where CORS allows it.
func addForm[I, O any](e endpoints, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.Middlewares = append(huma.Middlewares{e.ofOwnPages}, op.Middlewares...)
	op.Errors = append(op.Errors, http.StatusForbidden)
	add(e, op, handler)
}

// ofOwnPages refuses requests of other sites' pages, by the Fetch Metadata of the
// browser or, without it, by the Origin. A request with neither is no browser's.
func (e endpoints) ofOwnPages(ctx huma.Context, next func(huma.Context)) {
	sent := http.Request{Method: ctx.Method(), Host: cmp.Or(ctx.Header("Host"), ctx.Host()), Header: http.Header{}}
	for _, name := range []string{"Sec-Fetch-Site", "Origin"} {
		sent.Header.Set(name, ctx.Header(name))
	}
	var rules http.CrossOriginProtection
	if rules.Check(&sent) == nil || e.guard.forms != nil && e.guard.forms(sent.Header.Get("Origin")) {
		next(ctx)
		return
	}
	e.guard.log.WarnContext(ctx.Context(), "security event", "event", "authz_fail")
	problem.WriteOperation(ctx, http.StatusForbidden, "Cross-origin request refused")
}
