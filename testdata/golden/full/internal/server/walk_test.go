package server_test

import (
	"net/http"
	"slices"
	"testing"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/testkit"
)

func TestWalkFindsAnUnguardedHandler(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	guard := authhttp.NewGuard(svc.Auth, svc.Server.Log).Plain()
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	svc.Router().Handle("GET /forgotten", hello)
	svc.Router().Handle("POST /forgotten/{id}", guard.AllowGuests(hello))
	svc.Router().Handle("GET /guarded", guard.RequireUser(hello))
	if found := unguarded(t, svc); !slices.Equal(found, []string{"GET /forgotten", "POST /forgotten/{id}"}) {
		t.Errorf("the walk found %q", found)
	}
}
