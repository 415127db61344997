package authhttp_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
)

// userKeys are all that is told of a user.
var userKeys = []string{
	"id", "email", "username",
	"is_active", "is_superuser",
	"created_at",
}

// tokenKeys are all that is told of a log-in.
var tokenKeys = []string{"access_token", "expires_in", "token_type"}

// checkKeys holds a JSON object to its keys, in any order.
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
