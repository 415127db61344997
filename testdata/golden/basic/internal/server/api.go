package server

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	jsonv2 "github.com/go-json-experiment/json"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/problem"
)

// exactNames makes huma compare the names of JSON fields exactly, as the decoder
// below does: for both, "Email" is not "email".
var exactNames = sync.OnceFunc(func() { huma.ValidateStrictCasing = true })

// config describes the API to huma: JSON only, and errors that neither repeat
// what was sent nor reveal what went wrong inside.
func (s *Server) config() huma.Config {
	exactNames()
	config := huma.DefaultConfig(s.Settings.AppName, "1.0.0")
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil
	config.Components.Schemas = schemas()
	json := huma.Format{
		Marshal:   huma.DefaultJSONFormat.Marshal,
		Unmarshal: decode,
	}
	config.Formats = map[string]huma.Format{"application/json": json, "json": json}
	config.Transformers = []huma.Transformer{problem.Redact(s.Log)}
	config.OnAddOperation = append(config.OnAddOperation, s.document)
	s.introduce(&config)
	return config
}

// schemas holds the schemas of the document. Of an error, clients can count on
// what every error has.
func schemas() huma.Registry {
	const prefix = "#/components/schemas/"
	registry := huma.NewMapRegistry(prefix, schemaNames())
	problem := registry.SchemaFromRef(registry.Schema(reflect.TypeFor[huma.ErrorModel](), true, "").Ref)
	problem.Required = []string{"title", "status", "detail"}
	problem.PrecomputeMessages()
	return registry
}

// schemaNames returns the namer of schemas: a type has its own name, and the bodies
// of loginInput and healthOutput are LoginRequest and HealthResult (generators of
// clients call the whole answer of an operation HealthResponse). huma panics at a
// name that another type has; here the second one is told apart by its package,
// or by a number.
func schemaNames() func(reflect.Type, string) string {
	owners := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		base := huma.DefaultSchemaNamer(t, hint)
		if t.Kind() != reflect.Struct {
			return base
		}
		if t.Name() == "" {
			base = strings.NewReplacer("InputBody", "Request", "OutputBody", "Result").Replace(base)
		}
		name := base
		for n := 2; owners[name] != nil && owners[name] != t; n++ {
			name = base + strconv.Itoa(n)
			if home := path.Base(t.PkgPath()); n == 2 && t.PkgPath() != "" {
				name = strings.ToUpper(home[:1]) + home[1:] + base
			}
		}
		owners[name] = t
		return name
	}
}

// decode, unlike encoding/json, refuses repeated names and compares names exactly,
// so that "Email" cannot slip past a check of "email". Its error does not repeat the
// input, which may be a password.
func decode(data []byte, v any) error {
	err := jsonv2.Unmarshal(data, v)
	var value *jsonv2.SemanticError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &value): // What the schema allows can still be too large a number.
		return fmt.Errorf("%s is out of range, or not in its format", strings.TrimPrefix(string(value.JSONPointer), "/"))
	}
	return errors.New("expected JSON in UTF-8 with each name once")
}

// document adds to an operation what all operations have in common.
func (s *Server) document(_ *huma.OpenAPI, op *huma.Operation) {
	// limitBody has read the body, within these limits, before huma does.
	op.MaxBodyBytes, op.BodyReadTimeout = maxBodyBytes+1, -1
	delete(op.Responses, "default") // Each status is named.
	statuses := []int{http.StatusBadRequest, http.StatusInternalServerError}
	if op.RequestBody != nil {
		statuses = append(statuses, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge,
			http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity)
	}
	if !isPublic(op) {
		op.Security = authhttp.Security()
		statuses = append(statuses, http.StatusUnauthorized, http.StatusServiceUnavailable)
	}
	schema := &huma.Schema{Ref: "#/components/schemas/ErrorModel"}
	for _, status := range statuses {
		op.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{problem.ContentType: {Schema: schema}},
		}
	}
	for status, name := range refusalHeaders {
		if response := op.Responses[status]; response != nil {
			response.Headers = map[string]*huma.Param{name: {Schema: &huma.Schema{Type: huma.TypeString}}}
		}
	}
}

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

// refusalHeaders maps the status of a refusal to the header that tells clients how to
// go on.
var refusalHeaders = map[string]string{"401": "WWW-Authenticate", "429": "Retry-After", "503": "Retry-After"}

// requireMediaType refuses a body of a media type that the operation does not
// accept, or in a coding such as gzip (RFC 9110 §15.5.16). A browser sends forms and
// plain text across origins without asking first, but never JSON.
func requireMediaType(ctx huma.Context, next func(huma.Context)) {
	body, declared := ctx.Operation().RequestBody, ctx.Header("Content-Type")
	if body != nil && (body.Required || declared != "" && ctx.Header("Content-Length") != "0") {
		mediaType, params, err := mime.ParseMediaType(declared)
		if _, ok := body.Content[mediaType]; err != nil || !ok || !isUTF8(params["charset"]) {
			problem.WriteOperation(ctx, http.StatusUnsupportedMediaType, "Unsupported media type")
			return
		}
		if coding := ctx.Header("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
			ctx.SetHeader("Accept-Encoding", "identity")
			problem.WriteOperation(ctx, http.StatusUnsupportedMediaType, "Unsupported content encoding")
			return
		}
		ctx = declaredContext{ctx, mediaType}
	}
	next(ctx)
}

// requireSingles refuses a query that has a parameter twice of which the operation
// takes one value: which of the two counted would depend on who reads it.
func requireSingles(ctx huma.Context, next func(huma.Context)) {
	if url := ctx.URL(); url.RawQuery != "" {
		sent := url.Query()
		for _, param := range ctx.Operation().Parameters {
			if param.In == "query" && param.Schema.Type != huma.TypeArray && len(sent[param.Name]) > 1 {
				problem.WriteOperation(ctx, http.StatusUnprocessableEntity, param.Name+" must stand once in the query")
				return
			}
		}
	}
	next(ctx)
}

// isUTF8 reports whether text that is declared to be in a charset can be read as
// UTF-8, the only one of JSON (RFC 8259 §8.1).
func isUTF8(charset string) bool {
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8", "us-ascii":
		return true
	}
	return false
}

// declaredContext has the media type in lower case, as huma expects it.
type declaredContext struct {
	wrapped
	mediaType string
}

type wrapped huma.Context // A field named Context would hide the method.

func (c declaredContext) Header(name string) string {
	if name == "Content-Type" {
		return c.mediaType
	}
	return c.wrapped.Header(name)
}

// Unwrap lets the router's adapter reach its own context.
func (c declaredContext) Unwrap() huma.Context { return c.wrapped }
