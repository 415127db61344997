package authhttp_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func TestPasswordRules(t *testing.T) {
	const (
		short   = "Password must be at least 8 characters"
		long    = "Password must be at most 72 bytes"
		nul     = "Password must not contain a NUL character"
		common  = "Password is too common"
		derived = "Password must not be your name, your email or the name of this service"
		unseen  = "Password must have characters that can be seen"
	)
	type rule struct{ password, message string }
	rules := func(t *testing.T, configure func(*settings.Settings), rules []rule) {
		t.Helper()
		svc := testkit.New(t, testkit.Options{Configure: configure})
		for i, r := range rules {
			name := fmt.Sprintf("johnny%c%c", 'a'+i/26, 'a'+i%26)
			response := svc.Do(t, registration(name+"@example.com", name, strings.ReplaceAll(r.password, "NAME", name)))
			switch {
			case r.message == "" && response.Status != 201:
				t.Errorf("%q = %d %s, want it taken", r.password, response.Status, response.Body)
			case r.message != "" && (response.Status != 422 || response.Problem(t).Messages()["body.password"] != r.message):
				t.Errorf("%q = %d %s, want %q", r.password, response.Status, response.Body, r.message)
			}
		}
	}
	t.Run("as set", func(t *testing.T) {
		rules(t, nil, []rule{
			{"", short}, {"1234567", short}, {"äöüßäöü", short}, {"ähöüßäöl", ""}, {"  spaces are fine  ", ""},
			{strings.Repeat("xy", 36), ""}, {strings.Repeat("xy", 36) + "z", long},
			{strings.Repeat("ä", 36), ""}, {strings.Repeat("ä", 36) + "z", long}, {strings.Repeat("😀", 18), ""}, {strings.Repeat("😀", 18) + "a", long},
			{"nul in\x00side", nul}, {"password", common}, {"PassWord", common}, {"12345678", common}, {"qwertyuiop", common},
			{"NAMENAME", derived}, {"NAME-NAME-2026", derived}, {"NAME loves pasta", ""}, {"NAME12345", derived}, {"12NAME!!", derived}, {"NAME@example.com", derived}, {"all lower without digit", ""},
			{strings.Repeat(" ", 12), unseen}, {strings.Repeat("\u200b", 12), unseen}, {strings.Repeat("\u3164", 12), unseen},
			{strings.Repeat("\u2800", 12), unseen}, {strings.Repeat("\u00a0\ufeff", 6), unseen}, {"\u200b\u200b\u200b\u200b\u200b\u200bab", ""},
			{"P@ssw0rd", common}, {"Passw0rd!", common}, {"password2026!", common}, {"!!Password!!", common}, {"pa$$word123", common},
			{"Sunshine2025", common}, {"monkey2024", common}, {"Dr@gon!1999", common}, {"letmein!!", common}, {"f00tball!", common}, {"Summer2026", common}, {"winter-2025!", common}, {"December12", common},
			{"summer in Rome 2026", ""}, {"sunshine on leith", ""}, {"ｐａｓｓｗｏｒｄ", common}, {"NewSecurePass123!", ""},
		})
	})
	t.Run("with the service's name", func(t *testing.T) {
		rules(t, func(s *settings.Settings) { s.AppName = "Wonder Service" }, []rule{
			{"wonder service", derived}, {"Wonder Service 2026", derived}, {"wonderful service", ""},
			{"wonder servicewonder service", derived}, {"NAME wonder service 1", derived},
		})
	})
	t.Run("with a length", func(t *testing.T) {
		rules(t, func(s *settings.Settings) { s.PasswordMinLength = 15 }, []rule{{"fourteen chars", "Password must be at least 15 characters"}, {"fifteen  chars!", ""}})
	})
	t.Run("with the guide's rules", func(t *testing.T) {
		rules(t, func(s *settings.Settings) {
			s.PasswordRequireUpper, s.PasswordRequireLower, s.PasswordRequireDigit = true, true, true
		}, []rule{
			{"Sh0rt", short}, {"lowercase1", "Password must contain uppercase letter"}, {"UPPERCASE1", "Password must contain lowercase letter"},
			{"NoDigitHere", "Password must contain digit"}, {"SecurePass123!", ""}, {"Übergröße7", ""},
		})
	})
}

// The bytes after the 72nd, which bcrypt ignores, do not open an account.
func TestLongPasswordDoesNotMatchItsBeginning(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	password := strings.Repeat("xy", 36)
	svc.Expect(t, 201, registration("john@example.com", "john", password))
	svc.Run(t, []testkit.Scenario{
		{Name: "72 bytes", Request: testkit.LoginRequest("john", password), Status: 200},
		{Name: "73 bytes", Request: testkit.LoginRequest("john", password+"z"), Status: 401, Detail: "Invalid credentials"},
		{Name: "NUL at the end", Request: testkit.LoginRequest("john", password[:71]+"\x00"), Status: 401, Detail: "Invalid credentials"},
		{Name: "60 KiB", Request: testkit.LoginRequest("john", strings.Repeat("x", 60<<10)), Status: 401, Detail: "Invalid credentials"},
	})
}

const newPassword = "another staple battery horse"

func changePassword(token, current, replacement string) testkit.Request {
	return testkit.Request{Method: "POST", Path: "/api/v1/users/me/password", Token: token, Body: map[string]string{
		"current_password": current, "new_password": replacement,
	}}
}

func TestChangePassword(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	field := func(message string) map[string]string { return map[string]string{"body.new_password": message} }
	const wrong = "Current password is incorrect"
	svc.Run(t, []testkit.Scenario{
		{Name: "guest", Request: changePassword("", testkit.Password, newPassword), Status: 401, Detail: "Not authenticated"},
		{Name: "wrong current", Request: changePassword(token, "wrong password", newPassword), Status: 400, Detail: wrong, Header: map[string]string{"WWW-Authenticate": ""}},
		{Name: "empty current", Request: changePassword(token, "", newPassword), Status: 400, Detail: wrong},
		{Name: "current of 73 bytes", Request: changePassword(token, strings.Repeat("x", 73), newPassword), Status: 400, Detail: wrong},
		{Name: "short", Request: changePassword(token, testkit.Password, "short"), Status: 422,
			Messages: field("Password must be at least 8 characters"), Unwanted: []string{testkit.Password}},
		{Name: "long", Request: changePassword(token, testkit.Password, strings.Repeat("ä", 37)), Status: 422,
			Messages: field("Password must be at most 72 bytes")},
		{Name: "common", Request: changePassword(token, testkit.Password, "password"), Status: 422, Messages: field("Password is too common")},
		{Name: "own name", Request: changePassword(token, testkit.Password, "johndoe2026"), Status: 422,
			Messages: field("Password must not be your name, your email or the name of this service")},
		{Name: "missing", Request: testkit.Request{Method: "POST", Path: "/api/v1/users/me/password", Token: token, Body: map[string]string{"new_password": newPassword}},
			Status: 422, Unwanted: []string{newPassword}},
		{Name: "wrong type", Request: testkit.Request{Method: "POST", Path: "/api/v1/users/me/password", Token: token,
			Body: map[string]any{"current_password": testkit.Password, "new_password": []string{newPassword}}},
			Status: 422, Unwanted: []string{newPassword, testkit.Password}},
		{Name: "not yet changed", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 200},
		{Name: "right", Request: changePassword(token, testkit.Password, newPassword), Status: 204},
		{Name: "old one", Request: testkit.LoginRequest("johndoe", testkit.Password), Status: 401, Detail: "Invalid credentials"},
		{Name: "new one", Request: testkit.LoginRequest("johndoe", newPassword), Status: 200},
		{Name: "this session", Request: svc.WhoAmI(token), Status: 200},
		{Name: "old as current", Request: changePassword(token, testkit.Password, testkit.Password), Status: 400, Detail: wrong},
	})
}

// Password managers ask where a password is changed
// (https://w3c.github.io/webappsec-change-password-url/).
func TestChangePasswordPage(t *testing.T) {
	const page = "https://app.example.com/account/password"
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.ChangePasswordURL = page }})
	svc.Run(t, []testkit.Scenario{{Name: "set", Request: get("/.well-known/change-password", ""), Status: 302, Header: map[string]string{"Location": page}}})
	testkit.New(t, testkit.Options{}).Run(t, []testkit.Scenario{
		{Name: "not set", Request: get("/.well-known/change-password", ""), Status: 404, Detail: "Not found"},
	})
}

// One password has one form, however a keyboard composes it.
func TestPasswordHasOneForm(t *testing.T) {
	forms := []string{"Größe ﬁndet 42 Äpfel", "Gro\u0308ße findet 42 A\u0308pfel", "Größe findet ４２ Äpfel"}
	for _, first := range forms {
		svc := testkit.New(t, testkit.Options{})
		svc.Expect(t, 201, registration("john@example.com", "johndoe", first))
		for _, form := range forms {
			svc.Run(t, []testkit.Scenario{{Name: form, Request: testkit.LoginRequest("johndoe", form), Status: 200}})
		}
		svc.Run(t, []testkit.Scenario{{Name: "another", Request: testkit.LoginRequest("johndoe", "Grösse findet 42 Äpfel"), Status: 401, Detail: "Invalid credentials"}})
	}
}

// A password that was hashed as it was typed, before it had one form, still
// opens the account, and is hashed anew.
func TestPasswordsOfBeforeStillOpen(t *testing.T) {
	const typed, normal = "Gro\u0308ße findet 42 A\u0308pfel", "Größe findet 42 Äpfel"
	svc := testkit.New(t, testkit.Options{})
	svc.Expect(t, 201, registration("john@example.com", "johndoe", testkit.Password))
	old, err := bcrypt.GenerateFromPassword([]byte(typed), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := svc.SQL().Exec(`UPDATE users SET hashed_password = '` + string(old) + `'`); err != nil {
		t.Fatal(err)
	}
	stored := func() (hash string) {
		if err := svc.SQL().QueryRow(`SELECT hashed_password FROM users`).Scan(&hash); err != nil {
			t.Fatal(err)
		}
		return hash
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "in the other form, at first", Request: testkit.LoginRequest("johndoe", normal), Status: 401, Detail: "Invalid credentials"},
		{Name: "as typed", Request: testkit.LoginRequest("johndoe", typed), Status: 200},
		{Name: "in the other form, then", Request: testkit.LoginRequest("johndoe", normal), Status: 200},
	})
	renewed := stored()
	svc.Expect(t, 200, testkit.LoginRequest("johndoe", typed))
	if renewed == string(old) || stored() != renewed {
		t.Error("the password must be hashed anew once")
	}
}
