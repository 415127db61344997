package server_test

import (
	"net/http"
	"testing"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func TestOrigins(t *testing.T) {
	const own = "https://app.example.com"
	from := func(method, origin string, preflight bool) testkit.Request {
		header := http.Header{"Origin": {origin}}
		if preflight {
			header.Set("Access-Control-Request-Method", "PUT")
			header.Set("Access-Control-Request-Headers", "authorization,content-type")
		}
		return testkit.Request{Method: method, Path: "/health", Header: header}
	}
	closed := map[string]string{"Access-Control-Allow-Origin": "", "Access-Control-Allow-Methods": "", "Access-Control-Allow-Credentials": ""}
	open := map[string]string{"Access-Control-Allow-Origin": own, "Access-Control-Allow-Credentials": ""}
	preflight := map[string]string{
		"Access-Control-Allow-Origin": own, "Access-Control-Allow-Methods": "PUT",
		"Access-Control-Allow-Headers": "authorization,content-type", "Access-Control-Allow-Credentials": "",
	}
	t.Run("with an allowed origin", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.CORSAllowedOrigins = []string{own} }})
		svc.Run(t, []testkit.Scenario{
			{Name: "preflight", Request: from("OPTIONS", own, true), Status: 204, Header: preflight},
			{Name: "request", Request: from("GET", own, false), Status: 200, Header: open},
			{Name: "foreign preflight", Request: from("OPTIONS", "https://evil.example", true), Status: 204, Header: closed},
			{Name: "foreign request", Request: from("GET", "https://evil.example", false), Status: 200, Header: closed},
			{Name: "subdomain", Request: from("GET", "https://x.app.example.com", false), Status: 200, Header: closed},
			{Name: "longer name", Request: from("GET", own+".evil.example", false), Status: 200, Header: closed},
			{Name: "other scheme", Request: from("GET", "http://app.example.com", false), Status: 200, Header: closed},
			{Name: "null", Request: from("GET", "null", false), Status: 200, Header: closed},
		})
	})
	t.Run("without", func(t *testing.T) {
		testkit.New(t, testkit.Options{}).Run(t, []testkit.Scenario{
			{Name: "preflight", Request: from("OPTIONS", own, true), Status: 405, Detail: "Method not allowed", Header: closed},
			{Name: "request", Request: from("GET", own, false), Status: 200, Header: closed},
		})
	})
}
