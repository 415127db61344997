package server_test

import "example.com/myapi/internal/testkit"

// sample is a request with a JSON body that anyone may send, once.
func sample() testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1/auth/register", Body: map[string]string{
		"email": "sample@example.com", "username": "sample", "password": testkit.Password,
	}}
}
