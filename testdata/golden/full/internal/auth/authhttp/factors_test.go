package authhttp_test

import (
	"testing"

	"example.com/myapi/internal/testkit"
)

const (
	secondFactor = "Second factor required"
	invalidCode  = "Invalid code"
	noFactor     = "No second factor is set up"
	askForCode   = `Bearer error="insufficient_user_authentication", error_description="Second factor required"`
)

// verified is a service with a verified user, and what sends its mails.
func verified(t *testing.T, name string) (*testkit.Service, *testkit.Mails) {
	t.Helper()
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	mails := svc.Mails(t)
	svc.Verify(t, mails, svc.Register(t, name))
	return svc, mails
}

func post(path, token string, body any) testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1" + path, Token: token, Body: body}
}
