package auth

import (
	"context"
	"time"
)

// Passkey is a public key with which a user logs in, or takes the second step of a
// log-in (WebAuthn Level 3). The private key never leaves the user's devices.
type Passkey struct {
	ID             int64
	UserID         int64
	CredentialHash string // SHA-256 of CredentialID, in hex
	CredentialID   []byte
	Record         string // what signatures are verified with, as package webauthn keeps it in JSON
	Name           string
	AAGUID         string // of the kind of authenticator
	RPID           string
	SignCount      int64 // of its last use; always 0 for those that do not count
	BackupEligible bool  // It can be on several devices.
	BackedUp       bool
	CreatedAt      time.Time
	LastUsedAt     time.Time // zero: never
}

// Challenge is what an authenticator is asked to sign, once. Only the hash of its id is
// kept.
type Challenge struct {
	Hash      string
	Kind      string
	UserID    int64  // 0: of nobody
	Session   string // as package webauthn keeps it, in JSON
	ExpiresAt time.Time
}

// PasskeyConfig is what passkeys are made for.
type PasskeyConfig struct {
	// RPID is the domain that they belong to, and Origins are those of its pages and apps
	// that may use them.
	RPID    string
	Origins []string
	// PerUser is how many a user can have.
	PerUser int
}

// PasskeyStore keeps passkeys.
type PasskeyStore interface {
	// Passkeys and CountPasskeys are as in PasskeyTx.
	Passkeys(ctx context.Context, userID int64) ([]Passkey, error)
	CountPasskeys(ctx context.Context, userID int64) (int, error)
	// PasskeyOf returns the passkey with a hash of its credential id, if it belongs to
	// the user with a handle, or ErrPasskeyNotFound.
	PasskeyOf(ctx context.Context, credentialHash, handle string) (Passkey, error)
	// Handle is as in PasskeyTx.
	Handle(ctx context.Context, userID int64) (string, error)
	// PasskeysByRPID counts the passkeys of all users.
	PasskeysByRPID(ctx context.Context) (map[string]int, error)
}

// PasskeyTx is what can be done to passkeys in a transaction.
type PasskeyTx interface {
	// Passkeys lists those of a user, the oldest first.
	Passkeys(ctx context.Context, userID int64) ([]Passkey, error)
	CountPasskeys(ctx context.Context, userID int64) (int, error)
	// Passkey returns one of a user, or ErrPasskeyNotFound.
	Passkey(ctx context.Context, userID, id int64) (Passkey, error)
	// CreatePasskey stores a passkey and returns its id, or ErrPasskeyTaken.
	CreatePasskey(ctx context.Context, passkey Passkey) (int64, error)
	RenamePasskey(ctx context.Context, userID, id int64, name string) error
	// NotePasskeyUse stores what changes with a use.
	NotePasskeyUse(ctx context.Context, id, signCount int64, backedUp bool, now time.Time) error
	DeletePasskey(ctx context.Context, userID, id int64) error
	DeletePasskeys(ctx context.Context, userID int64) error
	// Handle returns what authenticators know a user by; empty if there is none yet.
	Handle(ctx context.Context, userID int64) (string, error)
	CreateHandle(ctx context.Context, userID int64, handle string) error
	CreateChallenge(ctx context.Context, challenge Challenge) error
	// TakeChallenge deletes a challenge and returns it, or ErrNoChallenge: of several
	// that try, one gets it.
	TakeChallenge(ctx context.Context, hash string) (Challenge, error)
}

// The refusals of requests about passkeys.
var (
	ErrPasskeyNotFound    = &Error{Kind: KindNotFound, Detail: "Passkey not found"}
	ErrPasskeyNotAccepted = &Error{Kind: KindRefused, Detail: "Passkey was not accepted"}
	ErrPasskeyTaken       = &Error{Kind: KindConflict, Detail: "Passkey already registered"}
	ErrTooManyPasskeys    = &Error{Kind: KindRefused, Detail: "Too many passkeys"}
)

// The methods of proof of a passkey, as RFC 8176 §2 names them.
const (
	methodPasskey  = "pop"  // A key that signs.
	methodPresence = "user" // The user was there.
)

// MaxChallenges is how many challenges are kept: anyone can ask for them.
const MaxChallenges = 100_000
