package authhttp_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
)

// userKeys are all that is published about a user.
var userKeys = []string{
	"id", "email", "username",
	"is_verified", "pending_email",
	"has_password",
	"is_active", "is_superuser",
	"created_at",
}

// tokenKeys are all that a log-in returns.
var tokenKeys = []string{"access_token", "expires_in", "refresh_token", "token_type"}

// checkKeys compares the keys of a JSON object, in any order.
func checkKeys(t *testing.T, body string, want []string) {
	t.Helper()
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &object); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(object)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("the answer has %q, want %q in any order", got, want)
	}
}
