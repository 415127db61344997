package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

var (
	asset   = regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	address = regexp.MustCompile(`(?i)(?:https?:)?//[a-z0-9-]+\.[a-z]`)
)

func TestDocsComeFromTheBinary(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	page := svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/docs"})
	if found := address.FindString(page.Body); found != "" {
		t.Errorf("the page names another host: %s", found)
	}
	assets := asset.FindAllStringSubmatch(page.Body, -1)
	if len(assets) < 3 {
		t.Fatalf("the page has too few files to be Swagger UI: %v", assets)
	}
	for _, a := range assets {
		if !strings.HasPrefix(a[1], "/docs/") {
			t.Errorf("the page loads %s", a[1])
			continue
		}
		svc.Expect(t, 200, testkit.Request{Method: "GET", Path: a[1]})
	}
	if got := page.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type = %q", got)
	}
	policy := page.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'self'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "http") {
		t.Errorf("Content-Security-Policy = %q", policy)
	}
	if !strings.Contains(page.Body, "/openapi.json") {
		t.Error("the page does not load /openapi.json")
	}
}

// The documentation begins with how to try it, and then with what people do
// first.
func TestDocsFollowTheWork(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	page := svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/docs"})
	sorter := regexp.MustCompile(`operationsSorter: .*const ids = (\[.*?\]),`).FindStringSubmatch(page.Body)
	if sorter == nil {
		t.Fatalf("the page does not sort its operations: %s", page.Body)
	}
	var ids []string
	if err := json.Unmarshal([]byte(sorter[1]), &ids); err != nil {
		t.Fatal(err)
	}
	register, login, me := slices.Index(ids, "register"), slices.Index(ids, "login"), slices.Index(ids, "get-me")
	if register < 0 || login < register || me < login {
		t.Errorf("the order is %q", ids)
	}
	var document struct{ Info struct{ Description string } }
	svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/openapi.json"}).JSON(t, &document)
	if !strings.Contains(document.Info.Description, "Try it out") {
		t.Errorf("the document begins with %q", document.Info.Description)
	}
}

func TestDocsCanBeOff(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.DocsEnabled = false }})
	for _, path := range []string{"/docs", "/docs/", "/docs/swagger-ui.css", "/openapi.json"} {
		svc.Expect(t, 404, testkit.Request{Method: "GET", Path: path})
	}
}

// A project that keeps its document, for clients and reviews, keeps it up to date.
func TestOpenAPIFileIsCurrent(t *testing.T) {
	const path = "api/openapi.json"
	kept, err := os.ReadFile("../../" + path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("there is no %s, which make openapi writes", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	document, err := server.Document()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.ReplaceAll(kept, []byte("\r\n"), []byte("\n")), document) {
		t.Errorf("%s is not what the service answers today: run make openapi, and look at the difference", path)
	}
}

func TestDocumentIsTheOneThatIsServed(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.AppName = settings.Defaults().AppName }})
	document, err := server.Document()
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, document); err != nil {
		t.Fatal(err)
	}
	if served := svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/openapi.json"}).Body; served != compact.String() {
		t.Errorf("Document returns\n%s\nbut this is served\n%s", compact.String(), served)
	}
}

func TestDocumentedOperationsExist(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Summary     string
			Responses   map[string]any
		}
	}
	svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/openapi.json"}).JSON(t, &document)
	if !strings.HasPrefix(document.OpenAPI, "3.1") || len(document.Paths) == 0 {
		t.Fatalf("not a document: %+v", document)
	}
	ids := map[string]bool{}
	for path, methods := range document.Paths {
		for method, operation := range methods {
			if !slices.Contains(svc.Patterns(), strings.ToUpper(method)+" "+path) {
				t.Errorf("%s %s is documented, but no route", method, path)
			}
			if operation.OperationID == "" || ids[operation.OperationID] || operation.Summary == "" {
				t.Errorf("%s %s: operation id %q, summary %q", method, path, operation.OperationID, operation.Summary)
			}
			ids[operation.OperationID] = true
			if _, ok := operation.Responses["500"]; !ok || operation.Responses["default"] != nil {
				t.Errorf("%s %s: responses are %v", method, path, operation.Responses)
			}
		}
	}
	for _, pattern := range svc.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		_, documented := document.Paths[path][strings.ToLower(method)]
		if strings.HasPrefix(path, "/api/") && !documented {
			t.Errorf("%s is not documented", pattern)
		}
	}
}

// Types of the same name, as two packages have them, stand in one document.
func TestTypesOfOneName(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	func() {
		type output struct{ Body struct{ First string } }
		huma.Get(svc.API(), "/health/first", func(context.Context, *struct{}) (*output, error) { return nil, nil })
	}()
	func() {
		type output struct{ Body struct{ Second int } }
		huma.Get(svc.API(), "/health/second", func(context.Context, *struct{}) (*output, error) { return nil, nil })
		type ErrorModel struct{ Third bool }
		huma.Get(svc.API(), "/health/third", func(context.Context, *struct{}) (*struct{ Body ErrorModel }, error) { return nil, nil })
	}()
	schemas := svc.OpenAPI().Components.Schemas.Map()
	for _, property := range []string{"First", "Second", "Third"} {
		if !slices.ContainsFunc(slices.Collect(maps.Values(schemas)), func(s *huma.Schema) bool { return s.Properties[property] != nil }) {
			t.Errorf("no schema has %s", property)
		}
	}
	if schema := schemas["ErrorModel"]; schema == nil || schema.Properties["detail"] == nil {
		t.Errorf("ErrorModel is %+v, want the one of errors", schema)
	}
}
