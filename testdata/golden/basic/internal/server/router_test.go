package server_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/testkit"
)

func TestUnknownRoutes(t *testing.T) {
	request := func(method, path string) testkit.Request { return testkit.Request{Method: method, Path: path} }
	svc, sample := newSample(t)
	svc.Run(t, []testkit.Scenario{
		{Name: "path", Request: request("GET", "/nothing"), Status: 404, Detail: "Not found"},
		{Name: "root", Request: request("GET", "/"), Status: 404, Detail: "Not found"},
		{Name: "below a route", Request: request("GET", "/health/more"), Status: 404, Detail: "Not found"},
		{Name: "file that the docs do not have", Request: request("GET", "/docs/nothing"), Status: 404, Detail: "Not found"},
		{Name: "slash at the end", Request: request("GET", "/health/"), Status: 404, Detail: "Not found"},
		{Name: "other case", Request: request("GET", "/Health"), Status: 404, Detail: "Not found"},
		{Name: "method", Request: request("DELETE", "/health"), Status: 405, Detail: "Method not allowed",
			Header: map[string]string{"Allow": "GET, HEAD"}},
		{Name: "method that nobody knows", Request: request("BREW", "/health"), Status: 405, Detail: "Method not allowed",
			Header: map[string]string{"Allow": "GET, HEAD"}},
		{Name: "OPTIONS", Request: request("OPTIONS", "/health"), Status: 405, Detail: "Method not allowed",
			Header: map[string]string{"Allow": "GET, HEAD", "Access-Control-Allow-Origin": ""}},
		{Name: "TRACE", Request: request("TRACE", "/health"), Status: 405, Detail: "Method not allowed"},
		{Name: "sample with GET", Request: request("GET", sample.Path), Status: 405, Detail: "Method not allowed",
			Header: map[string]string{"Allow": "POST"}},
	})
}

// OPTIONS is answered with the methods that have a route for the path, and with no
// others: those are answered 405.
func TestAllowListsTheMethodsOfAPath(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	placeholder := regexp.MustCompile(`\{[^}]*\}`)
	for route, item := range svc.OpenAPI().Paths {
		path := placeholder.ReplaceAllString(route, "7")
		svc.Expect(t, 404, testkit.Request{Method: "OPTIONS", Path: path + "/of/nobody"})
		allowed := strings.Split(svc.Expect(t, 405, testkit.Request{Method: "OPTIONS", Path: path}).Header.Get("Allow"), ", ")
		for method, operation := range map[string]*huma.Operation{
			"GET": item.Get, "HEAD": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete, "TRACE": item.Trace,
		} {
			isAllowed := slices.Contains(allowed, method)
			if operation != nil && !isAllowed {
				t.Errorf("OPTIONS %s allows %q, without %s", path, allowed, method)
			}
			if status := svc.Do(t, testkit.Request{Method: method, Path: path}).Status; isAllowed == (status == 405) {
				t.Errorf("OPTIONS %s allows %q, and %s is answered %d", path, allowed, method, status)
			}
		}
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	address, _ := testkit.New(t, testkit.Options{}).Listen(t)
	response, err := http.Head("http://" + address + "/health")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 200 || response.Header.Get("Content-Type") != "application/json" || response.ContentLength < 0 {
		t.Errorf("HEAD /health = %d, %v, %d bytes", response.StatusCode, response.Header, response.ContentLength)
	}
}

// plainAPI adds operations to the service's router that need no user.
func plainAPI(svc *testkit.Service) huma.API {
	config := huma.DefaultConfig("plain", "1")
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil
	return huma.NewAPI(config, svc.API().Adapter())
}

type nameInput struct {
	Name string `path:"name"`
}

type nameOutput struct{ Body string }

// A variable is one segment of the path, unescaped once, and a path means the
// same whichever of its characters are escaped.
func TestPathVariables(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	huma.Get(plainAPI(svc), "/hello/{name}/end", func(_ context.Context, in *nameInput) (*nameOutput, error) {
		return &nameOutput{in.Name}, nil
	})
	huma.Get(plainAPI(svc), "/hello/{name}", func(_ context.Context, in *nameInput) (*nameOutput, error) {
		return &nameOutput{in.Name}, nil
	})
	for path, want := range map[string]string{
		"/hello/ada":           "ada",
		"/hello/ada/end":       "ada",
		"/hello/a%20b":         "a b",
		"/hello/a+b":           "a+b",
		"/hello/a%2Bb":         "a+b",
		"/hello/a%2fb":         "a/b",
		"/hello/a%2Fb+c/end":   "a/b+c",
		"/hello/a%2F%2525":     "a/%25",
		"/hello/100%25":        "100%",
		"/hello/%2525":         "%25",
		"/hello/%C3%BC":        "ü",
		"/hello/a;b=c,d":       "a;b=c,d",
		"/hello/a:b*c":         "a:b*c",
		"/hello/a.b-c~d":       "a.b-c~d",
		"/hello/...":           "...",
		"/%68ello/ada":         "ada",
		"/%68ello/a%2Fb/%65nd": "a/b",
	} {
		var got string
		response := svc.Do(t, testkit.Request{Method: "GET", Path: path})
		if response.Status == http.StatusOK {
			response.JSON(t, &got)
		}
		if got != want {
			t.Errorf("%s = %d, name %q, want %q", path, response.Status, got, want)
		}
	}
	for _, path := range []string{"/hello/", "/hello", "/hello/a/b", "/hello/a/", "/hello/ada/end/", "/hello//end", "/hello%2fada", "/Hello/ada", "/hello/ada/END"} {
		if response := svc.Do(t, testkit.Request{Method: "GET", Path: path}); response.Status == http.StatusOK {
			t.Errorf("%s = %d %s", path, response.Status, response.Body)
		}
	}
	if response := svc.Expect(t, http.StatusMethodNotAllowed, testkit.Request{Method: "PATCH", Path: "/hello/ada"}); response.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("PATCH allows %q", response.Header.Get("Allow"))
	}
	svc.Expect(t, http.StatusNotFound, testkit.Request{Method: "PATCH", Path: "/hello/a/b"})
}

// A path that is not clean has no route. Nothing redirects to the clean one, so
// there is one path for each route, and one guard before it.
func TestPathsAreNotCleaned(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for _, path := range []string{
		"//health", "/./health", "/docs/../health", "/..//../health", "/docs//../health", "/health//", "/health/.", "/HEALTH",
		"/%68ealth/", "/health%2f", "/health%2F", "/health%00", "/%2fhealth", "/docs%2f..%2fhealth", "/docs/%2e%2e/health",
	} {
		response := svc.Do(t, testkit.Request{Method: "GET", Path: "http://example.com" + path})
		if response.Status != 404 || response.Header.Get("Location") != "" {
			t.Errorf("%s = %d to %q, want 404", path, response.Status, response.Header.Get("Location"))
		}
	}
}
