package authhttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/humatest"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/testkit"
)

func TestRequireVerified(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	access := svc.Login(t, "johndoe")
	guard := authhttp.NewGuard(svc.Auth, svc.Dependencies.Log)
	hello := func(ctx context.Context) string { return "Hello " + authhttp.CurrentUser(ctx).Username + "!" }
	_, api := humatest.New(t)
	huma.Register(api, huma.Operation{OperationID: "hello", Method: "GET", Path: "/hello",
		Middlewares: huma.Middlewares{guard.RequireVerified}},
		func(ctx context.Context, _ *struct{}) (*struct{ Body []byte }, error) {
			return &struct{ Body []byte }{[]byte(hello(ctx))}, nil
		})
	kinds := map[string]http.Handler{"operation": api.Adapter(), "handler": protect(guard.Handler().RequireVerified, hello)}
	for kind, handler := range kinds {
		if got := send(handler, ""); got.Code != 401 || !strings.Contains(got.Body.String(), "Not authenticated") {
			t.Errorf("%s without a user = %d %s", kind, got.Code, got.Body)
		}
		if got := send(handler, access); got.Code != 403 || !strings.Contains(got.Body.String(), "User not verified") {
			t.Errorf("%s of an unverified user = %d %s", kind, got.Code, got.Body)
		}
	}
	svc.Verify(t, mails, john)
	for kind, handler := range kinds {
		if got := send(handler, access); got.Code != 200 || !strings.Contains(got.Body.String(), "Hello johndoe!") {
			t.Errorf("%s of a verified user = %d %s", kind, got.Code, got.Body)
		}
	}
}

func send(handler http.Handler, access string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/hello", nil)
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	return recorder
}
