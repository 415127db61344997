package auth

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

func TestHasherMatches(t *testing.T) {
	h := NewHasher(bcrypt.MinCost)
	hash, err := h.Hash(t.Context(), "SecurePass123!")
	if err != nil {
		t.Fatal(err)
	}
	long, err := h.Hash(t.Context(), strings.Repeat("x", 72))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, hash, password string
		want                 bool
	}{
		{"right", hash, "SecurePass123!", true},
		{"wrong", hash, "SecurePass123", false},
		{"empty password", hash, "", false},
		{"72 bytes", long, strings.Repeat("x", 72), true},
		{"73 bytes, of which bcrypt reads 72", long, strings.Repeat("x", 73), false},
		{"no user", "", "SecurePass123!", false},
		{"broken hash", "no hash", "SecurePass123!", false},
		{"NUL", hash, "SecurePass123!\x00", false},
	} {
		if got, err := h.Matches(t.Context(), tt.hash, tt.password); err != nil || got != tt.want {
			t.Errorf("%s: Matches = %t, %v; want %t", tt.name, got, err, tt.want)
		}
	}
}

// A comparison that cannot succeed is made all the same, with a hash of the
// same cost. A broken decoy shows that it was compared with.
func TestHasherComparesWithTheDecoy(t *testing.T) {
	h := NewHasher(bcrypt.MinCost + 1)
	if cost, err := bcrypt.Cost(h.decoy); err != nil || cost != bcrypt.MinCost+1 {
		t.Errorf("the decoy has cost %d, %v", cost, err)
	}
	if err := bcrypt.CompareHashAndPassword(h.decoy, []byte("SecurePass123!")); !errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
		t.Errorf("the decoy is compared with the outcome %v", err)
	}
	hash, err := h.Hash(t.Context(), "SecurePass123!")
	if err != nil {
		t.Fatal(err)
	}
	h.decoy = []byte("broken")
	for name, tt := range map[string]struct{ hash, password string }{
		"no user":       {"", "SecurePass123!"},
		"long password": {hash, strings.Repeat("x", 73)},
		"NUL":           {hash, "a\x00"},
	} {
		if _, err := h.Matches(t.Context(), tt.hash, tt.password); err == nil {
			t.Errorf("%s: nothing was compared", name)
		}
	}
}

func TestHasherLeavesAProcessor(t *testing.T) {
	for procs, want := range map[int]int{1: 1, 2: 1, 8: 7} {
		previous := runtime.GOMAXPROCS(procs)
		got := cap(NewHasher(bcrypt.MinCost).slots)
		runtime.GOMAXPROCS(previous)
		if got != want {
			t.Errorf("%d hashes at a time with %d processors, want %d", got, procs, want)
		}
	}
}

func TestHasherQueueCanBeLeft(t *testing.T) {
	h := NewHasher(bcrypt.MinCost)
	release := (&Service{hasher: h}).OccupyHasher()
	gone, leave := context.WithCancel(t.Context())
	left := make(chan error, 2)
	go func() { _, err := h.Hash(gone, "SecurePass123!"); left <- err }()
	go func() { _, err := h.Matches(gone, "", "SecurePass123!"); left <- err }()
	leave()
	for range 2 {
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left the queue got %v", err)
		}
	}
	release()
	if n := len(h.slots); n != 0 {
		t.Errorf("%d places are still taken", n)
	}
	if _, err := h.Hash(t.Context(), "SecurePass123!"); err != nil {
		t.Errorf("after that: %v", err)
	}
}

func TestHasherOutdated(t *testing.T) {
	weak, strong := NewHasher(bcrypt.MinCost), NewHasher(bcrypt.MinCost+1)
	hash, err := weak.Hash(t.Context(), "SecurePass123!")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		hasher         *Hasher
		hash, password string
		want           bool
	}{
		{strong, hash, "SecurePass123!", true},
		{weak, hash, "SecurePass123!", false},
		{weak, hash, "ＳecurePass123!", false}, // has the same normal form
		{strong, "no hash", "SecurePass123!", false},
	} {
		if got, err := tt.hasher.Outdated(t.Context(), tt.hash, tt.password); err != nil || got != tt.want {
			t.Errorf("Outdated(%q, %q) = %t, %v", tt.hash, tt.password, got, err)
		}
	}
}

func TestCommonPasswordsAreMany(t *testing.T) {
	n := 0
	for password := range commonPasswords() {
		if password != strings.ToLower(password) {
			t.Errorf("%q would never match", password)
		}
		if len(password) >= 8 {
			n++
		}
	}
	if n < 3000 {
		t.Errorf("%d common passwords of 8 characters or more, want at least 3000", n)
	}
}
