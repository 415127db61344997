// Command limit is what a service could do that asks its database: for each of the
// requests that are measured, the statements that the service sends, prepared, in
// the service's own database, a token verified or signed, and an answer made from
// the rows. It has no middleware, no limits and no log, checks nothing that clients
// send, hashes no password and sends no mail.
package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"example.com/myapi/internal/database"
)

type note struct {
	ID        int64     `json:"id"`
	Title     string    `json:"title"`
	Body      *string   `json:"body"`
	Done      bool      `json:"done"`
	Due       *string   `json:"due"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

type limit struct {
	db *database.DB
	tokens

	userByName, userByEmail, failures, notes                                     *sql.Stmt // that read
	lockUser, history, addToken, clear, remember, token, spend, addUser, addMail *sql.Stmt // in transactions
}

func main() {
	db := must(database.Open(context.Background(), os.Getenv("DATABASE_URL")))
	read := func(query string) *sql.Stmt { return must(db.Read.Prepare(query)) }
	write := func(query string) *sql.Stmt { return must(db.Write.Prepare(query)) }
	const failures = `SELECT network, failed_at FROM login_failures WHERE account = ? AND failed_at > ? ORDER BY failed_at DESC LIMIT 100`
	l := &limit{
		db:          db,
		tokens:      newTokens(read(sessionQuery("?", "?"))),
		userByName:  read(`SELECT ` + userColumns + ` FROM users u WHERE u.username = ?`),
		userByEmail: read(`SELECT ` + userColumns + ` FROM users u WHERE u.email = ?`),
		failures:    read(failures),
		notes: read(`SELECT id, title, body, done, due, created_at, updated_at FROM notes
			WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT 21`),
		lockUser: write(`SELECT ` + userColumns + ` FROM users u WHERE u.id = ?`),
		history:  write(failures),
		addToken: write(`INSERT INTO tokens (user_id, token, token_type, session_id, auth_time, expires_at, created_at, last_used_at, sent_to, ip_address, user_agent)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', '127.0.0.1', '') RETURNING id`),
		clear: write(`DELETE FROM login_failures WHERE account = ? AND network = ?`),
		remember: write(`INSERT INTO login_networks (account, network, last_login_at) VALUES (?, ?, ?)
			ON CONFLICT (account, network) DO UPDATE SET last_login_at = excluded.last_login_at`),
		token: write(`SELECT user_id, session_id, auth_time, expires_at FROM tokens WHERE token = ? AND token_type = 'refresh'`),
		spend: write(`UPDATE tokens SET used_at = ? WHERE token = ? AND token_type = 'refresh' AND used_at IS NULL AND expires_at > ?`),
		addUser: write(`INSERT INTO users (email, username, hashed_password, password_serial, is_verified, is_active, is_superuser, created_at)
			VALUES (?, ?, ?, 0, FALSE, TRUE, FALSE, ?) RETURNING id`),
		// It counts as sent, or the service beside it would send it.
		addMail: write(`INSERT INTO outbox (kind, user_id, address, session_id, created_at, due_at, sent_at) VALUES ('verification', ?, ?, '', ?, ?, ?)`),
	}
	http.HandleFunc("GET /api/v1/notes", l.list)
	http.HandleFunc("POST /api/v1/auth/login", l.login)
	http.HandleFunc("POST /api/v1/auth/refresh", l.refresh)
	http.HandleFunc("POST /api/v1/auth/register", l.register)
	l.serve()
}

func (l *limit) list(w http.ResponseWriter, r *http.Request) {
	rows := must(l.notes.Query(l.identify(r).ID, int64(1)<<62))
	defer rows.Close()
	items := []note{}
	for rows.Next() {
		var n note
		if err := rows.Scan(&n.ID, &n.Title, &n.Body, &n.Done, &n.Due, &n.CreatedAt, &n.UpdatedAt); err != nil {
			panic(err)
		}
		items = append(items, n)
	}
	answer(w, http.StatusOK, map[string]any{"items": items, "next_cursor": nil})
}

type credentials struct {
	Email        string `json:"email"`
	Username     string `json:"username"`
	Password     string `json:"password"`
	RefreshToken string `json:"refresh_token"`
}

func entered(r *http.Request) (c credentials) {
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		panic(err)
	}
	return c
}

const network = "127.0.0.1/32"

func readFailures(rows *sql.Rows, err error) {
	defer must(rows, err).Close()
	for rows.Next() {
		panic("a log-in failed")
	}
}

func (l *limit) login(w http.ResponseWriter, r *http.Request) {
	typed, now := entered(r), time.Now()
	known := one(l.userByName.QueryRow(typed.Username))
	readFailures(l.failures.Query(typed.Username, now.Add(-24*time.Hour)))
	if known.password != "plain:"+typed.Password {
		panic("a wrong password")
	}
	tx := must(l.db.Write.Begin())
	readFailures(tx.Stmt(l.history).Query(typed.Username, now.Add(-24*time.Hour)))
	current := one(tx.Stmt(l.lockUser).QueryRow(known.ID))
	pair := l.issue(tx, current.ID, rand.Text(), now, now)
	must(tx.Stmt(l.clear).Exec(typed.Username, network))
	must(tx.Stmt(l.remember).Exec(typed.Username, network, now))
	commit(tx)
	answer(w, http.StatusOK, pair)
}

func commit(tx *sql.Tx) {
	if err := tx.Commit(); err != nil {
		panic(err)
	}
}

// issue adds the tokens of a session and returns them.
func (l *limit) issue(tx *sql.Tx, userID int64, session string, authTime, now time.Time) map[string]any {
	jti, refresh := rand.Text(), rand.Text()
	const lifetime = 30 * time.Minute
	access := must(jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"sub": strconv.FormatInt(userID, 10), "jti": jti, "sid": session, "iss": "MyAPI", "aud": "MyAPI",
		"auth_time": authTime.Unix(), "iat": now.Unix(), "exp": now.Add(lifetime).Unix(),
	}).SignedString(l.key))
	var id int64
	for _, t := range []struct {
		kind, secret string
		lifetime     time.Duration
	}{{"access", jti, lifetime}, {"refresh", refresh, 7 * 24 * time.Hour}} {
		row := tx.Stmt(l.addToken).QueryRow(userID, hash(t.secret), t.kind, session, authTime, now.Add(t.lifetime), now, now)
		if err := row.Scan(&id); err != nil {
			panic(err)
		}
	}
	return map[string]any{"access_token": access, "token_type": "bearer", "expires_in": int(lifetime.Seconds()), "refresh_token": refresh}
}

func (l *limit) refresh(w http.ResponseWriter, r *http.Request) {
	spent, now := hash(entered(r).RefreshToken), time.Now()
	tx := must(l.db.Write.Begin())
	var userID int64
	var session string
	var authTime, expires time.Time
	if err := tx.Stmt(l.token).QueryRow(spent).Scan(&userID, &session, &authTime, &expires); err != nil {
		panic(err)
	}
	owner := one(tx.Stmt(l.lockUser).QueryRow(userID))
	must(tx.Stmt(l.spend).Exec(now, spent, now))
	pair := l.issue(tx, owner.ID, session, authTime, now)
	commit(tx)
	answer(w, http.StatusOK, pair)
}

func (l *limit) register(w http.ResponseWriter, r *http.Request) {
	typed, now := entered(r), time.Now()
	for statement, value := range map[*sql.Stmt]string{l.userByEmail: typed.Email, l.userByName: typed.Username} {
		if statement.QueryRow(value).Scan(new(user).fields()...) != sql.ErrNoRows {
			panic("there is such a user")
		}
	}
	u := user{Email: typed.Email, Username: typed.Username, IsActive: true, CreatedAt: now}
	tx := must(l.db.Write.Begin())
	if err := tx.Stmt(l.addUser).QueryRow(u.Email, u.Username, "plain:"+typed.Password, now).Scan(&u.ID); err != nil {
		panic(err)
	}
	must(tx.Stmt(l.addMail).Exec(u.ID, u.Email, now, now, now))
	commit(tx)
	answer(w, http.StatusCreated, u)
}
