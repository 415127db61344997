package problem

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/humatest"
)

// answer sends body to an operation that fails with err, and returns what the
// client and the log receive.
func answer(t *testing.T, err error, body string) (status int, told huma.ErrorModel, log string) {
	t.Helper()
	var lines bytes.Buffer
	config := huma.DefaultConfig("test", "1")
	config.Transformers = []huma.Transformer{Redact(slog.New(slog.NewTextHandler(&lines, nil)))}
	_, api := humatest.New(t, config)
	type input struct {
		Body struct {
			Name string `json:"name" minLength:"3"`
		}
	}
	huma.Post(api, "/", func(context.Context, *input) (*struct{}, error) { return nil, err })
	response := api.Post("/", strings.NewReader(body))
	if response.Body.Len() > 8<<10 {
		t.Errorf("%d bytes of answer", response.Body.Len())
	}
	if err := json.Unmarshal(response.Body.Bytes(), &told); err != nil {
		t.Fatalf("%v: %s", err, response.Body)
	}
	return response.Code, told, lines.String()
}

func TestFailuresAreLoggedNotTold(t *testing.T) {
	for name, tt := range map[string]struct {
		err    error
		logged []string
	}{
		"unexpected":                  {errors.New("the reason"), []string{"the reason"}},
		"of the handler's own":        {huma.Error500InternalServerError("the reason"), []string{"the reason"}},
		"of its own, with the causes": {huma.Error500InternalServerError("the words", errors.New("the cause"), errors.New("another")), []string{"the words", "the cause", "another"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, told, log := answer(t, tt.err, `{"name":"Ada"}`)
			if status != 500 || told.Detail != "Internal server error" || told.Errors != nil {
				t.Errorf("the client is told %d %+v", status, told)
			}
			for _, want := range tt.logged {
				if strings.Count(log, "request failed") != 1 || !strings.Contains(log, want) {
					t.Errorf("logged %q, want %q in one line", log, want)
				}
			}
		})
	}
	if status, told, log := answer(t, huma.Error502BadGateway("The bank does not answer"), `{"name":"Ada"}`); status != 502 || told.Detail != "The bank does not answer" || log != "" {
		t.Errorf("another status: %d %+v, logged %q", status, told, log)
	}
}

// The detail can be shown to a person: it is the first fault's own words.
func TestDetailOfFaults(t *testing.T) {
	if status, told, _ := answer(t, nil, `{"name":"x"}`); status != 422 || len(told.Errors) != 1 || told.Detail != told.Errors[0].Message {
		t.Errorf("one fault: %d %+v", status, told)
	}
	own := huma.Error422UnprocessableEntity("The name is a bad one", errors.New("too long"))
	if _, told, _ := answer(t, own, `{"name":"Ada"}`); told.Detail != "The name is a bad one" {
		t.Errorf("own words became %q", told.Detail)
	}
}

// A missing field is named like a wrong one.
func TestMissingFieldsAreLocated(t *testing.T) {
	for body, want := range map[string]string{`{}`: "body.name", `{"name":"x"}`: "body.name", `{"name":"Ada","other":1}`: "body.other", `[]`: "body"} {
		if status, told, _ := answer(t, nil, body); status != 422 || len(told.Errors) == 0 || told.Errors[0].Location != want {
			t.Errorf("%s: %d %v, want a fault at %s", body, status, told.Errors, want)
		}
	}
}

// An answer does not grow with the request.
func TestFaultsAreBounded(t *testing.T) {
	var many strings.Builder
	for i := range 4500 {
		fmt.Fprintf(&many, `"unknown%d":1,`, i)
	}
	long := strings.Repeat("é", 30_000)
	for name, body := range map[string]string{
		"many names": `{` + many.String() + `"name":"Ada"}`,
		"long name":  `{"` + long + `":1,"name":"Ada"}`,
		"long value": `{"name":["` + long + `"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			status, told, _ := answer(t, nil, body)
			if status != 422 || len(told.Errors) == 0 || len(told.Errors) > 20 {
				t.Errorf("%d with %d faults", status, len(told.Errors))
			}
			for _, fault := range told.Errors {
				if fault.Value != nil || len(fault.Location) > 110 {
					t.Errorf("fault is %+v", fault)
				}
			}
		})
	}
}
