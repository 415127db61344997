package authhttp_test

import (
	"strings"
	"testing"

	"example.com/myapi/internal/testkit"
)

const newPassword = "another staple battery horse"

func changePassword(token, current, replacement string) testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1/users/me/password", Token: token, Body: map[string]string{
		"current_password": current, "new_password": replacement,
	}}
}

func TestChangePassword(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	field := func(message string) map[string]string { return map[string]string{"body.new_password": message} }
	const invalid, wrong = "validation failed", "Current password is incorrect"
	svc.Run(t, []testkit.Scenario{
		{Name: "guest", Request: changePassword("", testkit.Password, newPassword), Status: 401, Detail: "Not authenticated"},
		{Name: "wrong current", Request: changePassword(token, "wrong password", newPassword), Status: 400, Detail: wrong, Header: map[string]string{"WWW-Authenticate": ""}},
		{Name: "empty current", Request: changePassword(token, "", newPassword), Status: 400, Detail: wrong},
		{Name: "current of 73 bytes", Request: changePassword(token, strings.Repeat("x", 73), newPassword), Status: 400, Detail: wrong},
		{Name: "short", Request: changePassword(token, testkit.Password, "short"), Status: 422, Detail: invalid,
			Messages: field("Password must be at least 8 characters"), Unwanted: []string{testkit.Password}},
		{Name: "long", Request: changePassword(token, testkit.Password, strings.Repeat("ä", 37)), Status: 422, Detail: invalid,
			Messages: field("Password must be at most 72 bytes")},
		{Name: "common", Request: changePassword(token, testkit.Password, "password"), Status: 422, Detail: invalid, Messages: field("Password is too common")},
		{Name: "own name", Request: changePassword(token, testkit.Password, "johndoe2026"), Status: 422, Detail: invalid,
			Messages: field("Password must not be your name, your email or the name of this service")},
		{Name: "missing", Request: testkit.Request{Method: "POST", Path: "/api/v1/users/me/password", Token: token, Body: map[string]string{"new_password": newPassword}},
			Status: 422, Detail: invalid, Unwanted: []string{newPassword}},
		{Name: "wrong type", Request: testkit.Request{Method: "POST", Path: "/api/v1/users/me/password", Token: token,
			Body: map[string]any{"current_password": testkit.Password, "new_password": []string{newPassword}}},
			Status: 422, Detail: invalid, Unwanted: []string{newPassword, testkit.Password}},
		{Name: "not yet changed", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 200},
		{Name: "right", Request: changePassword(token, testkit.Password, newPassword), Status: 204},
		{Name: "old one", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 401, Detail: "Invalid credentials"},
		{Name: "new one", Request: testkit.LoginRequest("johndoe", newPassword), Status: 200},
		{Name: "this session", Request: get("/api/v1/users/me", token), Status: 200},
		{Name: "old as current", Request: changePassword(token, testkit.Password, testkit.Password), Status: 400, Detail: wrong},
	})
}
