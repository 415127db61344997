package authhttp_test

import (
	"crypto/sha1" //nolint:gosec // The lists are of SHA-1.
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

const (
	breached     = "zebra lamp orbit 7"
	breachDetail = "This password appears in a known data breach"
)

// breachList is a list of breached passwords that has one.
type breachList struct {
	mu    sync.Mutex
	asked []string
}

func (l *breachList) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, r.URL.RequestURI())
	hash := fmt.Sprintf("%X", sha1.Sum([]byte(breached))) //nolint:gosec // See the import.
	fmt.Fprintf(w, "%s:0\r\n", strings.Repeat("0", 35))
	if strings.HasSuffix(r.URL.Path, hash[:5]) {
		fmt.Fprintf(w, "%s:12\r\n", hash[5:])
	}
}

// withBreaches runs a service with a list of breached passwords.
func withBreaches(t *testing.T) (*testkit.Service, *breachList) {
	t.Helper()
	list := &breachList{}
	server := httptest.NewServer(list)
	t.Cleanup(server.Close)
	return testkit.New(t, testkit.Options{Configure: listAt(server.URL + "/range/")}), list
}

func listAt(url string) func(*settings.Settings) {
	return func(s *settings.Settings) { s.BreachedPasswordsURL = url }
}

// signUp makes a user with a password.
func signUp(t *testing.T, svc *testkit.Service, email, username, password string) error {
	_, err := svc.Auth.Register(t.Context(), auth.Registration{Email: email, Username: username, Password: password})
	return err
}

// replace changes the password of a session's user.
func replace(t *testing.T, svc *testkit.Service, identity auth.Identity, password string) error {
	return svc.Auth.ChangePassword(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, identity, testkit.Password, password)
}

// A breached password is refused wherever one is set, and nothing else of it
// leaves the service than five digits of its hash.
func TestBreachedPasswords(t *testing.T) {
	svc, list := withBreaches(t)
	svc.Register(t, "johndoe")
	john := svc.Identity(t, svc.Login(t, "johndoe"))
	refused := func(name, field string, err error) {
		t.Helper()
		var refusal *auth.Error
		if want := []auth.FieldError{{Field: field, Message: breachDetail}}; !errors.As(err, &refusal) || !slices.Equal(refusal.Fields, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused("register", "password", signUp(t, svc, "a@example.com", "alice", breached))
	refused("in another form", "password", signUp(t, svc, "a@example.com", "alice", strings.ReplaceAll(breached, "7", "７")))
	_, err := svc.Auth.CreateUser(t.Context(), auth.Registration{Email: "b@example.com", Username: "boss", Password: breached}, true)
	refused("superuser", "password", err)
	refused("change", "new_password", replace(t, svc, john, breached))
	if err := replace(t, svc, john, newPassword); err != nil {
		t.Errorf("change to another: %v", err)
	}
	for _, asked := range list.asked {
		if !regexp.MustCompile(`^/range/[0-9A-F]{5}$`).MatchString(asked) {
			t.Errorf("asked for %s", asked)
		}
	}
	if log := svc.Log.String(); strings.Contains(log, breached) || strings.Contains(log, newPassword) {
		t.Errorf("a password is in the log: %s", log)
	}
}

// What another rule refuses is not asked for.
func TestBreachedPasswordsComeLast(t *testing.T) {
	svc, list := withBreaches(t)
	svc.Register(t, "johndoe")
	before := len(list.asked)
	for name, err := range map[string]error{
		"a short password":    signUp(t, svc, "a@example.com", "alice", "short"),
		"a wrong name":        signUp(t, svc, "a@example.com", "x", breached),
		"a taken address":     signUp(t, svc, "johndoe@example.com", "alice", breached),
		"a change to a known": replace(t, svc, svc.Identity(t, svc.Login(t, "johndoe")), "password"),
	} {
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if len(list.asked) != before {
		t.Errorf("asked %d times more", len(list.asked)-before)
	}
}

// An outage of the list keeps nobody out, and is warned of once a minute.
func TestListOfBreachedPasswordsIsAway(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	svc := testkit.New(t, testkit.Options{Configure: listAt(server.URL)})
	const warning = "new passwords are not looked up in BREACHED_PASSWORDS_URL"
	for i, want := range []int{1, 1, 2} {
		if i == 2 {
			svc.Clock.Advance(time.Minute)
		}
		if err := signUp(t, svc, fmt.Sprintf("a%d@example.com", i), fmt.Sprintf("alice%d", i), breached); err != nil {
			t.Errorf("an outage keeps somebody out: %v", err)
		}
		if got := svc.Log.Lines(t, "msg", warning); len(got) != want || got[0]["level"] != "WARN" {
			t.Errorf("after %d passwords: %v", i+1, got)
		}
	}
	if strings.Contains(svc.Log.String(), breached) || strings.Contains(svc.Log.String(), fmt.Sprintf("%X", sha1.Sum([]byte(breached)))[:5]) { //nolint:gosec // See the import.
		t.Errorf("the password or its hash is in the log: %s", svc.Log.String())
	}
}
