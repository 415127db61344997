package authhttp_test

import (
	"fmt"
	"net/url"
	"strconv"
	"testing"
	"time"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// What the tests of several endpoints need. Each of their files depends on this
// one alone, so that it may go with its endpoint.

const (
	home        = "203.0.113.7"
	newPassword = "another staple battery horse"
	locked      = "Too many failed attempts"

	recentLogin = `Bearer error="insufficient_user_authentication", error_description="Recent log-in required", max_age="900"`
)

func get(path, token string) testkit.Request {
	return testkit.Request{Method: "GET", Path: path, Token: token}
}

func register(body any) testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1/auth/register", Body: body}
}

func registration(email, username, password string) testkit.Request {
	return register(map[string]string{"email": email, "username": username, "password": password})
}

// login has the two endpoints for log-in, which must not differ.
var login = map[string]func(username, password string) testkit.Request{
	"login": testkit.LoginRequest,
	"token": func(username, password string) testkit.Request {
		return form(url.Values{"grant_type": {"password"}, "username": {username}, "password": {password}})
	},
}

func form(values url.Values) testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1/auth/token", Body: values}
}

func putMe(token string, body any) testkit.Request {
	return testkit.Request{Method: "PUT", Path: "/api/v1/users/me", Token: token, Body: body}
}

func deleteMe(token string) testkit.Request {
	return testkit.Request{Method: "DELETE", Path: "/api/v1/users/me", Token: token}
}

func changePassword(token, current, replacement string) testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1/users/me/password", Token: token, Body: map[string]string{
		"current_password": current, "new_password": replacement,
	}}
}

func user(id any) string { return fmt.Sprint("/api/v1/users/", id) }

func update(id any, token string, body any) testkit.Request {
	return testkit.Request{Method: "PUT", Path: user(id), Token: token, Body: body}
}

func remove(id any, token string) testkit.Request {
	return testkit.Request{Method: "DELETE", Path: user(id), Token: token}
}

func from(addr string, request testkit.Request) testkit.Request {
	request.Addr = addr
	return request
}

// unlimited turns the limits off, so that only locks refuse.
func unlimited(s *settings.Settings) { s.RateLimitEnabled = false }

// fail sends n wrong passwords.
func fail(t *testing.T, svc *testkit.Service, n int, name, addr string) {
	t.Helper()
	for range n {
		svc.Expect(t, 401, from(addr, testkit.LoginRequest(name, "wrong password")))
	}
}

func lockedFor(d time.Duration) map[string]string {
	return map[string]string{"Retry-After": strconv.Itoa(int(d.Seconds())), "WWW-Authenticate": ""}
}
