// Command query is the bare handler with the least that a session which can be
// ended needs: one prepared query for the token and its user, in the service's
// own database, and an answer made from the row.
package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"example.com/myapi/internal/database"
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
}

func main() {
	db, err := database.Open(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		panic(err)
	}
	session, err := db.Read.Prepare(`SELECT u.id, u.email, u.username, u.is_active, u.is_verified, u.pending_email, u.is_superuser, u.created_at
		FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.token = ? AND t.token_type = 'access' AND t.expires_at > ?`)
	if err != nil {
		panic(err)
	}
	key := []byte(os.Getenv("SECRET_KEY"))
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	http.HandleFunc("GET /health", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("GET /api/v1/users/me", func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		var claims jwt.RegisteredClaims
		if _, err := parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		sum := sha256.Sum256([]byte(claims.ID))
		var u user
		var pending sql.NullString
		err := session.QueryRowContext(r.Context(), hex.EncodeToString(sum[:]), time.Now()).Scan(
			&u.ID, &u.Email, &u.Username, &u.IsActive, &u.IsVerified, &pending, &u.IsSuperuser, &u.CreatedAt)
		if err != nil {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(u)
	})
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
