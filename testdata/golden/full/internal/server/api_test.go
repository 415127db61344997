package server_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/testkit"
)

type sampleInput struct {
	Page int64    `query:"page"`
	Tags []string `query:"tag,explode"`
	Body struct {
		Name  string `json:"name" minLength:"1"`
		Count int64  `json:"count,omitempty"`
	}
}

// newSample runs a service with an operation of the tests' own, so that they
// depend on no endpoint of the service, and returns a request that it accepts.
func newSample(t *testing.T) (*testkit.Service, testkit.Request) {
	t.Helper()
	svc := testkit.New(t, testkit.Options{})
	huma.Post(svc.API(), "/api/v1/sample", func(ctx context.Context, _ *sampleInput) (*struct{}, error) {
		return nil, ctx.Err()
	})
	request := testkit.Request{Method: "POST", Path: "/api/v1/sample", Body: map[string]string{"name": "Ada"}}
	svc.Register(t, "johndoe")
	request.Header = http.Header{"Authorization": {"Bearer " + svc.Login(t, "johndoe")}}
	return svc, request
}

// withBody is a request with another body.
func withBody(request testkit.Request, body any) testkit.Request {
	request.Body = body
	return request
}

// declared is a request with another content type.
func declared(request testkit.Request, contentType ...string) testkit.Request {
	header := http.Header{"Content-Type": contentType}
	maps.Copy(header, request.Header)
	request.Header = header
	return request
}

func TestBodyIsJSON(t *testing.T) {
	const refused, broken = "Unsupported media type", "expected JSON in UTF-8 with each name once"
	svc, sample := newSample(t)
	svc.Run(t, []testkit.Scenario{
		{Name: "as documented", Request: declared(sample, "application/json; charset=utf-8"), Status: 204},
		{Name: "UTF-16", Request: declared(sample, "application/json; charset=utf-16"), Status: 415, Detail: refused},
		{Name: "Latin-1", Request: declared(sample, `application/json; charset="ISO-8859-1"`), Status: 415, Detail: refused},
		{Name: "plain text", Request: declared(sample, "text/plain"), Status: 415, Detail: refused},
		{Name: "form", Request: declared(sample, "application/x-www-form-urlencoded"), Status: 415, Detail: refused},
		{Name: "multipart", Request: declared(sample, "multipart/form-data; boundary=x"), Status: 415, Detail: refused},
		{Name: "JSON's look-alike", Request: declared(sample, "application/json-patch+json"), Status: 415, Detail: refused},
		{Name: "two types in one line", Request: declared(sample, "text/plain, application/json"), Status: 415, Detail: refused},
		{Name: "unreadable type", Request: declared(sample, "application/json; ="), Status: 415, Detail: refused},
		{Name: "no type", Request: declared(sample), Status: 415, Detail: refused},
		{Name: "no body and no type", Request: withBody(sample, nil), Status: 415, Detail: refused},
		{Name: "empty body", Request: withBody(sample, ""), Status: 400, Detail: "request body is required"},
		{Name: "cut off", Request: withBody(sample, `{"a":`), Status: 400, Detail: broken},
		{Name: "something after it", Request: withBody(sample, `{} {}`), Status: 400, Detail: broken},
		{Name: "name twice", Request: withBody(sample, `{"a":1,"a":2}`), Status: 400, Detail: broken},
		{Name: "not UTF-8", Request: withBody(sample, "{\"a\":\"\xff\"}"), Status: 400, Detail: broken},
		{Name: "deep nest", Request: withBody(sample, strings.Repeat("[", 20_000)), Status: 400, Detail: broken},
		{Name: "number of 64 bits", Request: withBody(sample, `{"name":"Ada","count":-9223372036854775808}`), Status: 204},
		{Name: "number of 65 bits", Request: withBody(sample, `{"name":"Ada","count":9223372036854775808}`), Status: 422, Detail: "count is out of range, or not in its format"},
		{Name: "whole number with a fraction", Request: withBody(sample, `{"name":"Ada","count":5.0}`), Status: 422, Detail: "count is out of range, or not in its format"},
		{Name: "whole number with an exponent", Request: withBody(sample, `{"name":"Ada","count":1e3}`), Status: 422, Detail: "count is out of range, or not in its format"},
		{Name: "null", Request: withBody(sample, `null`), Status: 422},
		{Name: "array", Request: withBody(sample, `[]`), Status: 422},
	})
}

// A body that is compressed is refused as such, not as broken JSON.
func TestBodyIsNotEncoded(t *testing.T) {
	svc, sample := newSample(t)
	for coding, status := range map[string]int{"gzip": 415, "GZIP": 415, "br": 415, "gzip, identity": 415, "identity": 204, "Identity": 204} {
		request := declared(sample, "application/json")
		request.Header.Set("Content-Encoding", coding)
		response := svc.Expect(t, status, request)
		if accepted := response.Header.Get("Accept-Encoding"); (accepted == "identity") != (status == 415) {
			t.Errorf("%s: accepts %q", coding, accepted)
		}
	}
}

// Types of media have no case (RFC 9110 §8.3.1).
func TestMediaTypeInOtherCase(t *testing.T) {
	svc, sample := newSample(t)
	svc.Expect(t, 204, declared(sample, "Application/JSON ;charset=UTF-8"))
	svc.Expect(t, 204, declared(sample, "application/json;charset=US-ASCII"))
}

func TestBodyIsBounded(t *testing.T) {
	full := `"` + strings.Repeat("x", 64<<10-2) + `"`
	svc, sample := newSample(t)
	svc.Run(t, []testkit.Scenario{
		{Name: "64 KiB", Request: withBody(sample, full), Status: 422},
		{Name: "one byte more", Request: withBody(sample, full+" "), Status: 413, Detail: "Request body is larger than 64 KiB"},
		{Name: "chunked, so of unknown length", Request: withBody(sample, io.MultiReader(strings.NewReader(full), strings.NewReader(" "))),
			Status: 413, Detail: "Request body is larger than 64 KiB"},
		{Name: "endless", Request: withBody(sample, endless{}), Status: 413, Detail: "Request body is larger than 64 KiB"},
		{Name: "where there is nothing", Request: testkit.Request{Method: "GET", Path: "/nothing", Body: full + " "},
			Status: 413, Detail: "Request body is larger than 64 KiB"},
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// A query of which a part would be dropped is not understood.
func TestMalformedQuery(t *testing.T) {
	svc, sample := newSample(t)
	for _, query := range []string{"cursor=1;x", "a=%zz", "%", "a=1&b=2;c=3", ";"} {
		for _, path := range []string{"/health", sample.Path, "/nothing"} {
			request := sample
			if path != sample.Path {
				request = testkit.Request{Method: "GET"}
			}
			request.Path = path + "?" + query
			if got := svc.Expect(t, 400, request).Problem(t).Detail; got != "Malformed query" {
				t.Errorf("%s is refused with %q", request.Path, got)
			}
		}
	}
	sample.Path += "?a=1&a=2&%C3%A9=%3B&b"
	svc.Expect(t, 204, sample)
}

// A parameter that takes one value is refused when it has two, equal or not, so
// that nothing in front of the service can have read another one.
func TestParametersStandOnce(t *testing.T) {
	svc, sample := newSample(t)
	for query, status := range map[string]int{
		"page=1": 204, "page=1&page=2": 422, "page=1&page=1": 422, "page=1&pag%65=2": 422, "page=&page=": 422,
		"page=1&Page=2": 204, "tag=a&tag=b&page=1": 204, "a=1&a=2": 204,
	} {
		request := sample
		request.Path += "?" + query
		response := svc.Expect(t, status, request)
		if detail := "page must stand once in the query"; status == 422 && response.Problem(t).Detail != detail {
			t.Errorf("%s is refused with %q, not %q", query, response.Problem(t).Detail, detail)
		}
	}
}

func TestRefusedValuesAreNotRepeated(t *testing.T) {
	const secret = "98765432109876" // longer than any time in the log
	svc, sample := newSample(t)
	for _, body := range []string{
		`{"name":{"` + "x" + `":"` + secret + `"}}`,
		`{"unknown":"` + secret + `"}`,
		`["` + secret + `"]`,
		`"` + secret + `"`,
		`{"name":"` + secret,
		`{"name":"` + secret + `" oops}`,
		`{"name":"\ud800` + secret + `"}`,
		`{"name":1e` + secret + `}`,
		`{"name":` + secret + `}`,
	} {
		if response := svc.Do(t, withBody(sample, body)); response.Status < 400 || strings.Contains(response.Body, secret) {
			t.Errorf("%s: status %d, body %s", body, response.Status, response.Body)
		}
	}
	if strings.Contains(svc.Log.String(), secret) {
		t.Error("a refused value is in the log")
	}
}
