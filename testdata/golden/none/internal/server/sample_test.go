package server_test

import "example.com/myapi/internal/testkit"

// sample is a request with a JSON body that anyone may send.
func sample() testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1/greetings", Body: map[string]string{"name": "Ada"}}
}
