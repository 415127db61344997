package auth

import (
	"context"
	"net/netip"
	"time"
)

// UserKey is what a user is found by: an id, or the name or e-mail that was
// typed, in whatever case.
type UserKey struct {
	ID    int64
	Login string // if ID is 0
}

// ByID is the key of the user with an id.
func ByID(id int64) UserKey { return UserKey{ID: id} }

// ByLogin is the key of the user with that name or e-mail.
func ByLogin(login string) UserKey { return UserKey{Login: login} }

// TokenFilter selects tokens of a user: all of them, unless a field narrows it.
type TokenFilter struct {
	UserID int64
	// Types, if there are any, are those of the tokens.
	Types []string
	// SentTo, unless empty, is the address that the tokens were mailed to.
	SentTo string
	// Keep is a session whose tokens are not selected.
	Keep string
}

// Store keeps users, tokens and failed log-ins. Its methods return
// ErrUserNotFound, ErrEmailTaken and ErrUsernameTaken where documented.
type Store interface {
	// User returns a user, or ErrUserNotFound.
	User(ctx context.Context, key UserKey) (User, error)
	// Users lists up to limit users with ids above after, in order of id.
	Users(ctx context.Context, after int64, limit int) ([]User, error)
	// Session finds the user and the session of a live access token, but for
	// AuthTime, in one query, or returns ErrInvalidToken.
	Session(ctx context.Context, tokenHash string, now time.Time) (Identity, error)
	// LoginHistory is as in Tx.
	LoginHistory(ctx context.Context, account string, network netip.Prefix, now time.Time) (LoginHistory, error)
	// FailedNetworks lists the client networks with a failed log-in since then.
	FailedNetworks(ctx context.Context, account string, since time.Time) ([]netip.Prefix, error)
	// Sessions lists a user's sessions, the newest first.
	Sessions(ctx context.Context, userID int64, now time.Time) ([]Session, error)
	// Token is as in Tx.
	Token(ctx context.Context, hash, tokenType string) (Token, error)
	// ClaimMail returns the queued mail that has waited longest and keeps it
	// from others until lease, or returns ErrNoMail.
	ClaimMail(ctx context.Context, now, lease time.Time) (Mail, error)
	// StuckMails counts the mails that were queued before a time and not sent.
	StuckMails(ctx context.Context, before time.Time) (int, error)
	// Purge deletes expired tokens and old entries of the login history.
	Purge(ctx context.Context, now time.Time) error
	// Unavailable reports whether an error of the other methods means that the
	// database is away or overloaded, and not that something is wrong.
	Unavailable(err error) bool
	// Update runs fn in a transaction, which is committed when fn returns nil.
	// It may run fn again after a conflict, so fn must have no other effects.
	Update(ctx context.Context, fn func(Tx) error) error
}

// Tx is what can be done in a transaction.
type Tx interface {
	// LockUser returns a user, whom others cannot change until the transaction
	// ends, or ErrUserNotFound. What changes a user's tokens or mails calls it
	// first.
	LockUser(ctx context.Context, key UserKey) (User, error)
	// CreateUser stores a user and returns its id, ErrEmailTaken or ErrUsernameTaken.
	CreateUser(ctx context.Context, user User) (int64, error)
	// UpdateUser stores all fields of a user, or returns ErrEmailTaken or ErrUsernameTaken.
	UpdateUser(ctx context.Context, user User) error
	// DeleteUser deletes a user and all that belongs to it.
	DeleteUser(ctx context.Context, id int64) error
	// OtherSuperusers counts the active superusers besides the one with id,
	// and keeps them from being changed until the transaction ends.
	OtherSuperusers(ctx context.Context, id int64) (int, error)

	CreateToken(ctx context.Context, token Token) error
	// DeleteSession deletes all tokens of a user's session, and reports whether
	// there were any.
	DeleteSession(ctx context.Context, userID int64, sessionID string) (bool, error)
	// DeleteTokens deletes the tokens that a filter selects.
	DeleteTokens(ctx context.Context, filter TokenFilter) error
	// Token returns a token, a spent or expired one too, or ErrNoToken.
	Token(ctx context.Context, hash, tokenType string) (Token, error)
	// RedeemToken spends a token: of several that try, one succeeds. The error of
	// the others, and for an expired token, is ErrNoToken.
	RedeemToken(ctx context.Context, hash, tokenType string, now time.Time) error

	// LoginHistory returns an account's failed log-ins of the last 24 hours, and
	// keeps others from adding to them until the transaction ends.
	LoginHistory(ctx context.Context, account string, network netip.Prefix, now time.Time) (LoginHistory, error)
	AddLoginFailure(ctx context.Context, account string, network netip.Prefix, now time.Time) error
	// ClearLoginFailures forgets an account's failures from a network, and
	// remembers that its log-in from there was good.
	ClearLoginFailures(ctx context.Context, account string, network netip.Prefix, now time.Time) error
	// ClearAllLoginFailures forgets an account's failures from all networks.
	ClearAllLoginFailures(ctx context.Context, account string) error

	Enqueue(ctx context.Context, mail Mail) error
	// DropMails deletes the queued mails that would create tokens for a user,
	// whether queued for the user or for their address.
	DropMails(ctx context.Context, userID int64, address string) error
	// DropRequests deletes the queued mails of a kind to an address, except
	// those that are being sent.
	DropRequests(ctx context.Context, kind MailKind, address string) error
	// LockMail keeps a claimed mail from others until lease, and notes whom it
	// is being sent to. It reports false when the mail is not to be sent any
	// more, or another worker has claimed it since.
	LockMail(ctx context.Context, mail Mail, userID int64, lease time.Time) (bool, error)
	// MailsSent counts the mails with links besides this one that were sent since a
	// time, or are being sent, to its address or to a user, and with notices all
	// others to its address; it keeps others from adding to them until the
	// transaction ends. Those to users who were deleted count.
	MailsSent(ctx context.Context, mail Mail, userID int64, notices bool, since time.Time) (int, error)
	// UpdateMail stores what became of a claimed mail. One that was sent stays so.
	UpdateMail(ctx context.Context, id int64, outcome MailOutcome) error
	DeleteMail(ctx context.Context, id int64) error
}

// Identity is who sends a request: a user and the session in which they
// logged in at AuthTime.
type Identity struct {
	User      User
	SessionID string
	AuthTime  time.Time
}

// LoginHistory is what decides whether an account may be tried.
type LoginHistory struct {
	// Failures counts those in a row from the asking network; LastFailure is
	// the newest of them.
	Failures    int
	LastFailure time.Time
	// AllFailures counts those from all networks in the last 24 hours;
	// OldestOfAll is the oldest of the newest 100 of them.
	AllFailures int
	OldestOfAll time.Time
	// KnownNetwork reports that a log-in from the network was good in the last
	// 30 days.
	KnownNetwork bool
}
