package server_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"example.com/myapi/internal/testkit"
)

// problemsOf returns the examples of errors in the description of the API, by path,
// method and status.
func problemsOf(t *testing.T, svc *testkit.Service) map[string]map[string]map[string]map[string]any {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct{ Example map[string]any }
			}
		}
	}
	svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/openapi.json"}).JSON(t, &document)
	all := map[string]map[string]map[string]map[string]any{}
	for path, methods := range document.Paths {
		all[path] = map[string]map[string]map[string]any{}
		for method, operation := range methods {
			all[path][method] = map[string]map[string]any{}
			for status, response := range operation.Responses {
				if media, ok := response.Content["application/problem+json"]; ok {
					all[path][method][status] = media.Example
				}
			}
		}
	}
	return all
}

func TestEveryErrorHasAnExample(t *testing.T) {
	for path, methods := range problemsOf(t, testkit.New(t, testkit.Options{})) {
		for method, examples := range methods {
			for status, example := range examples {
				code, err := strconv.Atoi(status)
				if err != nil || example["status"] != float64(code) || example["title"] != http.StatusText(code) || example["detail"] == nil {
					t.Errorf("%s %s: the example of %s is %v", method, path, status, example)
				}
			}
		}
	}
}

// The examples are what the service says.
func TestExamplesOfErrors(t *testing.T) {
	svc, sample := newSample(t)
	examples := problemsOf(t, svc)[sample.Path]["post"]
	for status, request := range map[string]testkit.Request{
		"400": withBody(sample, `{"name":`),
		"401": {Method: sample.Method, Path: sample.Path, Body: sample.Body},
		"413": withBody(sample, strings.Repeat(" ", 65<<10)),
		"415": declared(sample, "text/plain"),
		"422": withBody(sample, `[]`),
	} {
		response := svc.Do(t, request)
		example, err := json.Marshal(examples[status])
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		response.JSON(t, &got)
		if body, err := json.Marshal(got); err != nil || strconv.Itoa(response.Status) != status || string(body) != string(example) {
			t.Errorf("the example of %s is %s, the answer %d %s", status, example, response.Status, body)
		}
	}
}
