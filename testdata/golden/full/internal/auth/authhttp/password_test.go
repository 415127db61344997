package authhttp_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// registered creates the account of a user with that password.
func registered(t *testing.T, svc *testkit.Service, name, password string) error {
	t.Helper()
	_, err := svc.Auth.Register(t.Context(), auth.Registration{Email: name + "@example.com", Username: name, Password: password})
	return err
}

// passwordFault is what a new user is told of a password, or empty.
func passwordFault(t *testing.T, svc *testkit.Service, name, password string) string {
	t.Helper()
	var refused *auth.Error
	switch err := registered(t, svc, name, password); {
	case err == nil:
		return ""
	case !errors.As(err, &refused) || len(refused.Fields) != 1 || refused.Fields[0].Field != "password":
		t.Fatalf("registering with %q: %v", password, err)
	}
	return refused.Fields[0].Message
}

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
			if got := passwordFault(t, svc, name, strings.ReplaceAll(r.password, "NAME", name)); got != r.message {
				t.Errorf("%q: %q, want %q", r.password, got, r.message)
			}
		}
	}
	t.Run("as set", func(t *testing.T) {
		rules(t, nil, []rule{
			{"", short}, {"1234567", short}, {"äöüßäöü", short}, {"ähöüßäöl", ""}, {"  spaces are fine  ", ""},
			{strings.Repeat("xy", 36), ""}, {strings.Repeat("xy", 36) + "z", long},
			{strings.Repeat("ä", 36), ""}, {strings.Repeat("ä", 36) + "z", long}, {strings.Repeat("😀", 18), ""}, {strings.Repeat("😀", 18) + "a", long},
			{"nul in\x00side", nul}, {"password", common}, {"PassWord", common}, {"12345678", common}, {"qwertyuiop", common},
			{"NAMENAME", derived}, {"NAMEjohnny", derived}, {"johnny-NAME-7", derived}, {"NAMEjohnson", ""}, {"NAME-NAME-2026", derived}, {"NAME loves pasta", ""}, {"NAME12345", derived}, {"12NAME!!", derived}, {"NAME@example.com", derived}, {"all lower without digit", ""},
			{strings.Repeat(" ", 12), unseen}, {strings.Repeat("\u200b", 12), unseen}, {strings.Repeat("\u3164", 12), unseen},
			{strings.Repeat("\u2800", 12), unseen}, {strings.Repeat("\u00a0\ufeff", 6), unseen}, {"\u200b\u200b\u200b\u200b\u200b\u200bab", ""},
			{"P@ssw0rd", common}, {"Passw0rd!", common}, {"password2026!", common}, {"!!Password!!", common}, {"pa$$word123", common},
			{"Sunshine2025", common}, {"monkey2024", common}, {"Dr@gon!1999", common}, {"letmein!!", common}, {"f00tball!", common}, {"Summer2026", common}, {"winter-2025!", common}, {"December12", common},
			{"letmein-letmein", common}, {"MonkeyMonkey!", common}, {"p4ssword.p4ssword", common}, {"letmein-letmeout", ""}, {"summer in Rome 2026", ""}, {"sunshine on leith", ""}, {"ｐａｓｓｗｏｒｄ", common}, {"NewSecurePass123!", ""},
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
	if err := registered(t, svc, "johndoe", password); err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]string{
		"72 bytes": password, "73 bytes": password + "z", "NUL at the end": password[:71] + "\x00", "60 KiB": strings.Repeat("x", 60<<10),
	} {
		if opened := svc.TryLogin(t, "johndoe", try) != ""; opened != (try == password) {
			t.Errorf("%s: logged in is %t", name, opened)
		}
	}
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
	})
	if svc.TryLogin(t, "johndoe", testkit.Password) == "" {
		t.Error("a refused change changed the password")
	}
	svc.Expect(t, 204, changePassword(token, testkit.Password, newPassword))
	if svc.TryLogin(t, "johndoe", testkit.Password) != "" || svc.TryLogin(t, "johndoe", newPassword) == "" {
		t.Error("the new password must open the account, and the old one must not")
	}
	svc.Run(t, []testkit.Scenario{
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
		if err := registered(t, svc, "johndoe", first); err != nil {
			t.Fatal(err)
		}
		for _, form := range forms {
			if svc.TryLogin(t, "johndoe", form) == "" {
				t.Errorf("registered with %q, %q is refused", first, form)
			}
		}
		if svc.TryLogin(t, "johndoe", "Grösse findet 42 Äpfel") != "" {
			t.Error("another password opens the account")
		}
	}
}

// A password that was hashed as it was typed, before it had one form, still
// opens the account, and is hashed anew.
func TestPasswordsOfBeforeStillOpen(t *testing.T) {
	const typed, normal = "Gro\u0308ße findet 42 A\u0308pfel", "Größe findet 42 Äpfel"
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
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
	if svc.TryLogin(t, "johndoe", normal) != "" {
		t.Error("the other form opens the account before it is hashed anew")
	}
	if svc.TryLogin(t, "johndoe", typed) == "" || svc.TryLogin(t, "johndoe", normal) == "" {
		t.Error("as typed, and then in the other form, it must open the account")
	}
	renewed := stored()
	if svc.TryLogin(t, "johndoe", typed) == "" {
		t.Error("as typed, it is refused once it was hashed anew")
	}
	if renewed == string(old) || stored() != renewed {
		t.Error("the password must be hashed anew once")
	}
}
