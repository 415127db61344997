package server

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/problem"
	"example.com/myapi/internal/ratelimit"
)

// withExamples adds to the description of the API an example of each error, as this
// service words it. Without them, Swagger UI shows the same made-up example for all.
func withExamples(document *huma.OpenAPI) *huma.OpenAPI {
	for _, item := range document.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if op != nil {
				addExamples(op)
			}
		}
	}
	return document
}

func addExamples(op *huma.Operation) {
	for status, response := range op.Responses {
		code, err := strconv.Atoi(status)
		if media := response.Content[problem.ContentType]; err == nil && media != nil && media.Example == nil {
			media.Example = errorExample(op, code)
		}
	}
}

// errorExample is what any operation answers with a status. Where each has a reason of
// its own, the example names none.
func errorExample(op *huma.Operation, status int) *huma.ErrorModel {
	e := &huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: http.StatusText(status)}
	switch {
	case status == http.StatusBadRequest && op.RequestBody != nil:
		e.Detail = "expected JSON in UTF-8 with each name once"
		e.Errors = []*huma.ErrorDetail{{Message: e.Detail, Location: "body"}}
	case status == http.StatusUnauthorized && !isPublic(op):
		e.Detail = "Not authenticated"
	case status == http.StatusRequestEntityTooLarge:
		e.Detail = "Request body is larger than 64 KiB"
	case status == http.StatusUnsupportedMediaType:
		e.Detail = "Unsupported media type"
	case status == http.StatusUnprocessableEntity && op.RequestBody != nil:
		e.Detail = "expected object"
		e.Errors = []*huma.ErrorDetail{{Message: e.Detail, Location: "body"}}
	case status == http.StatusTooManyRequests:
		e.Detail = ratelimit.Detail
	case status == http.StatusInternalServerError:
		e.Detail = "Internal server error"
	case status == http.StatusServiceUnavailable:
		e.Detail = "The service is too busy"
	}
	return e
}
