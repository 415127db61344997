package authhttp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/humatest"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/testkit"
)

// Each guard is the same for an API operation and for a plain handler.
func TestGuards(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	svc.Register(t, "johndoe")
	old := svc.Login(t, "johndoe")
	svc.Clock.Advance(16 * time.Minute)
	tokens := map[string]string{"guest": "", "bad": "bad", "user": svc.Login(t, "johndoe"), "superuser": svc.Login(t, "boss"), "old log-in": old}
	guard := authhttp.NewGuard(svc.Auth, svc.Server.Log)
	plain := guard.Plain()
	hello := func(ctx context.Context) string {
		if user := authhttp.OptionalUser(ctx); user != nil {
			return "Hello " + user.Username + "!"
		}
		return "Hello guest!"
	}
	for name, tt := range map[string]struct {
		operation func(huma.Context, func(huma.Context))
		handler   plainGuard
		want      map[string]string
	}{
		"user": {guard.RequireUser, plain.RequireUser, map[string]string{
			"guest": "401 Not authenticated", "bad": "401 Invalid token", "user": "200 Hello johndoe!", "superuser": "200 Hello boss!", "old log-in": "200 Hello johndoe!"}},
		"optional user": {guard.AllowGuests, plain.AllowGuests, map[string]string{
			"guest": "200 Hello guest!", "bad": "401 Invalid token", "user": "200 Hello johndoe!", "superuser": "200 Hello boss!", "old log-in": "200 Hello johndoe!"}},
		"superuser": {guard.RequireSuperuser, plain.RequireSuperuser, map[string]string{
			"guest": "401 Not authenticated", "bad": "401 Invalid token", "user": "403 Not enough permissions", "superuser": "200 Hello boss!", "old log-in": "403 Not enough permissions"}},
		"recent log-in": {guard.RequireRecentLogin, plain.RequireRecentLogin, map[string]string{
			"guest": "401 Not authenticated", "bad": "401 Invalid token", "user": "200 Hello johndoe!", "superuser": "200 Hello boss!", "old log-in": "401 Recent log-in required"}},
	} {
		_, api := humatest.New(t)
		huma.Register(api, huma.Operation{OperationID: "hello", Method: "GET", Path: "/hello", Middlewares: huma.Middlewares{tt.operation}},
			func(ctx context.Context, _ *struct{}) (*struct{ Body []byte }, error) {
				return &struct{ Body []byte }{[]byte(hello(ctx))}, nil
			})
		handler := protect(tt.handler, hello)
		for who, want := range tt.want {
			for kind, h := range map[string]http.Handler{"operation": api.Adapter(), "handler": handler} {
				t.Run(name+"/"+who+"/"+kind, func(t *testing.T) {
					r := httptest.NewRequestWithContext(t.Context(), "GET", "/hello", nil)
					if tokens[who] != "" {
						r.Header.Set("Authorization", "Bearer "+tokens[who])
					}
					w := httptest.NewRecorder()
					h.ServeHTTP(w, r)
					got := testkit.Response{Status: w.Code, Header: w.Header(), Body: w.Body.String()}
					text := got.Body
					if got.Status != 200 {
						text = got.Problem(t).Detail
					}
					if text = fmt.Sprint(got.Status, " ", text); text != want {
						t.Errorf("got %s, want %s", text, want)
					}
					if challenged := got.Header.Get("WWW-Authenticate") != ""; challenged != (got.Status == 401) {
						t.Errorf("%s has WWW-Authenticate %q", text, got.Header.Get("WWW-Authenticate"))
					}
				})
			}
		}
	}
}

// A route without guard that asks for the user is a mistake, not a guest.
func TestCurrentUserWithoutGuard(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("CurrentUser returned without a user")
		}
	}()
	authhttp.CurrentUser(t.Context())
}

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
	kinds := map[string]http.Handler{"operation": api.Adapter(), "handler": protect(guard.Plain().RequireVerified, hello)}
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
