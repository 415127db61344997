package testkit_test

import (
	"context"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/testkit"
)

// recorder is a test that is expected to fail.
type recorder struct {
	testing.TB
	failed []string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Context() context.Context  { return r.TB.Context() }
func (r *recorder) Errorf(f string, _ ...any) { r.failed = append(r.failed, f) }

// Do finds a response that the OpenAPI document does not describe.
func TestDoHoldsAnswersToTheDocument(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	request := svc.WhoAmI(token)
	me := svc.OpenAPI().Paths[request.Path].Get
	failures := func() int {
		r := &recorder{TB: t}
		svc.Do(r, request)
		for _, f := range r.failed {
			if !strings.Contains(f, "the OpenAPI document tells otherwise") {
				t.Errorf("another fault: %s", f)
			}
		}
		return len(r.failed)
	}
	if n := failures(); n != 0 {
		t.Fatalf("a documented answer has %d faults", n)
	}
	documented := me.Responses["200"]
	for name, response := range map[string]*huma.Response{
		"no such status": nil,
		"no body":        {Description: "OK"},
		"other type":     {Content: map[string]*huma.MediaType{"text/plain": {}}},
		"other schema":   {Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Ref: "#/components/schemas/TokenResponse"}}}},
	} {
		me.Responses["200"] = response
		if response == nil {
			delete(me.Responses, "200")
		}
		if n := failures(); n != 1 {
			t.Errorf("%s: %d faults, want 1", name, n)
		}
	}
	me.Responses["200"] = documented
}
