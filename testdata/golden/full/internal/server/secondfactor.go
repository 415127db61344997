package server

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/problem"
)

// registerSecondFactor adds the endpoints of second factors, and describes in all
// operations that are added later how they meet one.
func (s *Server) registerSecondFactor(guard *authhttp.Guard) {
	s.api.OpenAPI().OnAddOperation = append(s.api.OpenAPI().OnAddOperation, documentSecondFactor)
	authhttp.RegisterSecondFactor(s.api, s.Auth, guard, s.limits)
}

// documentSecondFactor describes the answer to a right password, and that of a
// session that has to set up a second factor first.
func documentSecondFactor(document *huma.OpenAPI, op *huma.Operation) {
	refused := &huma.Schema{Ref: "#/components/schemas/ErrorModel"}
	switch {
	case op.OperationID == "login" || op.OperationID == "login-with-form" || op.OperationID == "login-with-provider":
		step := document.Components.Schemas.Schema(reflect.TypeFor[authhttp.SecondFactorRequired](), true, "")
		op.Responses["401"].Content[problem.ContentType].Schema = &huma.Schema{OneOf: []*huma.Schema{refused, step}}
	case !isPublic(op) && op.Responses["403"] == nil:
		op.Responses["403"] = &huma.Response{
			Description: http.StatusText(http.StatusForbidden),
			Content:     map[string]*huma.MediaType{problem.ContentType: {Schema: refused}},
		}
	}
}
