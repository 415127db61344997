package server_test

import (
	"net/http"
	"testing"

	"example.com/myapi/internal/testkit"
)

func TestUnknownRoutes(t *testing.T) {
	request := func(method, path string) testkit.Request { return testkit.Request{Method: method, Path: path} }
	testkit.New(t, testkit.Options{}).Run(t, []testkit.Scenario{
		{Name: "path", Request: request("GET", "/nothing"), Status: 404, Detail: "Not found"},
		{Name: "root", Request: request("GET", "/"), Status: 404, Detail: "Not found"},
		{Name: "below a route", Request: request("GET", "/health/more"), Status: 404, Detail: "Not found"},
		{Name: "slash at the end", Request: request("GET", "/health/"), Status: 404, Detail: "Not found"},
		{Name: "other case", Request: request("GET", "/Health"), Status: 404, Detail: "Not found"},
		{Name: "method", Request: request("DELETE", "/health"), Status: 405, Detail: "Method not allowed",
			Header: map[string]string{"Allow": "GET, HEAD"}},
		{Name: "method that nobody knows", Request: request("BREW", "/health"), Status: 405, Detail: "Method not allowed",
			Header: map[string]string{"Allow": "GET, HEAD"}},
		{Name: "OPTIONS", Request: request("OPTIONS", "/health"), Status: 405, Detail: "Method not allowed",
			Header: map[string]string{"Allow": "GET, HEAD", "Access-Control-Allow-Origin": ""}},
		{Name: "TRACE", Request: request("TRACE", "/health"), Status: 405, Detail: "Method not allowed"},
		{Name: "sample with GET", Request: request("GET", sample().Path), Status: 405, Detail: "Method not allowed",
			Header: map[string]string{"Allow": "POST"}},
	})
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

// A path is cleaned before a route is chosen, so it cannot pass one route's
// guard and reach another's handler.
func TestPathsAreCleaned(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for path, want := range map[string]string{
		"//health":         "/health",
		"/./health":        "/health",
		"/docs/../health":  "/health",
		"/..//../health":   "/health",
		"/docs//../health": "/health",
	} {
		response := svc.Do(t, testkit.Request{Method: "GET", Path: "http://example.com" + path})
		if location := response.Header.Get("Location"); response.Status/100 != 3 || location != want {
			t.Errorf("%s = %d to %q, want a redirect to %q", path, response.Status, location, want)
		}
	}
	for _, path := range []string{"/%68ealth/", "/health%2f", "/health%00", "/docs%2f..%2fhealth"} {
		if response := svc.Do(t, testkit.Request{Method: "GET", Path: path}); response.Status != 404 {
			t.Errorf("%s = %d, want 404", path, response.Status)
		}
	}
}
