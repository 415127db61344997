package server_test

import (
	"errors"
	"os"
	"testing"

	"example.com/myapi/internal/testkit"
)

// failing is a body that breaks off.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestBodyMustArrive(t *testing.T) {
	testkit.New(t, testkit.Options{}).Run(t, []testkit.Scenario{
		{Name: "stalled", Request: withBody(failing{os.ErrDeadlineExceeded}), Status: 408, Detail: "Request body did not arrive in time"},
		{Name: "broken off", Request: withBody(failing{errors.New("connection reset")}), Status: 400, Detail: "Request body is broken"},
	})
}
