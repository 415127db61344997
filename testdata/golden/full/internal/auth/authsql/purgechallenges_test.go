package authsql_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/testkit"
)

// Challenges go when they have expired, and the oldest of those that are too many:
// anyone can ask for them.
func TestPurgeOfChallenges(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	const table = "passkey_challenges"
	svc.PasskeyOptions(t)
	svc.Clock.Advance(time.Minute)
	svc.PasskeyOptions(t)
	purge(t, svc)
	if n := count(t, svc, table); n != 2 {
		t.Errorf("%d challenges are kept before they expire, want 2", n)
	}
	svc.Clock.Advance(4 * time.Minute)
	purge(t, svc)
	if n := count(t, svc, table); n != 1 {
		t.Errorf("%d challenges are kept when one has expired, want 1", n)
	}

	expires := svc.Clock.Now().Add(4 * time.Minute).Format("2006-01-02 15:04:05+00:00")
	const rows = 1000
	for i := range auth.MaxChallenges / rows {
		var values []string
		for j := range rows {
			values = append(values, fmt.Sprintf("('%064d', 'login', '{}', '%s')", i*rows+j, expires))
		}
		if _, err := svc.SQL().Exec(`INSERT INTO passkey_challenges (id_hash, kind, session, expires_at) VALUES ` + strings.Join(values, ", ")); err != nil {
			t.Fatal(err)
		}
	}
	purge(t, svc)
	if n := count(t, svc, table+" WHERE session = '{}'"); n != auth.MaxChallenges {
		t.Errorf("%d of the new challenges are kept, want %d", n, auth.MaxChallenges)
	}
	if n := count(t, svc, table); n != auth.MaxChallenges {
		t.Errorf("%d challenges are kept, want %d: the oldest goes", n, auth.MaxChallenges)
	}
}
