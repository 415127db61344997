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
	// UnreachedMark begins the reason of a test that skips itself because a package
	// registry does not answer, which no installation mends.
	UnreachedMark = "UNREACHED:"
)

// ToTestAll skips a test that "make test" leaves to "make test-all".
func ToTestAll(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip(LaterMark)
	}
}

// Unreached skips a test for a registry that does not answer. It is listed at the
// end, and fails nowhere.
func Unreached(t testing.TB, why string) {
	t.Helper()
	t.Skip(UnreachedMark + " " + why)
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
