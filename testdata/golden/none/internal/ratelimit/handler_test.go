package ratelimit_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/client"
	"example.com/myapi/internal/ratelimit"
)

func TestRateLimitOfPlainHandlers(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	limit := ratelimit.New(true, func() time.Time { return now }).RateLimit("reports", 2, time.Minute)
	handler := client.Middleware(nil, slog.New(slog.DiscardHandler), limit(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})))
	send := func(addr string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr = addr
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	for i, want := range []int{204, 204, 429, 429} {
		if got := send("203.0.113.7:1000").Code; got != want {
			t.Errorf("request %d = %d, want %d", i+1, got, want)
		}
	}
	now = now.Add(30*time.Second + time.Millisecond)
	refused := send("203.0.113.7:2000")
	if refused.Header().Get("Retry-After") != "30" || refused.Header().Get("Content-Type") != "application/problem+json" ||
		!strings.Contains(refused.Body.String(), `"detail":"Too many requests"`) {
		t.Errorf("refusal is %v %s", refused.Header(), refused.Body)
	}
	if got := send("203.0.113.8:1000").Code; got != 204 {
		t.Errorf("another client gets %d", got)
	}
	for i, want := range []int{204, 204, 429} { // One subscriber has all of these addresses.
		if got := send(fmt.Sprintf("[2001:db8::%d]:1000", i)).Code; got != want {
			t.Errorf("address %d of a network = %d, want %d", i, got, want)
		}
	}
	now = now.Add(30 * time.Second)
	if got := send("203.0.113.7:1000").Code; got != 204 {
		t.Errorf("after Retry-After it gets %d", got)
	}
}
