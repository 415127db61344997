package testkit

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authsql"
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

func newStore(db *database.DB) *authsql.Store { return authsql.New(db.Write, db.Read) }

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

// Register creates an account: name, and name@example.com.
func (svc *Service) Register(t testing.TB, name string) User {
	t.Helper()
	user := User{Email: name + "@example.com", Username: name, Password: Password}
	response := svc.Expect(t, http.StatusCreated, Request{Method: "POST", Path: "/api/v1/auth/register", Body: map[string]string{
		"email": user.Email, "username": user.Username, "password": user.Password,
	}})
	var body struct{ ID int64 }
	response.JSON(t, &body)
	user.ID = body.ID
	return user
}

// Superuser creates an account that may manage the others.
func (svc *Service) Superuser(t testing.TB, name string) User {
	t.Helper()
	user := User{Email: name + "@example.com", Username: name, Password: Password}
	created, err := svc.Auth.CreateUser(t.Context(), auth.Registration{
		Email: user.Email, Username: user.Username, Password: user.Password,
	}, true)
	if err != nil {
		t.Fatalf("creating a superuser: %v", err)
	}
	user.ID = created.ID
	return user
}

// Login logs a User in and returns the access token.
func (svc *Service) Login(t testing.TB, name string) string {
	t.Helper()
	response := svc.Expect(t, http.StatusOK, LoginRequest(name, Password))
	var body struct {
		AccessToken string `json:"access_token"`
	}
	response.JSON(t, &body)
	return body.AccessToken
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

// Session logs a User in.
func (svc *Service) Session(t testing.TB, name string) Tokens {
	t.Helper()
	var tokens Tokens
	svc.Expect(t, http.StatusOK, LoginRequest(name, Password)).JSON(t, &tokens)
	return tokens
}

// Alive reports whether an access token is good.
func (svc *Service) Alive(t testing.TB, access string) bool {
	t.Helper()
	return svc.Do(t, Request{Method: "GET", Path: "/api/v1/users/me", Token: access}).Status == http.StatusOK
}

// Post is a request with a body, which is what most are.
func Post(path string, body map[string]string) Request {
	return Request{Method: "POST", Path: "/api/v1" + path, Body: body}
}

// Verify confirms the address of a user who was just registered.
func (svc *Service) Verify(t testing.TB, mails *Mails, user User) {
	t.Helper()
	token := mails.Only(t, user.Email).Token()
	svc.Expect(t, http.StatusOK, Post("/auth/verify-email", map[string]string{"token": token}))
}
