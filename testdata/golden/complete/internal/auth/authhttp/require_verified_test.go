package authhttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/testkit"
)

type greeting struct {
	Body struct {
		Message string `json:"message"`
	}
}

func TestRequireVerified(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	access := svc.Login(t, "johndoe")
	guard := authhttp.NewGuard(svc.Auth, svc.Dependencies.Log)
	mux := http.NewServeMux()
	api := humago.New(mux, huma.DefaultConfig("test", "1"))
	huma.Register(api, huma.Operation{OperationID: "op", Method: "GET", Path: "/operation",
		Middlewares: huma.Middlewares{guard.RequireVerified}},
		func(ctx context.Context, _ *struct{}) (*greeting, error) {
			out := &greeting{}
			out.Body.Message = "Hello " + authhttp.CurrentUser(ctx).Username + "!"
			return out, nil
		})
	mux.Handle("GET /plain", guard.Handler().RequireVerified(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("Hello " + authhttp.CurrentUser(r.Context()).Username + "!"))
	})))
	for _, path := range []string{"/operation", "/plain"} {
		if got := send(mux, path, ""); got.Code != 401 || !strings.Contains(got.Body.String(), "Not authenticated") {
			t.Errorf("%s without a user = %d %s", path, got.Code, got.Body)
		}
		if got := send(mux, path, access); got.Code != 403 || !strings.Contains(got.Body.String(), "User not verified") {
			t.Errorf("%s of an unverified user = %d %s", path, got.Code, got.Body)
		}
	}
	svc.Verify(t, mails, john)
	for _, path := range []string{"/operation", "/plain"} {
		if got := send(mux, path, access); got.Code != 200 || !strings.Contains(got.Body.String(), "Hello johndoe!") {
			t.Errorf("%s of a verified user = %d %s", path, got.Code, got.Body)
		}
	}
}

func send(handler http.Handler, path, access string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	return recorder
}
