// Package leave skips tests, with reasons that "make test" counts and lists.
package leave

import (
	"os"
	"testing"
)

const (
	// LaterMark is the reason of a test that -short skips.
	LaterMark = "left to make test-all"
	// OutMark begins the reason of a test that skips itself because the machine
	// lacks something.
	OutMark = "LEFT OUT:"
)

// ToTestAll skips a test that "make test" leaves to "make test-all".
func ToTestAll(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip(LaterMark)
	}
}

// Out skips a test for what the machine lacks, or fails it where nothing may be
// left out.
func Out(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("FORGE_REQUIRE_ALL") != "" {
		t.Fatal(why)
	}
	t.Skip(OutMark + " " + why)
}
