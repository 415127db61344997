package auth

import (
	"context"
	"errors"
	"strings"
	"time"
)

// MailKind is the purpose of a mail.
type MailKind string

// The kinds of mails. The first three carry a token.
const (
	MailVerification    MailKind = "verification"     // confirm the address of an account
	MailReset           MailKind = "reset"            // set a new password
	MailEmailChange     MailKind = "email_change"     // confirm a pending address
	MailEmailChanging   MailKind = "email_changing"   // notice to the old address
	MailEmailChanged    MailKind = "email_changed"    // notice to the old address, if it was confirmed
	MailEmailRestored   MailKind = "email_restored"   // notice that the address is the former one again
	MailPasswordChanged MailKind = "password_changed" // notice
)

// Mail is a row of the outbox: a mail that is to be sent. It is written in the
// transaction of the change that it reports, and contains no token: one is made
// when the mail is sent.
type Mail struct {
	ID        int64
	Kind      MailKind
	UserID    int64 // 0 when only an address was typed, whose user is yet to be found
	Address   string
	SessionID string // that asked for a new address
	CreatedAt time.Time
	Attempts  int // sendings so far, the one that claimed it included
}

// Delivery is a mail ready to be sent.
type Delivery struct {
	Kind      MailKind
	To        string
	Username  string
	Token     string        // empty for a notice
	NewEmail  string        // for MailEmailChanging
	Lifetime  time.Duration // of the token
	APIKey    APIKey        // for MailAPIKeyCreated
	APIKeys   int           // that still work, for MailPasswordChanged
	Providers []string      // that the user logs in with, for notices about ways to log in

	// Of the second factor, for notices about it.
	HasFactor     bool
	RecoveryCodes int      // that are left
	FactorMethods []string // of the second step of log-ins

	Passkeys []string // the names of all that the user has
}

// MailOutcome is what became of a mail that a worker has claimed: it was sent,
// or given up, or is due again.
type MailOutcome struct {
	SentAt   time.Time
	FailedAt time.Time
	DueAt    time.Time
	Reason   string // why it was not sent
}

// ErrNoMail is what a Store returns when no mail is due.
var ErrNoMail = errors.New("no mail is due")

const (
	claimLease    = 5 * time.Second // of a mail until it is prepared
	mailLease     = 2 * time.Minute // and from then until it is sent
	mailGiveUp    = 72 * time.Hour
	heldBack      = 10 * time.Minute // until a mail is tried again that was one too many
	longestRetry  = time.Hour
	shortestRetry = 30 * time.Second
)

// request queues one row for an address, the same whoever has it, in place of
// an earlier one. The worker finds it at its next look: woken now, it would
// prepare the mail of somebody who is known while the answer is on its way, and
// make it slower.
func (s *Service) request(ctx context.Context, kind MailKind, typed string) error {
	address, err := ParseEmail(typed)
	if err != nil {
		return err
	}
	return s.store.Update(ctx, func(tx Tx) error {
		if err := tx.DropRequests(ctx, kind, address); err != nil {
			return err
		}
		return tx.Enqueue(ctx, Mail{Kind: kind, Address: address, CreatedAt: s.now()})
	})
}

// wake makes the worker look for a mail. It never blocks.
func (s *Service) wake() {
	select {
	case s.queued <- struct{}{}:
	default:
	}
}

// Queued receives a value after mails were queued by this process.
func (s *Service) Queued() <-chan struct{} { return s.queued }

// ClaimMail returns a mail that is due, or ErrNoMail. For five seconds, no other
// worker can claim it; if the answer is lost, the mail is late by no more than that.
func (s *Service) ClaimMail(ctx context.Context) (Mail, error) {
	now := s.now()
	return s.store.ClaimMail(ctx, now, now.Add(claimLease))
}

// PrepareMail makes a claimed mail ready, stores the hash of its token, and
// keeps the mail from others for two minutes. The second result is the user it
// goes to; it is 0 when the mail is not to be sent: it is not needed any more,
// somebody else's, or one too many.
func (s *Service) PrepareMail(ctx context.Context, mail Mail) (Delivery, int64, error) {
	var delivery Delivery
	var recipient, limited int64
	err := s.store.Update(ctx, func(tx Tx) error {
		recipient, limited = 0, 0
		user, err := s.recipient(ctx, tx, mail)
		if errors.Is(err, ErrUserNotFound) {
			return tx.DeleteMail(ctx, mail.ID)
		}
		if err != nil {
			return err
		}
		sent, err := tx.MailsSent(ctx, mail, user.ID, !mail.isConfirmed(user), s.now().Add(-time.Hour))
		if err != nil {
			return err
		}
		if sent >= s.config.MailsPerHour && !mail.isNotice(user) {
			limited = user.ID
			return s.holdBack(ctx, tx, mail)
		}
		locked, err := tx.LockMail(ctx, mail, user.ID, s.now().Add(mailLease))
		if err != nil || !locked {
			return err
		}
		delivery = Delivery{Kind: mail.Kind, To: mail.Address, Username: user.Username, NewEmail: user.PendingEmail}
		recipient = user.ID
		if err := s.describeFactor(ctx, tx, mail, &delivery); err != nil {
			return err
		}
		if err := s.describeAPIKeys(ctx, tx, mail, &delivery); err != nil {
			return err
		}
		if err := s.describeIdentities(ctx, tx, mail, &delivery); err != nil {
			return err
		}
		if err := s.describePasskeys(ctx, tx, mail, &delivery); err != nil {
			return err
		}
		return s.attachToken(ctx, tx, mail, user, &delivery)
	})
	if err == nil && limited != 0 {
		s.log.WarnContext(ctx, "mail was held back: its recipient has had too many in an hour (MAILS_PER_RECIPIENT_PER_HOUR)",
			"kind", mail.Kind, "user_id", limited)
	}
	return delivery, recipient, err
}

// isNotice reports whether a mail tells users what has happened to their account,
// at an address that they have, or had, confirmed. Strangers who ask for mails must not
// hold it back (NIST SP 800-63B-4 §4.6), and only who has logged in causes it.
func (m Mail) isNotice(user User) bool {
	return m.UserID == user.ID && (m.Kind == MailEmailChanged || m.isConfirmed(user))
}

// isConfirmed reports whether a mail goes to an address that its owner has confirmed.
// Notices do not count there: otherwise, a thief who knows the password could cause
// so many that none is left for the link to set another one.
func (m Mail) isConfirmed(user User) bool {
	return m.Address == user.Email && user.IsVerified
}

// holdBack drops a mail that anyone may ask for again, and postpones one that
// reports a change.
func (s *Service) holdBack(ctx context.Context, tx Tx, mail Mail) error {
	if mail.UserID == 0 {
		return tx.DeleteMail(ctx, mail.ID)
	}
	return tx.UpdateMail(ctx, mail.ID, MailOutcome{DueAt: s.now().Add(heldBack), Reason: "its recipient has had too many mails"})
}

// recipient finds the user that a mail goes to, or returns ErrUserNotFound
// when it is for nobody, or not needed any more.
func (s *Service) recipient(ctx context.Context, tx Tx, mail Mail) (User, error) {
	key := ByID(mail.UserID)
	if mail.UserID == 0 {
		key = ByLogin(mail.Address)
	}
	user, err := tx.LockUser(ctx, key)
	if err == nil {
		err = foldEmail(ctx, tx, &user)
	}
	if err != nil {
		return User{}, err
	}
	needed := true
	switch mail.Kind {
	case MailVerification:
		needed = Allowed(user) && !user.IsVerified && user.Email == mail.Address
	case MailReset:
		needed = Allowed(user) && user.Email == mail.Address
	case MailEmailChange:
		needed = Allowed(user) && user.PendingEmail == mail.Address
	case MailEmailChanged:
		needed = user.Email != mail.Address
	}
	if !needed {
		return User{}, ErrUserNotFound
	}
	return user, nil
}

// attachToken makes the token that a mail brings, in place of earlier ones.
func (s *Service) attachToken(ctx context.Context, tx Tx, mail Mail, user User, delivery *Delivery) error {
	var tokenType string
	switch mail.Kind {
	case MailVerification, MailEmailChange:
		tokenType, delivery.Lifetime = TypeVerification, s.config.VerificationLifetime
	case MailReset:
		tokenType, delivery.Lifetime = TypeReset, s.config.ResetLifetime
	default:
		return nil
	}
	earlier := TokenFilter{UserID: user.ID, Types: []string{tokenType}, SentTo: mail.Address}
	if err := tx.DeleteTokens(ctx, earlier); err != nil {
		return err
	}
	delivery.Token = newSecret()
	now := s.now()
	return tx.CreateToken(ctx, Token{
		UserID: user.ID, Hash: hash(delivery.Token), Type: tokenType,
		SessionID: mail.SessionID, AuthTime: now, ExpiresAt: now.Add(delivery.Lifetime),
		CreatedAt: now, LastUsedAt: now, SentTo: mail.Address,
	})
}

// MailSent removes a mail from the queue.
func (s *Service) MailSent(ctx context.Context, mail Mail) error {
	return s.updateMail(ctx, mail, MailOutcome{SentAt: s.now()})
}

// MailUndelivered puts a mail back after the server could not be reached, to
// be tried again after wait. Such mails wait for the server for ever.
func (s *Service) MailUndelivered(ctx context.Context, mail Mail, wait time.Duration, reason error) error {
	return s.updateMail(ctx, mail, MailOutcome{DueAt: s.now().Add(wait), Reason: storable(reason)})
}

// MailRefused deals with a mail that the server did not take. A permanent
// refusal ends it; otherwise it is tried again, ever more rarely, for three
// days. It reports whether the mail was given up.
func (s *Service) MailRefused(ctx context.Context, mail Mail, permanent bool, reason error) (bool, error) {
	now := s.now()
	if permanent || now.Sub(mail.CreatedAt) > mailGiveUp {
		return true, s.updateMail(ctx, mail, MailOutcome{FailedAt: now, Reason: storable(reason)})
	}
	wait := longestRetry
	if mail.Attempts < 8 {
		wait = min(longestRetry, shortestRetry<<max(0, mail.Attempts-1))
	}
	return false, s.MailUndelivered(ctx, mail, wait, reason)
}

func (s *Service) updateMail(ctx context.Context, mail Mail, outcome MailOutcome) error {
	return s.store.Update(ctx, func(tx Tx) error { return tx.UpdateMail(ctx, mail.ID, outcome) })
}

// storable is an error's text as every database takes it: a mail server may
// answer with any bytes, at any length.
func storable(err error) string {
	const longest = 500
	text := strings.ReplaceAll(err.Error(), "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), longest)], "")
}

// StuckMails counts the mails that have waited for longer than age.
func (s *Service) StuckMails(ctx context.Context, age time.Duration) (int, error) {
	return s.store.StuckMails(ctx, s.now().Add(-age))
}
