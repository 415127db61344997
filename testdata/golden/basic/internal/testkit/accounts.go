package testkit

import (
	"net/http"
	"testing"

	"example.com/myapi/internal/auth"
)

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
	created, err := svc.Auth.CreateSuperuser(t.Context(), auth.Registration{
		Email: user.Email, Username: user.Username, Password: user.Password,
	})
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
