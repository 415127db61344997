package authmail_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authmail"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

var errDead = errors.New("connection refused")

func TestDeadServerLosesNoMail(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	mails.Refuse = func(string) error { return errDead }
	want := map[string]int{}
	for _, name := range []string{"anna", "bert", "carl"} {
		want[svc.Register(t, name).Email] = 1
	}
	for range 100 { // Far longer than a refused mail is tried.
		if _, err := mails.Worker().SendNext(t.Context(), time.Hour); err != nil && !errors.Is(err, errDead) {
			t.Fatal(err)
		}
		svc.Clock.Advance(time.Hour)
	}
	if !strings.Contains(svc.Log.String(), `"user_created"`) {
		t.Fatal("nobody registered")
	}
	mails.Refuse = nil
	svc.Clock.Advance(time.Hour)
	for _, mail := range mails.Deliver(t) {
		want[mail.To]--
	}
	for to, missing := range want {
		if missing != 0 {
			t.Errorf("%s lacks %d mails", to, missing)
		}
	}
}

func TestRefusedMail(t *testing.T) {
	refuse := func(permanent bool) func(string) error {
		return func(to string) error {
			if to == "anna@example.com" {
				return &authmail.Refusal{Permanent: permanent, Err: errors.New("mailbox trouble")}
			}
			return nil
		}
	}
	t.Run("for good is given up, and others go out", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{})
		mails := svc.Mails(t)
		mails.Refuse = refuse(true)
		svc.Register(t, "anna")
		svc.Register(t, "bert")
		mails.Only(t, "bert@example.com")
		mails.Refuse = nil
		svc.Clock.Advance(100 * time.Hour)
		if sent := mails.Deliver(t); len(sent) != 0 {
			t.Errorf("sent %+v", sent)
		}
		if !strings.Contains(svc.Log.String(), `"given_up":true`) {
			t.Error("the log does not tell that the mail was given up")
		}
	})
	t.Run("for now is tried again, ever more rarely", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{})
		mails := svc.Mails(t)
		mails.Refuse = refuse(false)
		svc.Register(t, "anna")
		for _, wait := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute} {
			if !mails.DeliverOne(t) {
				t.Fatalf("the mail is not due before %v", wait)
			}
			svc.Clock.Advance(wait - time.Second)
			if mails.DeliverOne(t) {
				t.Fatalf("the mail is due before %v", wait)
			}
			svc.Clock.Advance(time.Second)
		}
		mails.Refuse = nil
		mails.Only(t, "anna@example.com")
	})
	t.Run("is given up after three days", func(t *testing.T) {
		svc := testkit.New(t, testkit.Options{})
		mails := svc.Mails(t)
		mails.Refuse = refuse(false)
		svc.Register(t, "anna")
		svc.Clock.Advance(72*time.Hour + time.Second)
		mails.DeliverOne(t)
		svc.Clock.Advance(100 * time.Hour)
		if mails.DeliverOne(t) {
			t.Error("the mail is still tried")
		}
	})
}

func TestMailOfAKilledWorker(t *testing.T) {
	for name, tt := range map[string]struct {
		step  func(context.Context, *auth.Service, auth.Mail) error
		lease time.Duration
	}{
		"that had claimed it": {func(context.Context, *auth.Service, auth.Mail) error { return nil }, 5 * time.Second},
		"that may have sent it": {func(ctx context.Context, accounts *auth.Service, mail auth.Mail) error {
			_, _, err := accounts.PrepareMail(ctx, mail)
			return err
		}, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{})
			mails := svc.Mails(t)
			john := svc.Register(t, "johndoe")
			mail, err := svc.Auth.ClaimMail(t.Context())
			if err = errors.Join(err, tt.step(t.Context(), svc.Auth, mail)); err != nil { // and then it was killed
				t.Fatal(err)
			}
			svc.Clock.Advance(tt.lease - time.Second)
			if sent := mails.Deliver(t); len(sent) != 0 {
				t.Errorf("sent %+v while another worker may be at it", sent)
			}
			svc.Clock.Advance(time.Second)
			mails.Only(t, john.Email)
		})
	}
}

// A worker that was too slow leaves the mail to the one that has claimed it
// since.
func TestMailOfASlowWorker(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	var claims [2]auth.Mail
	for i := range claims {
		var err error
		if claims[i], err = svc.Auth.ClaimMail(t.Context()); err != nil {
			t.Fatal(err)
		}
		svc.Clock.Advance(5 * time.Second)
	}
	for i, wantRecipient := range []bool{false, true} {
		_, recipient, err := svc.Auth.PrepareMail(t.Context(), claims[i])
		if err != nil || (recipient != 0) != wantRecipient {
			t.Errorf("claim %d: PrepareMail = %d, %v", i, recipient, err)
		}
	}
}

var errAway = errors.New("the database is away")

// restarting is a database that is away in every other transaction, before it
// or when it should record the outcome.
type restarting struct {
	auth.Store
	transactions *int
	commits      bool
}

func (r restarting) Update(ctx context.Context, fn func(auth.Tx) error) error {
	if *r.transactions++; *r.transactions%2 == 0 {
		return r.Store.Update(ctx, fn)
	}
	if r.commits {
		return errors.Join(r.Store.Update(ctx, fn), errAway)
	}
	return errAway
}

func (restarting) Unavailable(err error) bool { return errors.Is(err, errAway) }

// A mail that a worker has started does not wait for the end of its lease, and
// is not sent twice, when the database is lost and found again.
func TestDatabaseRestartsWhileAMailIsSent(t *testing.T) {
	for name, commits := range map[string]bool{"before a step": false, "after a step": true} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{})
			mails := svc.Mails(t)
			anna := svc.Register(t, "anna")
			worker := mails.Worker()
			worker.Accounts = svc.Accounts(t, func(store auth.Store) auth.Store { return restarting{store, new(int), commits} })
			var sent []string
			mails.Refuse = func(to string) error { sent = append(sent, to); return nil }
			if found, err := worker.SendNext(t.Context(), 0); !found || err != nil {
				t.Fatalf("SendNext = %v, %v", found, err)
			}
			if len(sent) != 1 || sent[0] != anna.Email {
				t.Errorf("sent to %v", sent)
			}
			svc.Clock.Advance(time.Hour)
			if again := mails.Deliver(t); len(again) != 0 {
				t.Errorf("sent again: %+v", again)
			}
		})
	}
}

func TestStoppingDoesNotWaitForTheDatabase(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "anna")
	ctx, cancel := context.WithCancel(t.Context())
	mails := svc.Mails(t)
	worker := mails.Worker()
	down := false
	mails.Refuse = func(string) error { down = true; cancel(); return nil }
	worker.Accounts = svc.Accounts(t, func(store auth.Store) auth.Store { return stopping{store, &down} })
	if _, err := worker.SendNext(ctx, 0); !errors.Is(err, errAway) {
		t.Errorf("SendNext = %v", err)
	}
}

// stopping is a database that becomes unavailable.
type stopping struct {
	auth.Store
	down *bool
}

func (s stopping) Update(ctx context.Context, fn func(auth.Tx) error) error {
	if *s.down {
		return errAway
	}
	return s.Store.Update(ctx, fn)
}

func (stopping) Unavailable(err error) bool { return errors.Is(err, errAway) }

func TestEachMailIsClaimedOnce(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	names := []string{"anna", "bert", "carl", "dora", "emil"}
	for _, name := range names {
		svc.Register(t, name)
	}
	mails := svc.Mails(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { mails.Worker().Run(ctx); close(done) }()
	for strings.Count(svc.Log.String(), "mail sent") < len(names) {
		select {
		case <-t.Context().Done():
			t.Fatal("the mails were not sent")
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	<-done
	if n := strings.Count(svc.Log.String(), "mail sent"); n != len(names) {
		t.Errorf("%d mails were sent, want %d", n, len(names))
	}
}

// counting counts the looks for mails.
type counting struct {
	auth.Store
	looks *atomic.Int32
}

func (c counting) ClaimMail(ctx context.Context, now, lease time.Time) (auth.Mail, error) {
	c.looks.Add(1)
	return c.Store.ClaimMail(ctx, now, lease)
}

// Each replica looks for mails for as long as it lives, so it does so once in a
// while, whatever number of mails it could send at a time.
func TestIdleWorkerLooksRarely(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	var looks atomic.Int32
	worker := svc.Mails(t).Worker()
	worker.Accounts = svc.Accounts(t, func(store auth.Store) auth.Store { return counting{store, &looks} })
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	worker.Run(ctx)
	if n := looks.Load(); n != 1 {
		t.Errorf("it looked %d times in half a second, want 1", n)
	}
}

// A look that finds nothing writes nothing, so it waits for no writer.
func TestLookingForMailsIsReading(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	writing, err := svc.SQL().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer writing.Rollback()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := svc.Auth.ClaimMail(ctx); !errors.Is(err, auth.ErrNoMail) {
		t.Errorf("ClaimMail = %v", err)
	}
}

// A slow mail server delays no more mails than necessary, and a dead one is not
// asked for each mail.
func TestMailsOnTheirWayAtATime(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	for i := range 10 {
		svc.Register(t, fmt.Sprintf("user-%d", i))
	}
	mails := svc.Mails(t)
	var asked atomic.Int32
	answer := make(chan struct{})
	mails.Refuse = func(string) error { asked.Add(1); <-answer; return errDead }
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { mails.Worker().Run(ctx); close(done) }()
	for asked.Load() < 4 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	if n := asked.Load(); n != 4 {
		t.Errorf("%d mails are on their way, want 4", n)
	}
	close(answer)
	for len(svc.Log.Lines(t, "msg", "mails wait")) == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-done
	if n := asked.Load(); n != 4 {
		t.Errorf("the dead server was asked %d times, want 4 before a pause", n)
	}
}

// A worker that stops waits for the mails that are on their way.
func TestStoppingWorkerFinishesItsMails(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "anna")
	mails := svc.Mails(t)
	began, answer := make(chan struct{}), make(chan struct{})
	mails.Refuse = func(string) error { close(began); <-answer; return nil }
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { mails.Worker().Run(ctx); close(done) }()
	<-began
	cancel()
	select {
	case <-done:
		t.Error("the worker leaves its mail")
	case <-time.After(100 * time.Millisecond):
	}
	close(answer)
	<-done
	if sent := svc.Log.Lines(t, "msg", "mail sent"); len(sent) != 1 {
		t.Errorf("%d mails were sent, want 1", len(sent))
	}
}

func TestFaultyTemplateIsToldAsSuch(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "anna")
	worker := svc.Mails(t).Worker()
	worker.Composer.Templates = fstest.MapFS{
		"verification_email.html": {Data: []byte("{{ verification_ulr }}")}, "verification_email.txt": {Data: []byte("{{ verification_url }}")},
	}
	if _, err := worker.SendNext(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	lines := svc.Log.Lines(t, "msg", "mail could not be composed: look at its template")
	if len(lines) != 1 || !strings.Contains(fmt.Sprint(lines[0]["error"]), "verification_ulr") || strings.Contains(svc.Log.String(), "refused") {
		t.Errorf("the log tells %s", svc.Log)
	}
	svc.Clock.Advance(time.Hour) // Mended meanwhile, the template is used.
	if sent := svc.Mails(t).Deliver(t); len(sent) != 1 {
		t.Errorf("sent %+v", sent)
	}
}

func changePassword(t *testing.T, svc *testkit.Service, access string) {
	t.Helper()
	err := svc.Auth.ChangePassword(t.Context(), client.Client{}, svc.Identity(t, access), testkit.Password, "another-long-password-9")
	if err != nil {
		t.Fatal(err)
	}
}

func deleteSelf(t *testing.T, svc *testkit.Service, access string) {
	t.Helper()
	if err := svc.Auth.DeleteSelf(t.Context(), svc.Identity(t, access)); err != nil {
		t.Fatal(err)
	}
}

func TestPasswordChangeDropsQueuedTokenMails(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	svc.Verify(t, mails, john)
	access := svc.Login(t, "johndoe")
	svc.ForgetPassword(t, john)
	changePassword(t, svc, access)
	if mail := mails.Only(t, john.Email); mail.Token() != "" {
		t.Errorf("sent %+v, want only the notice", mail)
	}
}

func TestNoLinkLiesInTheDatabase(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	token := mails.Only(t, john.Email).Token()
	var n int
	err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM tokens WHERE token = ?`, token).Scan(&n)
	if err != nil || n != 0 {
		t.Errorf("%d tokens are stored as they are, %v", n, err)
	}
	if strings.Contains(svc.Log.String(), token) {
		t.Error("the token is in the log")
	}
}

func TestAskingAgainWhileAMailIsOnItsWay(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.MailsPerRecipientPerHour = 3 }})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	svc.Verify(t, mails, john)
	asked := 1
	mails.Refuse = func(string) error { // The server is slow, and the user asks meanwhile.
		if asked < 10 {
			asked++
			svc.ForgetPassword(t, john)
		}
		return nil
	}
	svc.ForgetPassword(t, john)
	if sent := mails.Deliver(t); len(sent) != 2 {
		t.Errorf("%d mails were sent for %d requests, want 2 after the one to verify", len(sent), asked)
	}
}

func TestDeletedUserLeavesNoMail(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	mails.Only(t, john.Email)
	access := svc.Login(t, "johndoe")
	svc.ChangeEmail(t, access, "new@example.com")
	deleteSelf(t, svc, access)
	var queued, named int
	err := svc.SQL().QueryRow(`SELECT COUNT(*), COUNT(sent_user_id) + COUNT(user_id) FROM outbox WHERE sent_at IS NULL OR user_id IS NOT NULL`).Scan(&queued, &named)
	if err != nil || queued != 0 || named != 0 {
		t.Errorf("%d mails are queued and %d name the user, %v", queued, named, err)
	}
}

// limited lets each recipient have three mails an hour.
func limited(s *settings.Settings) { s.MailsPerRecipientPerHour = 3 }

// However mails to an address come about, it gets three an hour; what a user
// has to know comes later.
func TestMailsPerRecipient(t *testing.T) {
	const stranger = "stranger@example.com"
	for name, ask := range map[string]func(t *testing.T, svc *testkit.Service, n int){
		"registered and deleted in turn": func(t *testing.T, svc *testkit.Service, _ int) {
			svc.Register(t, "stranger")
			svc.Mails(t).Deliver(t)
			deleteSelf(t, svc, svc.Login(t, "stranger"))
		},
		"wanted by many accounts": func(t *testing.T, svc *testkit.Service, n int) {
			user := svc.Register(t, fmt.Sprintf("user%d", n))
			svc.ChangeEmail(t, svc.Login(t, user.Username), stranger)
		},
		"wanted and given up in turn": func(t *testing.T, svc *testkit.Service, n int) {
			if n == 0 {
				svc.Register(t, "johndoe")
			}
			token := svc.Login(t, "johndoe")
			svc.ChangeEmail(t, token, stranger)
			svc.Mails(t).Deliver(t)
			svc.ChangeEmail(t, token, "johndoe@example.com")
		},
		"forgotten again and again": func(t *testing.T, svc *testkit.Service, n int) {
			if n == 0 {
				svc.Register(t, "stranger")
				svc.Mails(t).Deliver(t)
			}
			svc.ForgetPassword(t, testkit.User{Email: stranger})
		},
	} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
				limited(s)
				s.RateLimitEnabled = false
			}})
			for n := range 6 {
				ask(t, svc, n)
				svc.Mails(t).Deliver(t)
			}
			var sent int
			if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM outbox WHERE sent_at IS NOT NULL AND address = '` + stranger + `'`).Scan(&sent); err != nil {
				t.Fatal(err)
			}
			if sent > 3 || sent == 0 {
				t.Errorf("%d mails were sent to a stranger, want 1 to 3", sent)
			}
			if !strings.Contains(svc.Log.String(), "mail was held back") {
				t.Error("the log does not say that mails were held back")
			}
		})
	}
}

// Strangers who ask for mails do not keep from users what has happened to their
// account; the same notices wait for an hour where the address was never
// confirmed, and come once however many of a kind were held back.
func TestNoticesAndTheLimit(t *testing.T) {
	for name, confirmed := range map[string]bool{"confirmed address": true, "anybody's address": false} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
				limited(s)
				s.RateLimitEnabled = false
			}})
			mails := svc.Mails(t)
			john := svc.Register(t, "johndoe")
			if confirmed {
				svc.Verify(t, mails, john)
			}
			for range 4 {
				svc.ForgetPassword(t, john)
				mails.Deliver(t)
			}
			access := svc.Login(t, "johndoe")
			for n := range 3 {
				svc.ChangeEmail(t, access, fmt.Sprintf("new%d@example.com", n))
			}
			changePassword(t, svc, access)
			if sent := notices(mails.Deliver(t), john); len(sent) != 0 != confirmed {
				t.Errorf("sent %+v at once", sent)
			} else if confirmed {
				expectNotices(t, sent)
			}
			svc.Clock.Advance(time.Hour + time.Second)
			if sent := notices(mails.Deliver(t), john); confirmed && len(sent) != 0 {
				t.Errorf("sent %+v again", sent)
			} else if !confirmed {
				expectNotices(t, sent)
			}
		})
	}
}

// Whoever knows the password can cause notices, but not keep the owner from the link
// that sets another one, or from a new address. To an address that nobody has
// confirmed, notices are mails like any others.
func TestNoticesHoldBackNoLink(t *testing.T) {
	for name, confirmed := range map[string]bool{"confirmed address": true, "anybody's address": false} {
		t.Run(name, func(t *testing.T) {
			svc := testkit.New(t, testkit.Options{Configure: limited})
			mails := svc.Mails(t)
			john := svc.Register(t, "johndoe")
			if confirmed {
				svc.Verify(t, mails, john)
			}
			access := svc.Login(t, "johndoe")
			passwords := []string{testkit.Password, "another-long-password-9"}
			for n := range 4 {
				err := svc.Auth.ChangePassword(t.Context(), client.Client{}, svc.Identity(t, access), passwords[n%2], passwords[(n+1)%2])
				if err != nil {
					t.Fatal(err)
				}
				mails.Deliver(t)
			}
			svc.ForgetPassword(t, john)
			sent := mails.Deliver(t)
			svc.ChangeEmail(t, access, "new@example.com")
			links := 0
			for _, mail := range append(sent, mails.Deliver(t)...) {
				if strings.HasPrefix(mail.Subject, "Reset your password") || strings.HasPrefix(mail.Subject, "Confirm your new email") {
					links++
				}
			}
			if confirmed && links != 2 {
				t.Errorf("%d links were sent, want one to set a password and one to confirm the new address", links)
			} else if !confirmed && links != 1 {
				t.Errorf("%d links were sent, want only that to the new address, after three mails to anybody's", links)
			}
		})
	}
}

// notices are the mails to a user's own address.
func notices(sent []testkit.Mail, user testkit.User) []testkit.Mail {
	return slices.DeleteFunc(sent, func(mail testkit.Mail) bool { return mail.To != user.Email })
}

func expectNotices(t *testing.T, sent []testkit.Mail) {
	t.Helper()
	if len(sent) != 2 || sent[0].Subject == sent[1].Subject {
		t.Errorf("sent %+v, want one notice of either kind", sent)
	}
}
