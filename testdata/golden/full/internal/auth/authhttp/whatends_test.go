package authhttp_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
)

// event is a row of the table of what ends what: something that happens to John.
type event struct {
	name string
	do   func(*testing.T, *situation) error
	ends string // the things, by name, separated by commas
	mail string // the kinds of mails that are queued for him, one after the other
}

// thing is a column: something of John's that an event may end. Whoever brings it
// names the events of others that end it.
type thing struct {
	name  string
	lives func(*testing.T, *situation) bool
	ends  string // the events, by name, separated by commas
}

// chapter is the part of the table that one subject brings.
type chapter struct {
	prepare func(*testing.T, *situation) // gives John the things
	events  []event
	things  []thing
}

// TestWhatEndsWhat is the table of docs/login.md: what each event leaves of what a
// verified user has. What is not named lives on.
func TestWhatEndsWhat(t *testing.T) {
	var events []event
	var things []thing
	chapters := []chapter{accountEndings()}
	chapters = append(chapters, apiKeyEndings())
	chapters = append(chapters, secondFactorEndings())
	chapters = append(chapters, passkeyEndings())
	chapters = append(chapters, cookieEndings())
	chapters = append(chapters, providerEndings())
	for _, chapter := range chapters {
		events, things = append(events, chapter.events...), append(things, chapter.things...)
	}
	checkNames(t, events, things)
	for _, event := range events {
		t.Run(event.name, func(t *testing.T) {
			s := newSituation(t)
			for _, chapter := range chapters {
				chapter.prepare(t, s)
			}
			queued := s.count(t, `SELECT COALESCE(MAX(id), 0) FROM outbox WHERE id > 0 * ?`)
			if err := event.do(t, s); err != nil {
				t.Fatal(err)
			}
			if mails := s.mailsSince(t, queued); mails != event.mail {
				t.Errorf("queued mails are %q, want %q", mails, event.mail)
			}
			for _, thing := range things {
				lives, ended := thing.lives(t, s), named(event.ends, thing.name) || named(thing.ends, event.name)
				if lives == ended {
					t.Errorf("%s: lives on is %t, want %t", thing.name, lives, !ended)
				}
			}
		})
	}
}

func named(list, name string) bool { return slices.Contains(strings.Split(list, ", "), name) }

// checkNames refuses a list that names what the table does not have.
func checkNames(t *testing.T, events []event, things []thing) {
	t.Helper()
	known := map[string]bool{"": true}
	for _, event := range events {
		known[event.name] = true
	}
	for _, thing := range things {
		known[thing.name] = true
	}
	for _, event := range events {
		for name := range strings.SplitSeq(event.ends, ", ") {
			if !known[name] {
				t.Errorf("%s ends %q, which is not in the table", event.name, name)
			}
		}
	}
	for _, thing := range things {
		for name := range strings.SplitSeq(thing.ends, ", ") {
			if !known[name] {
				t.Errorf("%s ends by %q, which is not in the table", thing.name, name)
			}
		}
	}
}

// mailsSince lists the kinds of the mails that were queued for John's address after
// the one with an id.
func (s *situation) mailsSince(t *testing.T, id int) string {
	t.Helper()
	rows, err := s.svc.SQL().Query(`SELECT kind FROM outbox WHERE id > ? AND address = ? ORDER BY id`, id, s.john.Email)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var kinds []string
	for rows.Next() {
		var kind string
		if err := rows.Scan(&kind); err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, kind)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(kinds, ", ")
}

// counts is a thing that lives on while a query finds one row of John's.
func counts(query string) func(*testing.T, *situation) bool {
	return func(t *testing.T, s *situation) bool { return s.count(t, query) == 1 }
}

// holds reports whether the database has a secret of John's that is not spent.
func (s *situation) holds(t *testing.T, secret string) bool {
	t.Helper()
	sum := sha256.Sum256([]byte(secret))
	return s.count(t, `SELECT COUNT(*) FROM tokens WHERE user_id = ? AND used_at IS NULL AND token = '`+hex.EncodeToString(sum[:])+`'`) == 1
}

// stranger is a network that has guessed until it was locked out.
const stranger = "198.51.100.9"

// guess tries a wrong password from there, and reports whether it was locked out.
func (s *situation) guess(t *testing.T, username string) (locked bool) {
	t.Helper()
	_, err := s.svc.Auth.Login(t.Context(), client.Client{Addr: netip.MustParseAddr(stranger)}, username, "wrong password")
	var refused *auth.Error
	if !errors.As(err, &refused) {
		t.Fatalf("a wrong password: %v", err)
	}
	return refused.Kind == auth.KindTooMany
}

func (s *situation) locksStranger(t *testing.T) bool {
	t.Helper()
	john, err := s.svc.Auth.User(t.Context(), s.john.ID)
	if errors.Is(err, auth.ErrUserNotFound) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.guess(t, john.Username)
}

// accountEndings is the part of the table that every service has.
func accountEndings() chapter {
	const links = "reset link, verification link, pending address, reset mail"
	const all = "session, other session, other refresh token, " + links
	return chapter{
		prepare: func(t *testing.T, s *situation) {
			for range 5 {
				s.guess(t, s.john.Username)
			}
		},
		things: []thing{
			{name: "session", lives: func(t *testing.T, s *situation) bool { return s.svc.Alive(t, s.own.Access) }},
			{name: "other session", lives: func(t *testing.T, s *situation) bool { return s.svc.Alive(t, s.other.Access) }},
			{name: "other refresh token", lives: func(t *testing.T, s *situation) bool { return s.svc.Refresh(t, s.other.Refresh).Access != "" }},
			{name: "reset link", lives: func(t *testing.T, s *situation) bool { return s.holds(t, s.reset) }},
			{name: "verification link", lives: func(t *testing.T, s *situation) bool { return s.holds(t, s.verification) }},
			{name: "pending address", lives: counts(`SELECT COUNT(*) FROM users WHERE id = ? AND pending_email = 'new@example.com'`)},
			{name: "reset mail", lives: counts(`SELECT COUNT(*) FROM outbox WHERE kind = 'reset' AND sent_at IS NULL AND id > 0 * ?`)},
			{name: "verified", lives: counts(`SELECT COUNT(*) FROM users WHERE id = ? AND is_verified`)},
			{name: "lock", lives: func(t *testing.T, s *situation) bool { return s.locksStranger(t) }},
		},
		events: []event{
			{"log out", func(t *testing.T, s *situation) error {
				return s.svc.Auth.Logout(t.Context(), s.svc.Identity(t, s.own.Access))
			}, "session", ""},
			{"another session revoked", func(t *testing.T, s *situation) error {
				other := s.svc.Identity(t, s.other.Access)
				return s.svc.Auth.RevokeSession(t.Context(), other.User, other.SessionID)
			}, "other session, other refresh token", ""},
			{"refresh token used twice", func(t *testing.T, s *situation) error {
				s.svc.Refresh(t, s.svc.Refresh(t, s.own.Refresh).Refresh)
				if s.svc.Refresh(t, s.own.Refresh).Access != "" {
					t.Error("the second use is not refused")
				}
				return nil
			}, "session", ""},
			{"log out everywhere", func(t *testing.T, s *situation) error {
				return s.svc.Auth.LogoutAll(t.Context(), s.svc.Identity(t, s.own.Access).User)
			}, "session, other session, other refresh token", ""},
			{"sessions ended by a superuser", func(t *testing.T, s *situation) error {
				return s.svc.Auth.EndSessions(t.Context(), s.admin, s.john.ID)
			}, "session, other session, other refresh token", ""},
			{"password changed", func(t *testing.T, s *situation) error { return s.changePassword(t) },
				"other session, other refresh token, " + links, "password_changed"},
			{"password reset", func(t *testing.T, s *situation) error { return s.resetPassword(t) }, all + ", lock", "password_changed"},
			{"another reset mail sent", func(t *testing.T, s *situation) error { s.mails.Deliver(t); return nil }, "reset link, reset mail", ""},
			{"another address asked for", func(t *testing.T, s *situation) error {
				s.svc.ChangeEmail(t, s.own.Access, "third@example.com")
				return nil
			}, "verification link, pending address, reset mail", "email_changing"},
			{"e-mail change confirmed", func(t *testing.T, s *situation) error { return s.confirmEmail(t) },
				"other session, other refresh token, " + links, "email_changed"},
			{"e-mail change declined", func(t *testing.T, s *situation) error {
				return s.svc.Auth.DeclineEmail(t.Context(), s.verification)
			}, links, ""},
			{"e-mail set by a superuser", set(auth.Changes{Email: new("set@example.com")}), all + ", verified", "email_changed"},
			{"e-mail set by a superuser and set back", func(t *testing.T, s *situation) error {
				s.setEmail(t, "set@example.com")
				return set(auth.Changes{Email: &s.john.Email})(t, s)
			}, all, "email_changed"},
			{"e-mail set by a superuser and confirmed", func(t *testing.T, s *situation) error {
				s.setEmail(t, "set@example.com")
				return s.svc.Auth.VerifyEmail(t.Context(), s.mails.To(t, "set@example.com").Token())
			}, all, "email_changed"},
			{"e-mail set by a superuser and declined", func(t *testing.T, s *situation) error {
				s.setEmail(t, "set@example.com")
				return s.svc.Auth.DeclineEmail(t.Context(), s.mails.To(t, "set@example.com").Token())
			}, all, "email_changed, email_restored"},
			{"disabled", set(auth.Changes{IsActive: new(false)}), all, ""},
			{"disabled and enabled again", func(t *testing.T, s *situation) error {
				return errors.Join(set(auth.Changes{IsActive: new(false)})(t, s), set(auth.Changes{IsActive: new(true)})(t, s))
			}, all, ""},
			{"made a superuser", set(auth.Changes{IsSuperuser: new(true)}), all, ""},
			{"renamed", set(auth.Changes{Username: new("johnny")}), "", ""},
			{"deleted by a superuser", func(t *testing.T, s *situation) error {
				return s.svc.Auth.DeleteUser(t.Context(), s.admin, s.john.ID)
			}, all + ", verified, lock", ""},
			{"deleted by the user", func(t *testing.T, s *situation) error {
				return s.svc.Auth.DeleteSelf(t.Context(), s.svc.Identity(t, s.own.Access))
			}, all + ", verified, lock", ""},
		},
	}
}
