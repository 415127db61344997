package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"example.com/myapi/internal/testkit"
)

// sample is a request with a JSON body that anyone may send, once.
func sample() testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1/auth/register", Body: map[string]string{
		"email": "sample@example.com", "username": "sample", "password": testkit.Password,
	}}
}

// withBody is the sample with another body.
func withBody(body any) testkit.Request {
	request := sample()
	request.Body = body
	return request
}

// declared is the sample with another content type.
func declared(contentType ...string) testkit.Request {
	request := sample()
	request.Header = http.Header{"Content-Type": contentType}
	return request
}

func TestBodyIsJSON(t *testing.T) {
	const refused, broken = "Unsupported media type", "expected JSON in UTF-8 with each name once"
	testkit.New(t, testkit.Options{}).Run(t, []testkit.Scenario{
		{Name: "as documented", Request: declared("application/json; charset=utf-8"), Status: 201},
		{Name: "UTF-16", Request: declared("application/json; charset=utf-16"), Status: 415, Detail: refused},
		{Name: "Latin-1", Request: declared(`application/json; charset="ISO-8859-1"`), Status: 415, Detail: refused},
		{Name: "plain text", Request: declared("text/plain"), Status: 415, Detail: refused},
		{Name: "form", Request: declared("application/x-www-form-urlencoded"), Status: 415, Detail: refused},
		{Name: "multipart", Request: declared("multipart/form-data; boundary=x"), Status: 415, Detail: refused},
		{Name: "JSON's look-alike", Request: declared("application/json-patch+json"), Status: 415, Detail: refused},
		{Name: "two types in one line", Request: declared("text/plain, application/json"), Status: 415, Detail: refused},
		{Name: "unreadable type", Request: declared("application/json; ="), Status: 415, Detail: refused},
		{Name: "no type", Request: declared(), Status: 415, Detail: refused},
		{Name: "no body and no type", Request: withBody(nil), Status: 415, Detail: refused},
		{Name: "empty body", Request: withBody(""), Status: 400, Detail: "request body is required"},
		{Name: "cut off", Request: withBody(`{"a":`), Status: 400, Detail: broken},
		{Name: "something after it", Request: withBody(`{} {}`), Status: 400, Detail: broken},
		{Name: "name twice", Request: withBody(`{"a":1,"a":2}`), Status: 400, Detail: broken},
		{Name: "not UTF-8", Request: withBody("{\"a\":\"\xff\"}"), Status: 400, Detail: broken},
		{Name: "deep nest", Request: withBody(strings.Repeat("[", 20_000)), Status: 400, Detail: broken},
		{Name: "null", Request: withBody(`null`), Status: 422},
		{Name: "array", Request: withBody(`[]`), Status: 422},
	})
}

// Types of media have no case (RFC 9110 §8.3.1).
func TestMediaTypeInOtherCase(t *testing.T) {
	testkit.New(t, testkit.Options{}).Expect(t, 201, declared("Application/JSON ;charset=UTF-8"))
	testkit.New(t, testkit.Options{}).Expect(t, 201, declared("application/json;charset=US-ASCII"))
}

func TestBodyIsBounded(t *testing.T) {
	full := `"` + strings.Repeat("x", 64<<10-2) + `"`
	testkit.New(t, testkit.Options{}).Run(t, []testkit.Scenario{
		{Name: "64 KiB", Request: withBody(full), Status: 422},
		{Name: "one byte more", Request: withBody(full + " "), Status: 413, Detail: "Request body is larger than 64 KiB"},
		{Name: "chunked, so of unknown length", Request: withBody(io.MultiReader(strings.NewReader(full), strings.NewReader(" "))),
			Status: 413, Detail: "Request body is larger than 64 KiB"},
		{Name: "endless", Request: withBody(endless{}), Status: 413, Detail: "Request body is larger than 64 KiB"},
		{Name: "where there is nothing", Request: testkit.Request{Method: "GET", Path: "/nothing", Body: full + " "},
			Status: 413, Detail: "Request body is larger than 64 KiB"},
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// A query of which a part would be dropped is not understood.
func TestMalformedQuery(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for _, query := range []string{"cursor=1;x", "a=%zz", "%", "a=1&b=2;c=3", ";"} {
		for _, path := range []string{"/health", sample().Path, "/nothing"} {
			request := sample()
			if path != sample().Path {
				request = testkit.Request{Method: "GET"}
			}
			request.Path = path + "?" + query
			if got := svc.Expect(t, 400, request).Problem(t).Detail; got != "Malformed query" {
				t.Errorf("%s is refused with %q", request.Path, got)
			}
		}
	}
	request := sample()
	request.Path += "?a=1&a=2&%C3%A9=%3B&b"
	svc.Expect(t, 201, request)
}

func TestRefusedValuesAreNotRepeated(t *testing.T) {
	const secret = "987654"
	svc := testkit.New(t, testkit.Options{})
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
		if response := svc.Do(t, withBody(body)); response.Status < 400 || strings.Contains(response.Body, secret) {
			t.Errorf("%s: status %d, body %s", body, response.Status, response.Body)
		}
	}
	if strings.Contains(svc.Log.String(), secret) {
		t.Error("a refused value is in the log")
	}
}
