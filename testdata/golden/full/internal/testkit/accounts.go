package testkit

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/crypto/bcrypt"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/auth/authsql"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
)

// SecretKey signs the access tokens of tests.
const SecretKey = "VrKq7nB2xTz9Lw4cYd8hFj3mPs6gQe1aUo5iRt0vXk2bNl7yZu4wCp9dHf3sGj6m"

// environ is what the service cannot do without.
func environ() []string {
	return []string{
		"LOG_LEVEL=DEBUG",
		"SECRET_KEY=" + SecretKey,
		"PUBLIC_URL=https://api.example.com",
		"EMAILS_FROM_EMAIL=noreply@example.com",
		"SMTP_HOST=127.0.0.1",
		"MAILS_PER_RECIPIENT_PER_HOUR=100", // The clock stands still, so a test's mails come within an hour.
		"ENCRYPTION_KEY=" + EncryptionKey,
	}
}

func newServer(t testing.TB, config settings.Settings, db *database.DB, log *slog.Logger, now func() time.Time) *server.Server {
	t.Helper()
	accounts, err := auth.New(accountsConfig(config), newStore(db), log, now)
	if err != nil {
		t.Fatalf("making the accounts: %v", err)
	}
	return server.New(server.Dependencies{Settings: config, DB: db, Auth: accounts, Log: log, Now: now})
}

func newStore(db *database.DB) *authsql.Store { return authsql.New(db.Write, db.Read, db.Lookup) }

// Accounts returns the service's accounts on a store that wrap makes from the
// real one, for tests that must act between two steps.
func (svc *Service) Accounts(t testing.TB, wrap func(auth.Store) auth.Store) *auth.Service {
	t.Helper()
	accounts, err := auth.New(accountsConfig(svc.Settings), wrap(newStore(svc.DB)), svc.Server.Log, svc.Clock.Now)
	if err != nil {
		t.Fatalf("making the accounts: %v", err)
	}
	return accounts
}

// accountsConfig saves the work of hashing, which the cost a service may have
// would make most of a test's time.
func accountsConfig(config settings.Settings) auth.Config {
	accounts := config.Accounts()
	accounts.BcryptCost = bcrypt.MinCost
	return accounts
}

// User is an account of a test.
type User struct {
	ID       int64
	Email    string
	Username string
	Password string
}

// Password is the password of every User.
const Password = "correct horse battery staple"

// Register creates the account of a user who registers: name, and
// name@example.com.
func (svc *Service) Register(t testing.TB, name string) User {
	t.Helper()
	return newUser(t, name, svc.Auth.Register)
}

// Superuser creates an account that may manage the others.
func (svc *Service) Superuser(t testing.TB, name string) User {
	t.Helper()
	return newUser(t, name, func(ctx context.Context, r auth.Registration) (auth.User, error) {
		return svc.Auth.CreateUser(ctx, r, true)
	})
}

func newUser(t testing.TB, name string, create func(context.Context, auth.Registration) (auth.User, error)) User {
	t.Helper()
	user := User{Email: name + "@example.com", Username: name, Password: Password}
	created, err := create(t.Context(), auth.Registration{Email: user.Email, Username: user.Username, Password: user.Password})
	if err != nil {
		t.Fatalf("creating %s: %v", name, err)
	}
	user.ID = created.ID
	return user
}

// Login opens a session of a User and returns its access token.
func (svc *Service) Login(t testing.TB, name string) string {
	t.Helper()
	return svc.openSession(t, name).AccessToken
}

func (svc *Service) openSession(t testing.TB, name string) auth.TokenPair {
	t.Helper()
	pair, err := svc.Auth.Login(t.Context(), client.Client{Addr: svc.clients.next()}, name, Password)
	if err != nil {
		t.Fatalf("logging %s in: %v", name, err)
	}
	return pair
}

// TryLogin returns the access token for a name and a password, or an empty one
// if they are refused.
func (svc *Service) TryLogin(t testing.TB, name, password string) string {
	t.Helper()
	pair, err := svc.Auth.Login(t.Context(), client.Client{Addr: svc.clients.next()}, name, password)
	if err != nil && !errors.Is(err, auth.ErrInvalidCredentials) {
		t.Errorf("logging %s in: %v", name, err)
	}
	return pair.AccessToken
}

// Identity is whom an access token identifies, to act as that user on Auth.
func (svc *Service) Identity(t testing.TB, access string) auth.Identity {
	t.Helper()
	identity, err := svc.Auth.Identify(t.Context(), access)
	if err != nil {
		t.Fatalf("identifying a user: %v", err)
	}
	return identity
}

const whoAmI = "/api/v1/whoami"

// WhoAmI is a request for the user of an access token. Its route is the kit's
// own, behind the guard of all routes, so that tests of tokens and sessions
// depend on no endpoint of the service.
func (svc *Service) WhoAmI(access string) Request {
	addWhoAmI(svc.Server)
	return Request{Method: http.MethodGet, Path: whoAmI, Token: access}
}

// whoAmIUser is named for the document, where no two schemas share a name.
type whoAmIUser struct {
	Email    string `json:"email"`
	Username string `json:"username"`

	IsVerified   bool   `json:"is_verified"`
	PendingEmail string `json:"pending_email"`
}

func addWhoAmI(srv *server.Server) {
	if srv.OpenAPI().Paths[whoAmI] != nil {
		return
	}
	type whoAmIOutput struct{ Body whoAmIUser }
	huma.Register(srv.API(), huma.Operation{OperationID: "whoami", Method: http.MethodGet, Path: whoAmI},
		func(ctx context.Context, _ *struct{}) (*whoAmIOutput, error) {
			user := authhttp.CurrentUser(ctx)
			return &whoAmIOutput{whoAmIUser{
				Email: user.Email, Username: user.Username,
				IsVerified: user.IsVerified, PendingEmail: user.PendingEmail,
			}}, nil
		})
}

// LoginRequest is the request to log in.
func LoginRequest(name, password string) Request {
	return Request{Method: "POST", Path: "/api/v1/auth/login", Body: map[string]string{"username": name, "password": password}}
}

// Tokens is what a log-in or a refresh returns.
type Tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// Session opens a session of a User.
func (svc *Service) Session(t testing.TB, name string) Tokens {
	t.Helper()
	pair := svc.openSession(t, name)
	return Tokens{Access: pair.AccessToken, Refresh: pair.RefreshToken}
}

// Refresh exchanges a refresh token. The new tokens are empty if it is refused.
func (svc *Service) Refresh(t testing.TB, token string) Tokens {
	t.Helper()
	pair, err := svc.Auth.Refresh(t.Context(), client.Client{Addr: svc.clients.next()}, token)
	if err != nil && !errors.Is(err, auth.ErrRefreshToken) {
		t.Errorf("exchanging a refresh token: %v", err)
	}
	return Tokens{Access: pair.AccessToken, Refresh: pair.RefreshToken}
}

// Alive reports whether an access token is good.
func (svc *Service) Alive(t testing.TB, access string) bool {
	t.Helper()
	response := svc.Do(t, svc.WhoAmI(access))
	if response.Status != http.StatusOK && response.Status != http.StatusUnauthorized {
		t.Errorf("asking who a token's user is = %d %s", response.Status, response.Body)
	}
	return response.Status == http.StatusOK
}

// Post is a request with a body, which is what most are.
func Post(path string, body map[string]string) Request {
	return Request{Method: "POST", Path: "/api/v1" + path, Body: body}
}

// Verify confirms the address of a user who was just registered.
func (svc *Service) Verify(t testing.TB, mails *Mails, user User) {
	t.Helper()
	if err := svc.Auth.VerifyEmail(t.Context(), mails.Only(t, user.Email).Token()); err != nil {
		t.Fatalf("confirming the address of %s: %v", user.Username, err)
	}
}

// ChangeEmail asks for another address, as the user of an access token.
func (svc *Service) ChangeEmail(t testing.TB, access, email string) {
	t.Helper()
	if _, err := svc.Auth.UpdateSelf(t.Context(), svc.Identity(t, access), auth.Changes{Email: &email}); err != nil {
		t.Fatalf("asking for %s: %v", email, err)
	}
}

// ForgetPassword asks for a mail to set a new password.
func (svc *Service) ForgetPassword(t testing.TB, user User) {
	t.Helper()
	if err := svc.Auth.ForgotPassword(t.Context(), user.Email); err != nil {
		t.Fatalf("asking for a mail to %s: %v", user.Email, err)
	}
}
