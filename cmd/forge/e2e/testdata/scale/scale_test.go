// Package scale_test is put into a generated project. It fills the database,
// does all that clients can ask for, and looks at how the database finds the
// rows of every statement (TestPlans), or how long it takes (BenchmarkScale).
package scale_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/testkit"
)

const password = "correct horse battery staple"

// rows is how many users a large database has; it has three times as many
// tokens.
func rows(t testing.TB) int {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("SCALE_ROWS"), "1000000"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func open(t testing.TB) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), testkit.DatabaseURL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// fill adds users who have sessions, failures and mails behind them.
func fill(t testing.TB, db *database.DB, users int) {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range fillStatements(users, string(hash)) {
		if _, err := handle(db).ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func newAccounts(t testing.TB, store auth.Store) *auth.Service {
	t.Helper()
	accounts, err := auth.New(auth.Config{
		AppName: "myapi", Issuer: "myapi", Algorithm: "HS256", SecretKey: testkit.SecretKey,
		AccessTokenLifetime: 30 * time.Minute, BcryptCost: bcrypt.MinCost, Passwords: auth.PasswordPolicy{MinLength: 8},
		MaxFailures: 5, Reauthentication: 15 * time.Minute,
		RefreshTokenLifetime: 7 * 24 * time.Hour, SessionLifetime: 30 * 24 * time.Hour,
		VerificationLifetime: 24 * time.Hour, ResetLifetime: 30 * time.Minute, MailsPerHour: 100,
	}, store, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return accounts
}

// TestPlans fails on a statement of a request that reads a whole table.
func TestPlans(t *testing.T) {
	db := open(t)
	fill(t, db, rows(t))
	var log recorder
	useEverything(t, newAccounts(t, recordedStore(t, db, &log)))
	if len(log.statements) < 25 {
		t.Errorf("only %d statements were recorded", len(log.statements))
	}
	for query, args := range log.statements {
		plan := explain(t, db, query, args)
		if scans(plan) {
			t.Errorf("%s\n%s", query, plan)
		}
	}
	t.Logf("%d statements, %d users", len(log.statements), rows(t))
}

// useEverything calls all methods that requests and the worker call.
func useEverything(t *testing.T, accounts *auth.Service) {
	from := client.Client{Addr: netip.MustParseAddr("198.51.100.7"), UserAgent: "scale"}
	ctx := client.With(t.Context(), from)
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	register := func(name string) auth.User {
		t.Helper()
		user, err := accounts.Register(ctx, auth.Registration{Email: name + "@example.org", Username: name, Password: password})
		must("register", err)
		return user
	}
	login := func(name string) (auth.TokenPair, auth.Identity) {
		t.Helper()
		pair, err := accounts.Login(ctx, from, name, password)
		must("log in", err)
		identity, err := accounts.Identify(ctx, pair.AccessToken)
		must("identify", err)
		return pair, identity
	}
	mail := func(kind auth.MailKind, to string) string {
		t.Helper()
		for range 20 {
			m, err := accounts.ClaimMail(ctx)
			must("claim", err)
			delivery, recipient, err := accounts.PrepareMail(ctx, m)
			must("prepare", err)
			if recipient == 0 {
				continue
			}
			if m.Kind == kind && m.Address == to {
				must("sent", accounts.MailSent(ctx, m))
				return delivery.Token
			}
			if _, err := accounts.MailRefused(ctx, m, m.Attempts > 1, fmt.Errorf("refused")); err != nil {
				t.Fatal(err)
			}
		}
		t.Fatalf("no mail of kind %s to %s", kind, to)
		return ""
	}
	boss, err := accounts.CreateUser(ctx, auth.Registration{Email: "boss@example.org", Username: "boss", Password: password}, true)
	must("superuser", err)
	_, bossIdentity := login("boss@example.org")
	other, err := accounts.CreateUser(ctx, auth.Registration{Email: "other@example.org", Username: "other-boss", Password: password}, true)
	must("superuser", err)
	register("johndoe")
	must("verify", accounts.VerifyEmail(ctx, mail(auth.MailVerification, "johndoe@example.org")))
	for _, name := range []string{"johndoe", "nobody-at-all"} {
		if _, err := accounts.Login(ctx, from, name, "wrong password"); err == nil {
			t.Fatal("a wrong password was right")
		}
	}
	pair, john := login("JohnDoe")
	next, err := accounts.Refresh(ctx, from, pair.RefreshToken)
	must("refresh", err)
	if _, err := accounts.Refresh(ctx, from, pair.RefreshToken); err == nil {
		t.Fatal("a spent token was good")
	}
	must("unused", func() error { _ = next; return nil }())
	pair, john = login("johndoe")
	must("log out", accounts.Logout(ctx, john))
	pair, john = login("johndoe")
	must("log out by refresh token", accounts.LogoutByRefreshToken(ctx, pair.RefreshToken))
	_, john = login("johndoe")
	sessions, err := accounts.Sessions(ctx, john.User)
	must("sessions", err)
	must("revoke", accounts.RevokeSession(ctx, john.User, sessions[0].ID))
	_, john = login("johndoe")
	must("log out everywhere", accounts.LogoutAll(ctx, john.User))
	_, john = login("johndoe")
	name, address := "john.doe", "john.doe@example.org"
	_, err = accounts.UpdateSelf(ctx, john, auth.Changes{Username: &name})
	must("rename", err)
	_, err = accounts.UpdateSelf(ctx, john, auth.Changes{Email: &address})
	must("ask for an address", err)
	must("confirm", accounts.VerifyEmail(ctx, mail(auth.MailEmailChange, address)))
	_, john = login(name)
	must("change password", accounts.ChangePassword(ctx, from, john, password, password+"!"))
	must("forgot", accounts.ForgotPassword(ctx, address))
	must("reset", accounts.ResetPassword(ctx, mail(auth.MailReset, address), password))
	register("resent")
	must("resend", accounts.ResendVerification(ctx, "resent@example.org"))
	must("decline", accounts.DeclineEmail(ctx, mail(auth.MailVerification, "resent@example.org")))
	_, _, err = accounts.Users(ctx, 500, 100)
	must("list", err)
	_, err = accounts.User(ctx, boss.ID)
	must("get", err)
	no := false
	_, err = accounts.UpdateUser(ctx, bossIdentity, other.ID, auth.Changes{IsSuperuser: &no})
	must("demote", err)
	must("delete", accounts.DeleteUser(ctx, bossIdentity, other.ID))
	_, john = login(name)
	must("leave", accounts.DeleteSelf(ctx, john))
}

// BenchmarkScale compares a large database with one of 1,000 users, turn by
// turn: what a log-in takes besides its hash, and what /users/me asks. Each
// round is the medians of many turns.
func BenchmarkScale(b *testing.B) {
	sizes := []int{1000, rows(b)}
	var services []*auth.Service
	for _, n := range sizes {
		db := open(b)
		fill(b, db, n)
		services = append(services, newAccounts(b, plainStore(db)))
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		b.Fatal(err)
	}
	results := map[string][]float64{}
	turn := 0
	for b.Loop() {
		var hashes []time.Duration
		var logins, identities [2][]time.Duration
		for range 400 {
			turn++
			hashes = append(hashes, duration(b, func() error { return bcrypt.CompareHashAndPassword(hash, []byte(password)) }))
			for size, accounts := range services {
				name := fmt.Sprintf("user%d", 1+(turn*7919)%sizes[size])
				addr := netip.AddrFrom4([4]byte{198, 18, byte(turn >> 8), byte(turn)})
				ctx := context.Background()
				var pair auth.TokenPair
				logins[size] = append(logins[size], duration(b, func() (err error) {
					pair, err = accounts.Login(ctx, client.Client{Addr: addr}, name, password)
					return err
				}))
				identities[size] = append(identities[size], duration(b, func() error {
					_, err := accounts.Identify(ctx, pair.AccessToken)
					return err
				}))
			}
		}
		hashing := median(hashes)
		results["login-x"] = append(results["login-x"], float64(median(logins[1])-hashing)/float64(median(logins[0])-hashing))
		results["me-x"] = append(results["me-x"], float64(median(identities[1]))/float64(median(identities[0])))
		results["login-µs"] = append(results["login-µs"], float64((median(logins[1]) - hashing).Microseconds()))
		results["me-µs"] = append(results["me-µs"], float64(median(identities[1]).Microseconds()))
	}
	for unit, rounds := range results {
		slices.Sort(rounds)
		b.ReportMetric(rounds[len(rounds)/2], unit)
		b.ReportMetric(rounds[0], unit+"-min")
		b.ReportMetric(rounds[len(rounds)-1], unit+"-max")
	}
}

func duration(b *testing.B, do func() error) time.Duration {
	begin := time.Now()
	if err := do(); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin)
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// recorder keeps each statement with the arguments it last had.
type recorder struct{ statements map[string][]any }

func (r *recorder) add(query string, args []any) {
	if r.statements == nil {
		r.statements = map[string][]any{}
	}
	r.statements[query] = args
}

func table(t testing.TB, db *sql.DB, query string, args []any) []map[string]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for rows.Next() {
		values := make([]sql.NullString, len(names))
		pointers := make([]any, len(names))
		for i := range values {
			pointers[i] = &values[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			t.Fatal(err)
		}
		row := map[string]string{}
		for i, name := range names {
			row[name] = values[i].String
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
