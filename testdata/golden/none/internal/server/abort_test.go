package server_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"example.com/myapi/internal/testkit"
)

// What a client has been sent cannot be taken back.
func TestPanicAfterTheAnswerBegan(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Handle("GET", "/late", func(w io.Writer) {
		fmt.Fprint(w, "begun")
		panic(errors.New("too late for another answer"))
	})
	response := svc.Expect(t, http.StatusOK, testkit.Request{Method: "GET", Path: "/late"})
	if panics := svc.Log.Lines(t, "msg", "panic"); response.Body != "begun" || len(panics) != 1 {
		t.Errorf("answered %q, logged %v", response.Body, panics)
	}
}

// A handler that panics with http.ErrAbortHandler wants its client cut off.
func TestAbortedRequestIsCutOff(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Handle("GET", "/abort", func(io.Writer) { panic(http.ErrAbortHandler) })
	address, _ := svc.Listen(t)
	response, err := http.Get("http://" + address + "/abort")
	if err == nil {
		response.Body.Close()
		t.Errorf("GET /abort = %d, want no answer", response.StatusCode)
	}
}
