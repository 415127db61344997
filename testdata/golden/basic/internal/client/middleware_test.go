package client

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestMiddlewareCleansTheUserAgent(t *testing.T) {
	var got Client
	handler := Middleware(nil, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = From(r.Context()) }))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("User-Agent", "curl\x7f\xff"+strings.Repeat("x", 400))
	handler.ServeHTTP(httptest.NewRecorder(), r)
	if !strings.HasPrefix(got.UserAgent, "curlxxx") || len(got.UserAgent) > 255 {
		t.Errorf("UserAgent = %q", got.UserAgent)
	}
}
