package breach_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth/breach"
)

// The SHA-1 of "password" is 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8.
const (
	prefix = "5BAA6"
	rest   = "1E4C9B93F3F0682250B6CF8331B7EE68FD8"
	other  = "0018A45C4D1DEF81644B54AB7F969B88D65"
)

// answers is a list that answers every request alike.
type answers struct {
	status int
	header http.Header
	body   io.Reader
	err    error

	requests []*http.Request
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	if a.requests = append(a.requests, r); len(a.requests) > 1 {
		return nil, errors.New("it was asked already")
	}
	if a.err != nil {
		return nil, a.err
	}
	return &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(a.body), Request: r}, nil
}

func ask(t *testing.T, list *answers) (bool, error) {
	t.Helper()
	return breach.List{URL: "https://list.example/range/", Transport: list}.Has(t.Context(), "password")
}

func TestWhatTheListAnswers(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		found      bool
	}{
		{"has it", other + ":3\r\n" + rest + ":9545824\r\n", true},
		{"has it in lower case", strings.ToLower(rest) + ":1", true},
		{"has others", other + ":3\r\n", false},
		{"pads with it", rest + ":0\r\n" + other + ":3\r\n", false},
		{"is empty", "", false},
	} {
		list := &answers{status: 200, body: strings.NewReader(tt.body)}
		if found, err := ask(t, list); found != tt.found || err != nil {
			t.Errorf("%s: %t, %v", tt.name, found, err)
		}
	}
}

// Five digits of the hash leave, and nothing else that depends on the password.
// The answer has to come within two seconds.
func TestWhatTheListIsAsked(t *testing.T) {
	list := &answers{status: 200, body: strings.NewReader("")}
	if _, err := ask(t, list); err != nil || len(list.requests) != 1 {
		t.Fatalf("%d requests, %v", len(list.requests), err)
	}
	r := list.requests[0]
	if r.Method != "GET" || r.URL.String() != "https://list.example/range/"+prefix || r.Body != nil || r.ContentLength != 0 {
		t.Errorf("asked by %s %s", r.Method, r.URL)
	}
	if len(r.Header) != 1 || r.Header.Get("Add-Padding") != "true" {
		t.Errorf("headers are %v", r.Header)
	}
	deadline, ok := r.Context().Deadline()
	if left := time.Until(deadline); !ok || left > 2*time.Second {
		t.Errorf("the request has %s, %t", left, ok)
	}
}

// endless never stops.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return copy(p, strings.Repeat(other+":3\n", len(p)/len(other+":3\n")+1)), nil
}

// An error is not an answer, and never names what was asked.
func TestListThatCannotBeAsked(t *testing.T) {
	long := &endless{}
	for name, list := range map[string]*answers{
		"is away":          {err: errors.New("connection refused")},
		"leads elsewhere":  {status: 302, header: http.Header{"Location": {"https://elsewhere.example/" + prefix}}, body: strings.NewReader(rest + ":1")},
		"has too many":     {status: 429, body: strings.NewReader(rest + ":1")},
		"answers a page":   {status: 200, body: strings.NewReader("<!doctype html>\n<title>Log in to this network</title>")},
		"answers no end":   {status: 200, body: long},
		"breaks off":       {status: 200, body: io.MultiReader(strings.NewReader(other+":1\n"), broken{})},
		"has other hashes": {status: 200, body: strings.NewReader(prefix + rest + ":1")},
	} {
		found, err := ask(t, list)
		if found || err == nil {
			t.Errorf("%s: %t, %v", name, found, err)
		}
		if len(list.requests) != 1 {
			t.Errorf("%s: %d requests", name, len(list.requests))
		}
		if err != nil && (strings.Contains(err.Error(), prefix) || strings.Contains(err.Error(), "list.example")) {
			t.Errorf("%s: the error names what was asked: %v", name, err)
		}
	}
	if long.read > 2<<20 {
		t.Errorf("%d bytes of an endless answer were read", long.read)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (breach.List{URL: "https://list.example"}).Has(ctx, "password"); !errors.Is(err, context.Canceled) {
		t.Errorf("after the caller left: %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
