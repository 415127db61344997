package authhttp_test

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// confirmed registers a User and confirms the address.
func confirmed(t *testing.T, svc *testkit.Service, name string) testkit.User {
	t.Helper()
	user := svc.Register(t, name)
	if err := svc.Auth.VerifyEmail(t.Context(), svc.Mails(t).To(t, user.Email).Token()); err != nil {
		t.Fatal(err)
	}
	return user
}

// TestWhoItIs is the table of who is logged in when a provider has named somebody.
func TestWhoProvidersName(t *testing.T) {
	jane := testkit.ProviderUser{Subject: "24828976", Email: "jane@example.com", EmailVerified: true, Username: "jane"}
	with := func(change func(*testkit.ProviderUser)) testkit.ProviderUser {
		user := jane
		change(&user)
		return user
	}
	closed := func(s *settings.Settings) { s.OAuthRegistration = "false" }
	for _, tt := range []struct {
		name      string
		configure func(*settings.Settings)
		prepare   func(t *testing.T, svc *testkit.Service, provider *testkit.Provider)
		named     testkit.ProviderUser
		status    int
		detail    string
		username  string
	}{
		{name: "new", named: jane, status: 200, username: "jane"},
		{name: "new, with another address than anybody", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) { confirmed(t, svc, "john") }, named: jane, status: 200, username: "jane"},
		{name: "new, registration by providers closed", configure: closed, named: jane, status: 403, detail: "Registration is closed"},
		{name: "new, all registration closed", configure: func(s *settings.Settings) { s.RegistrationEnabled, s.OAuthRegistration = false, "true" }, named: jane, status: 403, detail: "Registration is closed"},
		{name: "known, registration closed meanwhile", configure: closed, prepare: func(t *testing.T, svc *testkit.Service, provider *testkit.Provider) {
			confirmed(t, svc, "jane")
			svc.Link(t, provider, "oidc", "jane")
		}, named: jane, status: 200, username: "jane"},
		{name: "known, with another address by now", prepare: func(t *testing.T, svc *testkit.Service, provider *testkit.Provider) {
			svc.LoginWith(t, provider, "oidc")
		}, named: with(func(u *testkit.ProviderUser) { u.Email = "other@example.com" }), status: 200, username: "jane"},
		{name: "known, with an address that another user has", prepare: func(t *testing.T, svc *testkit.Service, provider *testkit.Provider) {
			svc.LoginWith(t, provider, "oidc")
			confirmed(t, svc, "john")
		}, named: with(func(u *testkit.ProviderUser) { u.Email = "john@example.com" }), status: 200, username: "jane"},
		{name: "known, with an address that is not verified any more", prepare: func(t *testing.T, svc *testkit.Service, provider *testkit.Provider) {
			svc.LoginWith(t, provider, "oidc")
		}, named: with(func(u *testkit.ProviderUser) { u.EmailVerified = false }), status: 200, username: "jane"},
		{name: "known, without an address", prepare: func(t *testing.T, svc *testkit.Service, provider *testkit.Provider) {
			svc.LoginWith(t, provider, "oidc")
		}, named: with(func(u *testkit.ProviderUser) { u.Email = "" }), status: 200, username: "jane"},
		{name: "address of a verified user", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) { confirmed(t, svc, "jane") },
			named: jane, status: 409, detail: "Log in and link this provider"},
		{name: "address of a verified user in upper case", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) { confirmed(t, svc, "jane") },
			named: with(func(u *testkit.ProviderUser) { u.Email = "JANE@Example.COM" }), status: 409, detail: "Log in and link this provider"},
		{name: "address of a user of another provider", prepare: func(t *testing.T, svc *testkit.Service, provider *testkit.Provider) {
			svc.LoginWith(t, provider, "google")
		}, named: jane, status: 409, detail: "Log in and link this provider"},
		{name: "subject of another provider", prepare: func(t *testing.T, svc *testkit.Service, provider *testkit.Provider) {
			provider.User.Email = "first@example.com"
			svc.LoginWith(t, provider, "google")
		}, named: with(func(u *testkit.ProviderUser) { u.Username = "second" }), status: 200, username: "second"},
		{name: "subject in another case", prepare: func(t *testing.T, svc *testkit.Service, provider *testkit.Provider) {
			provider.User.Subject, provider.User.Email = "abc", "first@example.com"
			svc.LoginWith(t, provider, "oidc")
		}, named: with(func(u *testkit.ProviderUser) { u.Subject, u.Username = "ABC", "second" }), status: 200, username: "second"},
		{name: "address of an unverified user", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) { svc.Register(t, "jane") },
			named: jane, status: 200, username: "jane"},
		{name: "address of an unverified user, registration closed", configure: closed, prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) { svc.Register(t, "jane") },
			named: jane, status: 200, username: "jane"},
		{name: "address of an unverified user who is disabled", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) {
			disable(t, svc, svc.Register(t, "jane").ID)
		}, named: jane, status: 401, detail: "Invalid credentials"},
		{name: "address that a superuser has set", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) {
			john := confirmed(t, svc, "john")
			admin := svc.Identity(t, svc.Login(t, svc.Superuser(t, "admin.example").Username))
			if _, err := svc.Auth.UpdateUser(t.Context(), admin, john.ID, auth.Changes{Email: new("jane@example.com")}); err != nil {
				t.Fatal(err)
			}
		}, named: jane, status: 409, detail: "Log in and link this provider"},
		{name: "pending address of another", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) {
			confirmed(t, svc, "john")
			svc.ChangeEmail(t, svc.Login(t, "john"), "jane@example.com")
		}, named: jane, status: 200, username: "jane"},
		{name: "no address", named: with(func(u *testkit.ProviderUser) { u.Email = "" }), status: 403, detail: "Email not verified by the provider"},
		{name: "address not verified", named: with(func(u *testkit.ProviderUser) { u.EmailVerified = false }), status: 403, detail: "Email not verified by the provider"},
		{name: "email_verified is text", named: with(func(u *testkit.ProviderUser) { u.EmailVerified = "true" }), status: 403, detail: "Email not verified by the provider"},
		{name: "email_verified is a number", named: with(func(u *testkit.ProviderUser) { u.EmailVerified = 1 }), status: 403, detail: "Email not verified by the provider"},
		{name: "email_verified is absent", named: with(func(u *testkit.ProviderUser) { u.EmailVerified = nil }), status: 403, detail: "Email not verified by the provider"},
		{name: "unverified address of a verified user", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) { confirmed(t, svc, "jane") },
			named: with(func(u *testkit.ProviderUser) { u.EmailVerified = false }), status: 403, detail: "Email not verified by the provider"},
		{name: "unverified address of an unverified user", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) { svc.Register(t, "jane") },
			named: with(func(u *testkit.ProviderUser) { u.EmailVerified = false }), status: 403, detail: "Email not verified by the provider"},
		{name: "address with a Kelvin sign", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) { svc.Register(t, "kim") },
			named: with(func(u *testkit.ProviderUser) { u.Email = "\u212Aim@example.com" }), status: 403, detail: "Email not verified by the provider"},
		{name: "address with a dotless i", prepare: func(t *testing.T, svc *testkit.Service, _ *testkit.Provider) { svc.Register(t, "kim") },
			named: with(func(u *testkit.ProviderUser) { u.Email = "k\u0131m@example.com" }), status: 403, detail: "Email not verified by the provider"},
		{name: "no address that can be one", named: with(func(u *testkit.ProviderUser) { u.Email = "jane@localhost" }), status: 403, detail: "Email not verified by the provider"},
		{name: "two addresses", named: with(func(u *testkit.ProviderUser) { u.Email = "jane@example.com,eve@evil.example" }), status: 403, detail: "Email not verified by the provider"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			configure := tt.configure
			if configure == nil {
				configure = func(*settings.Settings) {}
			}
			svc, provider := testkit.WithProvider(t, configure)
			if tt.prepare != nil {
				tt.prepare(t, svc, provider)
			}
			users, links := countRows(t, svc, "users"), countRows(t, svc, "user_identities")
			provider.User = tt.named
			response := svc.Expect(t, tt.status, testkit.ExchangeRequest(svc.Named(t, provider, "oidc")))
			if tt.status != http.StatusOK {
				if detail := response.Problem(t).Detail; detail != tt.detail {
					t.Errorf("detail is %q, want %q", detail, tt.detail)
				}
				if countRows(t, svc, "users") != users || countRows(t, svc, "user_identities") != links {
					t.Error("something has changed")
				}
				return
			}
			var tokens testkit.Tokens
			response.JSON(t, &tokens)
			if user := whoIs(t, svc, tokens.Access); user.Username != tt.username || !user.IsVerified {
				t.Errorf("the user is %+v, want %s", user, tt.username)
			}
		})
	}
}

func disable(t *testing.T, svc *testkit.Service, id int64) {
	t.Helper()
	admin := svc.Identity(t, svc.Login(t, svc.Superuser(t, "admin.example").Username))
	if _, err := svc.Auth.UpdateUser(t.Context(), admin, id, auth.Changes{IsActive: new(false)}); err != nil {
		t.Fatal(err)
	}
}

// The address that is shown with an identity is the provider's newest, and the account
// keeps its own.
func TestAddressOfIdentityFollowsTheProvider(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	svc.LoginWith(t, provider, "google")
	provider.User.Email = "new@example.com"
	access := svc.LoginWith(t, provider, "google").Access
	if user := whoIs(t, svc, access); user.Email != "jane@example.com" {
		t.Errorf("the account has %s", user.Email)
	}
	if list := identitiesOf(t, svc, access); len(list) != 1 || list[0].Email == nil || *list[0].Email != "new@example.com" {
		t.Errorf("identities are %+v", list)
	}
	provider.User.Email = ""
	if list := identitiesOf(t, svc, svc.LoginWith(t, provider, "google").Access); list[0].Email != nil {
		t.Errorf("the address is %s", *list[0].Email)
	}
}

// Somebody has registered with the address of a victim, and never confirmed it. When the
// victim comes with a provider, nothing of the squatter's opens the account (GHSA-29rf).
func TestPreRegisteredVictim(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	mails := svc.Mails(t)
	squatter := svc.Register(t, "jane")
	verification := mails.Only(t, squatter.Email).Token()
	session := svc.Session(t, "jane")
	svc.ForgetPassword(t, squatter)
	reset := mails.Only(t, squatter.Email).Token()
	svc.ChangeEmail(t, session.Access, "squatter@example.com")
	change := mails.To(t, "squatter@example.com").Token()
	for range 5 {
		svc.Do(t, testkit.Request{Method: "POST", Path: "/api/v1/auth/login", Body: map[string]string{"username": "jane", "password": "wrong"}, Addr: "192.0.2.7"})
	}

	request := testkit.ExchangeRequest(svc.Named(t, provider, "google"))
	request.Addr = "192.0.2.7" // where log-ins to the account are locked
	var victim testkit.Tokens
	svc.Expect(t, http.StatusOK, request).JSON(t, &victim)
	if user := whoIs(t, svc, victim.Access); user.ID != squatter.ID || user.HasPassword || !user.IsVerified {
		t.Errorf("the account is %+v", user)
	}
	if svc.Alive(t, session.Access) || svc.Refresh(t, session.Refresh).Access != "" {
		t.Error("the squatter's session is alive")
	}
	if svc.TryLogin(t, "jane", testkit.Password) != "" || svc.TryLogin(t, "jane", "") != "" {
		t.Error("the squatter's password is good")
	}
	for what, err := range map[string]error{
		"verification link": svc.Auth.VerifyEmail(t.Context(), verification),
		"link of a change":  svc.Auth.VerifyEmail(t.Context(), change),
		"declining link":    svc.Auth.DeclineEmail(t.Context(), verification),
		"reset link":        svc.Auth.ResetPassword(t.Context(), reset, "another good password 7"),
	} {
		if err == nil {
			t.Errorf("the squatter's %s is good", what)
		}
	}
	if user := whoIs(t, svc, victim.Access); user.Email != "jane@example.com" {
		t.Errorf("the account's address is %s", user.Email)
	}
	mail := mails.Only(t, "jane@example.com")
	if !strings.Contains(mail.Text, "never confirmed it") || !strings.Contains(mail.Text, "Google") {
		t.Errorf("the mail says\n%s", mail.Text)
	}
	if len(svc.Log.Lines(t, "event", "user_taken_over")) != 1 {
		t.Error("the log does not tell")
	}
}

// Lock and ban are those of all log-ins.
func TestProviderLoginOfLockedAndDisabledUsers(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	jane := whoIs(t, svc, svc.LoginWith(t, provider, "google").Access)
	from := func(addr string) testkit.Request {
		request := testkit.ExchangeRequest(svc.Named(t, provider, "google"))
		request.Addr = addr
		return request
	}
	for range 5 {
		svc.Do(t, testkit.Request{Method: "POST", Path: "/api/v1/auth/login", Body: map[string]string{"username": "jane@example.com", "password": "wrong"}, Addr: "192.0.2.7"})
	}
	response := svc.Expect(t, http.StatusTooManyRequests, from("192.0.2.7"))
	if detail := response.Problem(t).Detail; detail != "Too many failed attempts" || response.Header.Get("Retry-After") == "" {
		t.Errorf("a locked account: %s", detail)
	}
	svc.Expect(t, http.StatusOK, from("192.0.2.8"))
	disable(t, svc, jane.ID)
	response = svc.Expect(t, http.StatusUnauthorized, from("192.0.2.8"))
	if detail := response.Problem(t).Detail; detail != "Invalid credentials" {
		t.Errorf("a disabled account: %s", detail)
	}
}

func unlink(access, provider string) testkit.Request {
	return testkit.Request{Method: "DELETE", Path: "/api/v1/users/me/identities/" + provider, Token: access}
}

func TestLinkIdentity(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	mails := svc.Mails(t)
	john := confirmed(t, svc, "johndoe")
	access, other := svc.Login(t, "johndoe"), svc.Login(t, "johndoe")
	provider.User.Email = "elsewhere@example.net"
	response := svc.Expect(t, http.StatusCreated, testkit.LinkRequest(access, svc.Named(t, provider, "google")))
	var shown linked
	if response.JSON(t, &shown); shown.Provider != "google" || shown.Email == nil || *shown.Email != "elsewhere@example.net" {
		t.Errorf("the identity is %+v", shown)
	}
	if !svc.Alive(t, other) {
		t.Error("another session has ended")
	}
	if mail := mails.Only(t, john.Email); !strings.Contains(mail.Text, "Google (elsewhere[@]example[.]net)") {
		t.Errorf("the mail says\n%s", mail.Text)
	}
	if user := whoIs(t, svc, svc.LoginWith(t, provider, "google").Access); user.ID != john.ID || user.Email != john.Email || !user.HasPassword {
		t.Errorf("the log-in is of %+v", user)
	}
	if svc.TryLogin(t, "johndoe", testkit.Password) == "" {
		t.Error("the password is not good any more")
	}
}

func TestLinkIsRefused(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	confirmed(t, svc, "johndoe")
	access := svc.Login(t, "johndoe")
	svc.Link(t, provider, "google", "johndoe")
	expect := func(what string, status int, detail string, request testkit.Request) {
		t.Helper()
		response := svc.Do(t, request)
		if response.Status != status || response.Problem(t).Detail != detail {
			t.Errorf("%s = %d %s, want %d %s", what, response.Status, response.Body, status, detail)
		}
	}
	expect("the same identity again", 409, "Already linked", testkit.LinkRequest(access, svc.Named(t, provider, "google")))
	provider.User.Subject = "99"
	expect("another of the provider", 409, "Already linked", testkit.LinkRequest(access, svc.Named(t, provider, "google")))
	provider.User.Subject = "24828976"
	confirmed(t, svc, "eve")
	expect("an identity of another user", 409, "Linked to another user", testkit.LinkRequest(svc.Login(t, "eve"), svc.Named(t, provider, "google")))
	svc.Register(t, "unverified")
	expect("unverified", 403, "User not verified", testkit.LinkRequest(svc.Login(t, "unverified"), svc.Named(t, provider, "github")))
	expect("without a session", 401, "Not authenticated", testkit.LinkRequest("", svc.Named(t, provider, "github")))
	ended := svc.Login(t, "johndoe")
	if err := svc.Auth.Logout(t.Context(), svc.Identity(t, ended)); err != nil {
		t.Fatal(err)
	}
	expect("a session that has ended", 401, "Invalid token", testkit.LinkRequest(ended, svc.Named(t, provider, "github")))
	svc.Clock.Advance(15*time.Minute + time.Second)
	expect("an old log-in", 401, "Recent log-in required", testkit.LinkRequest(access, svc.Named(t, provider, "github")))
	if got := providersOf(t, svc, access); got != "google" {
		t.Errorf("linked are %s", got)
	}
}

// A session that ends while its request waits links and unlinks nothing.
func TestIdentitiesOfASessionThatEnds(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	confirmed(t, svc, "johndoe")
	svc.Link(t, provider, "google", "johndoe")
	identity := svc.Identity(t, svc.Login(t, "johndoe"))
	named := svc.Named(t, provider, "github")
	if err := svc.Auth.LogoutAll(t.Context(), identity.User); err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Auth.LinkIdentity(t.Context(), identity, named["code"], named["code_verifier"]); err != error(auth.ErrInvalidToken) {
		t.Errorf("linking = %v", err)
	}
	if err := svc.Auth.UnlinkIdentity(t.Context(), identity, "google"); err != error(auth.ErrInvalidToken) {
		t.Errorf("unlinking = %v", err)
	}
	if got := providersOf(t, svc, svc.Login(t, "johndoe")); got != "google" {
		t.Errorf("linked are %s", got)
	}
}

func TestUnlinkIdentity(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	mails := svc.Mails(t)
	john := confirmed(t, svc, "johndoe")
	svc.Link(t, provider, "google", "johndoe")
	mails.Only(t, john.Email)
	byProvider := svc.LoginWith(t, provider, "google")
	access := svc.Login(t, "johndoe")
	svc.Expect(t, http.StatusNotFound, unlink(access, "github"))
	for _, unknown := range []string{"evil", "Google", "google%00", "%FF"} {
		svc.Expect(t, http.StatusNotFound, unlink(access, unknown))
	}
	svc.Expect(t, http.StatusNoContent, unlink(access, "google"))
	if svc.Alive(t, byProvider.Access) || !svc.Alive(t, access) {
		t.Error("the other sessions live on, or this one has ended")
	}
	if mail := mails.Only(t, john.Email); !strings.Contains(mail.Text, "A provider was unlinked") {
		t.Errorf("the mail says\n%s", mail.Text)
	}
	svc.Expect(t, http.StatusNotFound, unlink(access, "google"))
	provider.User.Email = john.Email
	svc.Expect(t, http.StatusConflict, testkit.ExchangeRequest(svc.Named(t, provider, "google")))
	svc.Clock.Advance(15*time.Minute + time.Second)
	if response := svc.Expect(t, http.StatusUnauthorized, unlink(access, "google")); response.Problem(t).Detail != "Recent log-in required" {
		t.Errorf("an old log-in: %s", response.Body)
	}
}

// unlinking ends an identity at the moment between finding its user and opening the
// session.
type unlinking struct {
	auth.Store
	unlink func()
}

func (u unlinking) LoginHistory(ctx context.Context, account string, network netip.Prefix, now time.Time) (auth.LoginHistory, error) {
	u.unlink()
	return u.Store.LoginHistory(ctx, account, network, now)
}

func TestUnlinkedWhileLoggingIn(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	confirmed(t, svc, "johndoe")
	svc.Link(t, provider, "google", "johndoe")
	identity, named := svc.Identity(t, svc.Login(t, "johndoe")), svc.Named(t, provider, "google")
	accounts := svc.Accounts(t, func(store auth.Store) auth.Store {
		return unlinking{store, func() {
			if err := svc.Auth.UnlinkIdentity(t.Context(), identity, "google"); err != nil {
				t.Error(err)
			}
		}}
	})
	pair, err := accounts.LoginWithProvider(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, named["code"], named["code_verifier"])
	if err != error(auth.ErrInvalidCredentials) {
		t.Errorf("the log-in = %v, %v", pair, err)
	}
}

// Whoever has no password keeps a way in.
func TestUnlinkTheLastWayIn(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	access := svc.LoginWith(t, provider, "google").Access
	refused := func() {
		t.Helper()
		response := svc.Expect(t, http.StatusBadRequest, unlink(access, "google"))
		if detail := response.Problem(t).Detail; detail != "The last way to log in must stay" || providersOf(t, svc, access) != "google" || !svc.Alive(t, access) {
			t.Errorf("detail is %s, linked are %s", detail, providersOf(t, svc, access))
		}
	}
	refused()
	svc.Expect(t, http.StatusCreated, testkit.LinkRequest(access, svc.Named(t, provider, "github")))
	svc.Expect(t, http.StatusNoContent, unlink(access, "github"))
	refused()
	svc.Expect(t, http.StatusNoContent, setPassword(access, "a password of Jane's 1"))
	svc.Expect(t, http.StatusNoContent, unlink(access, "google"))
	if svc.TryLogin(t, "jane@example.com", "a password of Jane's 1") == "" {
		t.Error("the password is not good")
	}
}

// A provider that is off is no way in.
func TestUnlinkWhenTheOtherProviderIsOff(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	access := svc.LoginWith(t, provider, "google").Access
	svc.Expect(t, http.StatusCreated, testkit.LinkRequest(access, svc.Named(t, provider, "github")))
	without := testkit.New(t, testkit.Options{SharedWith: svc, Configure: func(s *settings.Settings) {
		provider.Configure(s)
		s.GitHubClientID = ""
	}})
	without.Expect(t, http.StatusBadRequest, unlink(access, "google"))
	svc.Expect(t, http.StatusNoContent, unlink(access, "google"))
}

func setPassword(access, password string) testkit.Request {
	request := testkit.Post("/users/me/password", map[string]string{"new_password": password})
	request.Token = access
	return request
}

func TestFirstPassword(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	mails := svc.Mails(t)
	jane := svc.LoginWith(t, provider, "google")
	other := svc.LoginWith(t, provider, "google")
	const password = "a password of Jane's 1"
	response := svc.Expect(t, http.StatusBadRequest, testkit.Request{Method: "POST", Path: "/api/v1/users/me/password", Token: jane.Access,
		Body: map[string]string{"current_password": "", "new_password": password}})
	if detail := response.Problem(t).Detail; detail != "Current password is incorrect" {
		t.Errorf("an empty current password: %s", detail)
	}
	svc.Expect(t, http.StatusUnprocessableEntity, setPassword(jane.Access, "short"))
	svc.Expect(t, http.StatusNoContent, setPassword(jane.Access, password))
	if !svc.Alive(t, jane.Access) || svc.Alive(t, other.Access) {
		t.Error("this session has ended, or the other one lives on")
	}
	if !whoIs(t, svc, jane.Access).HasPassword || svc.TryLogin(t, "jane@example.com", password) == "" {
		t.Error("there is no password")
	}
	if mail := mails.Only(t, "jane@example.com"); !strings.Contains(mail.Text, "You can still log in to it with: Google (jane[@]example[.]com)") {
		t.Errorf("the mail says\n%s", mail.Text)
	}
	response = svc.Expect(t, http.StatusUnprocessableEntity, setPassword(jane.Access, "another password 2"))
	if messages := response.Problem(t).Messages(); messages["body.current_password"] == "" {
		t.Errorf("messages are %v", messages)
	}
	if err := svc.Auth.SetPassword(t.Context(), svc.Identity(t, jane.Access), "another password 2"); err != error(auth.ErrWrongPassword) {
		t.Errorf("a second first password = %v", err)
	}
	if svc.TryLogin(t, "jane@example.com", password) == "" {
		t.Error("the password was changed without the current one")
	}
}

// There is nothing to compare, so the log-in has to be recent.
func TestFirstPasswordNeedsARecentLogin(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	jane := svc.LoginWith(t, provider, "google")
	svc.Clock.Advance(15*time.Minute + time.Second)
	response := svc.Expect(t, http.StatusUnauthorized, setPassword(jane.Access, "a password of Jane's 1"))
	if detail := response.Problem(t).Detail; detail != "Recent log-in required" {
		t.Errorf("an old log-in: %s", detail)
	}
	svc.Expect(t, http.StatusNoContent, setPassword(svc.LoginWith(t, provider, "google").Access, "a password of Jane's 1"))
}

// No password is none that anybody can type, and its comparison is as much work.
func TestNoPasswordMatches(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	svc.LoginWith(t, provider, "google")
	for _, password := range []string{"", " ", "decoy", "not the decoy", "\x00"} {
		if svc.TryLogin(t, "jane@example.com", password) != "" {
			t.Errorf("%q opens an account without a password", password)
		}
	}
}

// A forgotten password makes one where there was none, as the address is the owner's.
func TestResetWithoutAPassword(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	mails := svc.Mails(t)
	access := svc.LoginWith(t, provider, "google").Access
	provider.User.Email = "elsewhere@example.net"
	svc.Expect(t, http.StatusCreated, testkit.LinkRequest(access, svc.Named(t, provider, "github")))
	mails.Only(t, "jane@example.com")
	svc.ForgetPassword(t, testkit.User{Email: "jane@example.com"})
	if err := svc.Auth.ResetPassword(t.Context(), mails.Only(t, "jane@example.com").Token(), "a password of Jane's 1"); err != nil {
		t.Fatal(err)
	}
	access = svc.TryLogin(t, "jane@example.com", "a password of Jane's 1")
	if got := providersOf(t, svc, access); got != "google" {
		t.Errorf("after a reset, linked are %s", got)
	}
	if mail := mails.Only(t, "jane@example.com"); !strings.Contains(mail.Text, "Google") || strings.Contains(mail.Text, "GitHub") {
		t.Errorf("the mail says\n%s", mail.Text)
	}
}

// An address that a provider has not verified is nobody's: who had a session for a
// moment, and linked what calls itself by the owner's address, is out after the reset.
func TestResetEndsWhatOnlyCallsItselfTheOwner(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	owner := confirmed(t, svc, "jane")
	provider.User.Email, provider.User.EmailVerified = owner.Email, false
	svc.Link(t, provider, "oidc", "jane")
	provider.User.Email, provider.User.EmailVerified = "eve@example.net", true
	svc.Link(t, provider, "google", "jane")
	provider.User.Email, provider.User.EmailVerified = owner.Email, false
	for _, linked := range identitiesOf(t, svc, svc.LoginWith(t, provider, "google").Access) {
		if linked.Email != nil {
			t.Errorf("%s is shown with %s", linked.Provider, *linked.Email)
		}
	}
	mails := svc.Mails(t)
	mails.Deliver(t)
	svc.ForgetPassword(t, owner)
	if err := svc.Auth.ResetPassword(t.Context(), mails.Only(t, owner.Email).Token(), "a password of Jane's 1"); err != nil {
		t.Fatal(err)
	}
	if got := providersOf(t, svc, svc.TryLogin(t, "jane", "a password of Jane's 1")); got != "" {
		t.Errorf("after a reset, linked are %s", got)
	}
	for _, name := range []string{"oidc", "google"} {
		svc.Expect(t, http.StatusForbidden, testkit.ExchangeRequest(svc.Named(t, provider, name)))
	}
}

// Identities are one's own: nobody sees or ends those of others.
func TestIdentitiesOfOthers(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	svc.LoginWith(t, provider, "google")
	confirmed(t, svc, "eve")
	eve := svc.Login(t, "eve")
	if got := providersOf(t, svc, eve); got != "" {
		t.Errorf("eve sees %s", got)
	}
	svc.Expect(t, http.StatusNotFound, unlink(eve, "google"))
	svc.LoginWith(t, provider, "google")
	svc.Expect(t, http.StatusUnauthorized, testkit.Request{Method: "GET", Path: "/api/v1/users/me/identities"})
}

// Deleting an account deletes its identities: the next log-in makes a new one.
func TestDeletedUserAndProvider(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	access := svc.LoginWith(t, provider, "google").Access
	before := svc.Identity(t, access)
	named := svc.Named(t, provider, "google")
	if err := svc.Auth.DeleteSelf(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	if n := countRows(t, svc, "user_identities"); n != 0 {
		t.Errorf("%d identities are left", n)
	}
	var tokens testkit.Tokens
	svc.Expect(t, http.StatusOK, testkit.ExchangeRequest(named)).JSON(t, &tokens)
	if after := whoIs(t, svc, tokens.Access); after.ID == before.User.ID {
		t.Error("the account is there again")
	}
}
