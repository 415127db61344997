package testkit

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// Request is a request to the service.
type Request struct {
	Method, Path string
	// Body is sent as JSON, but url.Values as a form, and a string or a reader
	// as it is, declared as JSON.
	Body any
	// Token is sent as a bearer token.
	Token string
	// Addr is the address that sends the request. Each request without one has a
	// client of its own, so that limits do not stop it.
	Addr string
	// Header replaces headers that the request would have.
	Header http.Header
}

// Response is the service's answer.
type Response struct {
	Status int
	Header http.Header
	Body   string
}

// Do sends a request through the whole service, and fails the test when the
// response breaks a rule for all of them; see check.
func (svc *Service) Do(t testing.TB, request Request) Response {
	t.Helper()
	body, mediaType := encode(t, request.Body)
	r := httptest.NewRequestWithContext(t.Context(), request.Method, request.Path, body)
	r.RemoteAddr = svc.clients.socket(request.Addr)
	if mediaType != "" {
		r.Header.Set("Content-Type", mediaType)
	}
	if request.Token != "" {
		r.Header.Set("Authorization", "Bearer "+request.Token)
	}
	for name, values := range request.Header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	recorder := httptest.NewRecorder()
	svc.ServeHTTP(recorder, r)
	response := Response{Status: recorder.Code, Header: recorder.Result().Header, Body: recorder.Body.String()}
	svc.check(t, r, response)
	return response
}

// Expect is Do for a step of a test that must have this status.
func (svc *Service) Expect(t testing.TB, status int, request Request) Response {
	t.Helper()
	response := svc.Do(t, request)
	if response.Status != status {
		t.Fatalf("%s %s = %d, want %d\n%s", request.Method, request.Path, response.Status, status, response.Body)
	}
	return response
}

// JSON reads the body into v.
func (r Response) JSON(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.Body), v); err != nil {
		t.Errorf("body is not what was asked for: %v\n%s", err, r.Body)
	}
}

// Problem is the body of an error (RFC 9457).
type Problem struct {
	Title  string
	Status int
	Detail string
	Errors []struct{ Location, Message string }
}

// Problem reads the error that the body is.
func (r Response) Problem(t testing.TB) Problem {
	t.Helper()
	var p Problem
	r.JSON(t, &p)
	return p
}

// Messages are what is wrong with the fields of the request, by location.
func (p Problem) Messages() map[string]string {
	messages := map[string]string{}
	for _, e := range p.Errors {
		messages[e.Location] = e.Message
	}
	return messages
}

func encode(t testing.TB, body any) (io.Reader, string) {
	t.Helper()
	const jsonType = "application/json"
	switch body := body.(type) {
	case nil:
		return nil, ""
	case string:
		return strings.NewReader(body), jsonType
	case io.Reader:
		return body, jsonType
	case url.Values:
		return strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Errorf("encoding the request: %v", err)
	}
	return bytes.NewReader(text), jsonType
}

// clients returns addresses of 198.18.0.0/15, which RFC 2544 reserves for
// tests.
type clients struct{ last atomic.Uint32 }

func (c *clients) next() netip.Addr {
	n := c.last.Add(1)
	return netip.AddrFrom4([4]byte{198, byte(18 + n>>16&1), byte(n >> 8), byte(n)})
}

func (c *clients) socket(addr string) string {
	if addr == "" {
		addr = c.next().String()
	}
	if strings.Contains(addr, ":") {
		addr = "[" + addr + "]"
	}
	return addr + ":50000"
}

// Scenario is a request and what its answer must be like. Empty fields ask for
// nothing; an error has exactly the Detail and the Messages. The detail of a
// request with faults is the first one's message.
type Scenario struct {
	Name     string
	Request  Request
	Status   int
	Detail   string
	Messages map[string]string // what is wrong with which field
	Header   map[string]string // an empty value: the header must be missing
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
		want := s.Detail
		if want == "" && len(p.Errors) > 0 {
			want = p.Errors[0].Message
		}
		if p.Detail != want {
			t.Errorf("detail is %q, want %q", p.Detail, want)
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
