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
	// UnavailableMark begins the reason of a test that skips itself for what this
	// machine can't get: from a registry that does not answer, or in a version that
	// its distribution does not have.
	UnavailableMark = "UNAVAILABLE:"
)

// ToTestAll skips a test that "make test" leaves to "make test-all".
func ToTestAll(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip(LaterMark)
	}
}

// Unavailable skips a test for what this machine can't get. Unlike what is only not
// installed, that fails nowhere, but it is listed at the end.
func Unavailable(t testing.TB, why string) {
	t.Helper()
	t.Skip(UnavailableMark + " " + why)
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
