package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func TestPanicIsAnswered(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Handle("GET", "/panic", func(io.Writer) { panic("the secret reason") })
	svc.Run(t, []testkit.Scenario{
		{Name: "panic", Request: testkit.Request{Method: "GET", Path: "/panic"}, Status: 500,
			Detail: "Internal server error", Unwanted: []string{"secret reason", "goroutine"}},
		{Name: "next request", Request: testkit.Request{Method: "GET", Path: "/health"}, Status: 200},
	})
	panics := svc.Log.Lines(t, "msg", "panic")
	if len(panics) != 1 || panics[0]["value"] != "the secret reason" || !strings.Contains(panics[0]["stack"].(string), "middleware_test.go") {
		t.Errorf("logged panics: %v", panics)
	}
}

func TestRequestID(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	ids := map[string]bool{}
	for _, tt := range []struct{ name, sent, want string }{
		{"none", "", ""},
		{"from a proxy", "edge-1_2.3", "edge-1_2.3"},
		{"64 characters", strings.Repeat("a", 64), strings.Repeat("a", 64)},
		{"too long", strings.Repeat("a", 65), ""},
		{"would break a line of the log", "a b\"c", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := svc.Do(t, testkit.Request{Method: "GET", Path: "/health", Addr: "203.0.113.7", Header: http.Header{"X-Request-ID": {tt.sent}}}).Header.Get("X-Request-ID")
			if tt.want != "" && got != tt.want {
				t.Errorf("X-Request-ID = %q, want %q", got, tt.want)
			}
			if got == "" || ids[got] || (tt.want == "" && got == tt.sent) {
				t.Errorf("X-Request-ID = %q, want a new one", got)
			}
			ids[got] = true
			if lines := svc.Log.Lines(t, "request_id", got); len(lines) != 1 || lines[0]["path"] != "/health" || lines[0]["client"] != "203.0.113.7" {
				t.Errorf("lines with the id: %v", lines)
			}
		})
	}
}

// Lines of refused requests have an event, by which somebody who tries what gets
// through stands out.
func TestRefusalsAreEvents(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	huma.Post(plainAPI(svc), "/names", func(context.Context, *struct {
		Body struct {
			Name string `json:"name" maxLength:"10"`
		}
	}) (*struct{}, error) {
		return nil, huma.Error429TooManyRequests("Too many requests")
	})
	for _, tt := range []struct {
		body, mediaType string
		status          int
		event           any
	}{
		{`{"name": "much too long"}`, "application/json", http.StatusUnprocessableEntity, "input_validation_fail"},
		{`{"name": "Ada"}`, "text/plain", http.StatusUnsupportedMediaType, "input_validation_fail"},
		{`{"name": "` + strings.Repeat("a", 100_000) + `"}`, "application/json", http.StatusRequestEntityTooLarge, "input_validation_fail"},
		{`{"name": "Ada"}`, "application/json", http.StatusTooManyRequests, "excess_rate_limit_exceeded"},
		{`{"name": "Ada"`, "application/json", http.StatusBadRequest, nil},
	} {
		svc.Expect(t, tt.status, testkit.Request{Method: "POST", Path: "/names", Body: tt.body, Header: http.Header{"Content-Type": {tt.mediaType}}})
		if lines := svc.Log.Lines(t, "status", float64(tt.status)); len(lines) != 1 || lines[0]["event"] != tt.event {
			t.Errorf("a request that gets %d is logged as %v", tt.status, lines)
		}
	}
}

// A request that takes too long is ended, and the log names it.
func TestTimeLimitIsLogged(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	huma.Get(plainAPI(svc), "/stuck", func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		svc.Expect(t, http.StatusInternalServerError, testkit.Request{Method: "GET", Path: "/stuck"})
		if took := time.Since(began); took > time.Minute {
			t.Errorf("ended after %s", took)
		}
	})
	if lines := svc.Log.Lines(t, "msg", "request ran into its time limit"); len(lines) != 1 || lines[0]["path"] != "/stuck" || lines[0]["level"] != "WARN" {
		t.Errorf("logged %v", lines)
	}
}

// A proxy that nobody named makes all clients one, which is said once.
func TestUnknownProxyIsNamed(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
		s.TrustedProxies = []settings.Network{{Prefix: netip.MustParsePrefix("10.0.0.0/8")}}
	}})
	warnings := func() []map[string]any { return svc.Log.Lines(t, "level", "WARN") }
	forwarded := http.Header{"X-Forwarded-For": {"192.0.2.1"}}
	svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/health", Addr: "10.1.2.3", Header: forwarded})
	svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/health", Addr: "203.0.113.7"})
	if found := warnings(); len(found) > 0 {
		t.Errorf("a known proxy, or no proxy, leaves %v", found)
	}
	for range 3 {
		svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/health", Addr: "203.0.113.7", Header: forwarded})
	}
	found := warnings()
	if len(found) != 1 || !strings.Contains(found[0]["msg"].(string), "TRUSTED_PROXIES") || found[0]["peer"] != "203.0.113.7" {
		t.Errorf("an unknown proxy leaves %v", found)
	}
}

// No other proxy header is read, whoever sends it; the log says so once.
func TestUnreadProxyHeadersAreNamed(t *testing.T) {
	for name, value := range map[string]string{"Forwarded": "for=192.0.2.1", "X-Real-IP": "192.0.2.1"} {
		svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
			s.TrustedProxies = []settings.Network{{Prefix: netip.MustParsePrefix("10.0.0.0/8")}}
		}})
		header := http.Header{}
		header.Set(name, value)
		both := header.Clone()
		both.Set("X-Forwarded-For", "192.0.2.1")
		svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/health", Addr: "10.1.2.3", Header: both})
		for range 2 {
			svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/health", Addr: "10.1.2.3", Header: header})
		}
		found := svc.Log.Lines(t, "level", "WARN")
		if len(found) != 1 || !strings.Contains(found[0]["msg"].(string), name) || found[0]["peer"] != "10.1.2.3" {
			t.Errorf("%s leaves %v", name, found)
		}
	}
}

func TestQueryIsNotLogged(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Do(t, testkit.Request{Method: "GET", Path: "/health?token=hunter2"})
	if strings.Contains(svc.Log.String(), "hunter2") {
		t.Error("the query is in the log")
	}
}

// That a client leaves is no fault of the service.
func TestClientThatLeavesIsNoError(t *testing.T) {
	svc, sample := newSample(t)
	body, err := json.Marshal(sample.Body)
	if err != nil {
		t.Fatal(err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, r := range []*http.Request{
		httptest.NewRequestWithContext(gone, sample.Method, sample.Path, bytes.NewReader(body)),
		httptest.NewRequestWithContext(gone, "GET", "/ready", nil),
	} {
		r.Header.Set("Content-Type", "application/json")
		maps.Copy(r.Header, sample.Header)
		svc.ServeHTTP(httptest.NewRecorder(), r)
	}
	if lines := svc.Log.Lines(t, "status", 499.0); len(lines) != 2 {
		t.Errorf("%d requests are logged as given up, want 2", len(lines))
	}
	for _, level := range []string{"WARN", "ERROR"} {
		if lines := svc.Log.Lines(t, "level", level); len(lines) > 0 {
			t.Errorf("logged as %s: %v", level, lines)
		}
	}
}

// What a client has been sent cannot be taken back.
func TestPanicAfterTheAnswerBegan(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Handle("GET", "/late", func(w io.Writer) {
		fmt.Fprint(w, "begun")
		panic(errors.New("too late for another answer"))
	})
	response := svc.Expect(t, http.StatusOK, testkit.Request{Method: "GET", Path: "/late"})
	if panics := svc.Log.Lines(t, "msg", "panic"); response.Body != "begun" || len(panics) != 1 {
		t.Errorf("answered %q, logged %v", response.Body, panics)
	}
}

// A handler that panics with http.ErrAbortHandler wants its client cut off.
func TestAbortedRequestIsCutOff(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Handle("GET", "/abort", func(io.Writer) { panic(http.ErrAbortHandler) })
	address, _ := svc.Listen(t)
	response, err := http.Get("http://" + address + "/abort")
	if err == nil {
		response.Body.Close()
		t.Errorf("GET /abort = %d, want no answer", response.StatusCode)
	}
}

// failing is a body that breaks off.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestBodyMustArrive(t *testing.T) {
	svc, sample := newSample(t)
	svc.Run(t, []testkit.Scenario{
		{Name: "stalled", Request: withBody(sample, failing{os.ErrDeadlineExceeded}), Status: 408, Detail: "Request body did not arrive in time"},
		{Name: "broken off", Request: withBody(sample, failing{errors.New("connection reset")}), Status: 400, Detail: "Request body is broken"},
	})
}
