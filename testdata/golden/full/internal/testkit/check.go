package testkit

import (
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// check fails the test when a response breaks a rule for all of them: the
// headers that protect browsers, errors as problem details, nothing that looks
// like a password's hash, and the truth of the OpenAPI document.
func (svc *Service) check(t testing.TB, r *http.Request, response Response) {
	t.Helper()
	failed := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s %s = %d: "+format+"\n%s", append(append([]any{r.Method, r.URL.Path, response.Status}, args...), response.Body)...)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
	} {
		if got := response.Header.Get(name); got != want {
			failed("%s is %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"object-src 'none'", "base-uri 'none'", "form-action '", "frame-ancestors 'none'"} {
		if got := response.Header.Get("Content-Security-Policy"); !strings.Contains(got, want) {
			failed("Content-Security-Policy is %q, want %s in it", got, want)
		}
	}
	docs := strings.HasPrefix(r.URL.Path, "/docs")
	if got := response.Header.Get("Cache-Control"); got != "no-store" && !docs {
		failed("Cache-Control is %q, want no-store", got)
	}
	if response.Header.Get("X-Request-ID") == "" {
		failed("X-Request-ID is missing")
	}
	if len(response.Header.Values("Set-Cookie")) > 0 && !svc.tellsCookie(r, response) {
		failed("a cookie is set")
	}
	for _, unwanted := range []string{`"hashed_password"`, "$2a$", "$2b$", "$schema"} {
		if strings.Contains(response.Body, unwanted) && !docs {
			failed("the body has %q", unwanted)
		}
	}
	if response.Status >= 400 && r.Method != http.MethodHead && !svc.tellsPage(r, response) {
		p := response.Problem(t)
		if got := response.Header.Get("Content-Type"); got != "application/problem+json" {
			failed("Content-Type of an error is %q", got)
		}
		if p.Status != response.Status || p.Title != http.StatusText(response.Status) || p.Detail == "" {
			failed("problem is %+v", p)
		}
	}
	if fault := svc.undocumented(r, response); fault != "" {
		failed("the OpenAPI document tells otherwise: %s", fault)
	}
}

// undocumented returns how a response differs from the OpenAPI document of its
// operation. Routes that are not operations can't differ.
func (svc *Service) undocumented(r *http.Request, response Response) string {
	operation := svc.operation(r)
	if operation == nil {
		return ""
	}
	documented, ok := operation.Responses[strconv.Itoa(response.Status)]
	if !ok {
		return "no such status"
	}
	for _, name := range []string{"WWW-Authenticate", "Retry-After"} {
		if response.Status == http.StatusServiceUnavailable && response.Header.Get(name) == "" {
			continue // A handler of your own may not know when.
		}
		if response.Status == http.StatusForbidden && response.Header.Get(name) == "" {
			continue // It comes with the lack of a scope only.
		}
		if told := documented.Headers[name] != nil; told != (response.Header.Get(name) != "") {
			return name + " is told or sent, but not both"
		}
	}
	if response.Body == "" {
		if len(documented.Content) > 0 && r.Method != http.MethodHead {
			return "there should be a body"
		}
		return ""
	}
	mediaType, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	content, ok := documented.Content[mediaType]
	if err != nil || !ok {
		return "no such content type"
	}
	if !strings.HasSuffix(mediaType, "json") {
		return ""
	}
	var body any
	if err := json.Unmarshal([]byte(response.Body), &body); err != nil {
		return err.Error()
	}
	var result huma.ValidateResult
	huma.Validate(svc.OpenAPI().Components.Schemas, content.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, body, &result)
	if len(result.Errors) > 0 {
		return result.Errors[0].Error()
	}
	return ""
}

// operation finds the operation of a request. Of paths that match, the one with
// fewer variables is meant: /users/me is not /users/{id}.
func (svc *Service) operation(r *http.Request) *huma.Operation {
	var found *huma.PathItem
	fewest := 100
	for path, item := range svc.OpenAPI().Paths {
		if n, ok := variables(path, r.URL.Path); ok && n < fewest {
			found, fewest = item, n
		}
	}
	if found == nil {
		return nil
	}
	return map[string]*huma.Operation{
		http.MethodGet: found.Get, http.MethodPost: found.Post, http.MethodPut: found.Put,
		http.MethodPatch: found.Patch, http.MethodDelete: found.Delete,
	}[r.Method]
}

// variables counts the variables of a path template that matches path.
func variables(template, path string) (n int, ok bool) {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return 0, false
	}
	for i := range want {
		if strings.HasPrefix(want[i], "{") {
			n++
		} else if want[i] != got[i] {
			return 0, false
		}
	}
	return n, true
}
