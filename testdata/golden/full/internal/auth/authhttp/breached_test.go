package authhttp_test

import (
	"crypto/sha1" //nolint:gosec // The lists are of SHA-1.
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
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

// A breached password is refused wherever one is set, and nothing else of it
// leaves the service than five digits of its hash.
func TestBreachedPasswords(t *testing.T) {
	svc, list := withBreaches(t)
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	field := func(name string) map[string]string { return map[string]string{"body." + name: breachDetail} }
	svc.Run(t, []testkit.Scenario{
		{Name: "register", Request: registration("a@example.com", "alice", breached), Status: 422, Messages: field("password"), Unwanted: []string{breached}},
		{Name: "in another form", Request: registration("a@example.com", "alice", strings.ReplaceAll(breached, "7", "７")), Status: 422, Messages: field("password")},
		{Name: "change", Request: changePassword(token, testkit.Password, breached), Status: 422, Messages: field("new_password"), Unwanted: []string{breached}},
		{Name: "change to another", Request: changePassword(token, testkit.Password, newPassword), Status: 204},
		{Name: "log-in", Request: testkit.LoginRequest("johndoe", breached), Status: 401, Detail: "Invalid credentials"},
	})
	mails := svc.Mails(t)
	mails.Deliver(t)
	svc.Expect(t, 202, forgotRequest("johndoe@example.com"))
	reset := mails.Only(t, "johndoe@example.com").Token()
	svc.Run(t, []testkit.Scenario{
		{Name: "reset", Request: resetRequest(reset, breached), Status: 422, Messages: field("new_password"), Unwanted: []string{breached}},
		{Name: "reset to another, with the same link", Request: resetRequest(reset, newPassword), Status: 200},
	})
	if _, err := svc.Auth.CreateUser(t.Context(), auth.Registration{Email: "b@example.com", Username: "boss", Password: breached}, true); err == nil {
		t.Error("a superuser has a breached password")
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
	svc.Expect(t, 422, registration("a@example.com", "alice", "short"))
	svc.Expect(t, 422, registration("a@example.com", "x", breached))
	svc.Expect(t, 409, registration("johndoe@example.com", "alice", breached))
	svc.Expect(t, 422, changePassword(svc.Login(t, "johndoe"), testkit.Password, "password"))
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
		svc.Expect(t, 201, registration(fmt.Sprintf("a%d@example.com", i), fmt.Sprintf("alice%d", i), breached))
		if got := svc.Log.Lines(t, "msg", warning); len(got) != want || got[0]["level"] != "WARN" {
			t.Errorf("after %d passwords: %v", i+1, got)
		}
	}
	if strings.Contains(svc.Log.String(), breached) || strings.Contains(svc.Log.String(), fmt.Sprintf("%X", sha1.Sum([]byte(breached)))[:5]) { //nolint:gosec // See the import.
		t.Errorf("the password or its hash is in the log: %s", svc.Log.String())
	}
}
