// Command bare is what services are measured by: net/http, a JWT, and an
// answer that is a constant. It has no database, no log and no middleware.
package main

import (
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

const answer = `{"id":1,"email":"johndoe@example.com","username":"johndoe","is_verified":false,"pending_email":null,"is_active":true,"is_superuser":false,"created_at":"2026-03-14T15:09:26.535897Z"}`

func main() {
	key := []byte(os.Getenv("SECRET_KEY"))
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	http.HandleFunc("GET /health", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("GET /api/v1/users/me", func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if _, err := parser.Parse(token, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, answer)
	})
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
