package testkit

import (
	"maps"
	"strings"
	"testing"
)

// Scenario is a request and what its answer must be like. Empty fields ask for
// nothing; an error has exactly the Detail and the Messages.
type Scenario struct {
	Name     string
	Request  Request
	Status   int
	Detail   string
	Messages map[string]string // what is wrong with which field
	Header   map[string]string // an empty value: the header is not there
	Want     []string          // in the body
	Unwanted []string          // not in the body
}

// Run sends the requests in order, a subtest each.
func (svc *Service) Run(t *testing.T, scenarios []Scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) { svc.run(t, s) })
	}
}

func (svc *Service) run(t *testing.T, s Scenario) {
	t.Helper()
	response := svc.Expect(t, s.Status, s.Request)
	if s.Status >= 400 {
		p := response.Problem(t)
		if p.Detail != s.Detail {
			t.Errorf("detail is %q, want %q", p.Detail, s.Detail)
		}
		if got := p.Messages(); s.Messages != nil && !maps.Equal(got, s.Messages) {
			t.Errorf("messages are %q, want %q", got, s.Messages)
		}
	}
	for name, want := range s.Header {
		if got := strings.Join(response.Header.Values(name), ", "); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, want := range s.Want {
		if !strings.Contains(response.Body, want) {
			t.Errorf("body lacks %q: %s", want, response.Body)
		}
	}
	for _, unwanted := range s.Unwanted {
		if strings.Contains(response.Body, unwanted) {
			t.Errorf("body has %q: %s", unwanted, response.Body)
		}
	}
}
