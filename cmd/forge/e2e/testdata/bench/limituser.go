package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

type user struct {
	ID           int64     `json:"id"`
	Email        string    `json:"email"`
	Username     string    `json:"username"`
	IsActive     bool      `json:"is_active"`
	IsVerified   bool      `json:"is_verified"`
	PendingEmail *string   `json:"pending_email"`
	IsSuperuser  bool      `json:"is_superuser"`
	CreatedAt    time.Time `json:"created_at"`

	password, former string
	serial           int64
}

const userColumns = `u.id, u.email, u.username, u.is_active, u.is_verified, u.pending_email, u.is_superuser, u.created_at,
	COALESCE(u.former_email, ''), u.hashed_password, u.password_serial`

func (u *user) fields() []any {
	return []any{&u.ID, &u.Email, &u.Username, &u.IsActive, &u.IsVerified, &u.PendingEmail, &u.IsSuperuser, &u.CreatedAt,
		&u.former, &u.password, &u.serial}
}

// must panics: a benchmark with an error has no result.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// tokens verifies access tokens, and finds their users.
type tokens struct {
	key     []byte
	parser  *jwt.Parser
	session *sql.Stmt
}

func newTokens(session *sql.Stmt) tokens {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	return tokens{key: []byte(os.Getenv("SECRET_KEY")), parser: parser, session: session}
}

// sessionQuery has the parameters of its database: a token, and the time.
func sessionQuery(token, now string) string {
	return `SELECT ` + userColumns + ` FROM tokens t JOIN users u ON u.id = t.user_id
		WHERE t.token = ` + token + ` AND t.token_type = 'access' AND t.expires_at > ` + now
}

// serve answers GET /users/me, and what was added before.
func (t tokens) serve() {
	http.HandleFunc("GET /health", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("GET /api/v1/users/me", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, t.identify(r))
	})
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

// identify panics for a wrong token, which ends the connection without an answer.
func (t tokens) identify(r *http.Request) user {
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	var claims jwt.RegisteredClaims
	must(t.parser.ParseWithClaims(bearer, &claims, func(*jwt.Token) (any, error) { return t.key, nil }))
	return one(t.session.QueryRow(hash(claims.ID), time.Now()))
}

func one(row *sql.Row) (u user) {
	if err := row.Scan(u.fields()...); err != nil {
		panic(err)
	}
	return u
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(err)
	}
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
