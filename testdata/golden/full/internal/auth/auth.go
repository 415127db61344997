// Package auth is the service's accounts: who a user is, how one registers,
// proves a password and keeps a session. It knows neither HTTP (authhttp) nor
// SQL (authsql).
//
// The way in is Service. Two functions are made to be edited: Authenticate, for
// log-in rules of your own, and Allowed, which is asked on every request.
package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"example.com/myapi/internal/client"
)

// Config configures a Service.
type Config struct {
	// AppName is refused as a password.
	AppName string
	// Issuer is the iss and aud of access tokens.
	Issuer string
	// Algorithm signs access tokens: HS256, HS384 or HS512.
	Algorithm string
	// SecretKey signs access tokens. When it is empty a random one is made,
	// which is fit for development only: sessions end with the process.
	SecretKey string
	// SecretKeyPrevious, unless empty, still verifies tokens while keys change.
	SecretKeyPrevious string
	// AccessTokenLifetime is how long an access token is valid.
	AccessTokenLifetime time.Duration
	// BcryptCost is the work of hashing a password, 4 to 31.
	BcryptCost int
	// Passwords is what a new password must be like.
	Passwords PasswordPolicy
	// Breached is asked for new passwords, after all other rules; nil for no list.
	Breached BreachedPasswords
	// MaxFailures is how many failed log-ins in a row lock an account for a
	// client network. 0 never locks.
	MaxFailures int
	// Reauthentication is how long a log-in counts as recent.
	Reauthentication time.Duration
	// RegistrationClosed refuses those who register themselves.
	RegistrationClosed bool
	// ReservedUsernames are refused to those who register or rename themselves,
	// besides those of checkReserved.
	ReservedUsernames []string

	// SecondFactorRequired is who must have a second factor.
	SecondFactorRequired FactorRule

	// APIKeys is what API keys are like.
	APIKeys APIKeyConfig

	// OAuth is how users log in with providers.
	OAuth OAuthConfig

	// Passkeys is what passkeys are made for.
	Passkeys PasskeyConfig

	// EncryptionKeys seal the secrets of apps: the current one, then those before it.
	EncryptionKeys []EncryptionKey

	RefreshTokenLifetime time.Duration
	// RefreshGrace is how long a refresh token that was redeemed may be sent again
	// for the same answer, while its successor is unused. 0 ends the session.
	RefreshGrace time.Duration
	// SessionLifetime is how long after its log-in a session ends, however
	// often it is refreshed.
	SessionLifetime      time.Duration
	VerificationLifetime time.Duration
	ResetLifetime        time.Duration
	// MailsPerHour limits the mails to an address, and to an account, in an hour.
	// All kinds count; notices to a confirmed address come in any case.
	MailsPerHour int
}

// Service is the accounts of one deployment.
type Service struct {
	config Config
	store  Store
	hasher *Hasher
	tokens *accessTokens
	log    *slog.Logger
	now    func() time.Time
	warned atomic.Int64 // of a silent list of breached passwords; Unix time
	chain  refreshChain
	queued chan struct{} // wakes the worker
}

// New returns a Service that keeps its data in store. Times come from now.
func New(config Config, store Store, log *slog.Logger, now func() time.Time) (*Service, error) {
	if config.SecretKey == "" {
		config.SecretKey = rand.Text() + rand.Text() + rand.Text()
	}
	s := &Service{
		config: config,
		store:  store,
		hasher: NewHasher(config.BcryptCost),
		log:    log,
		chain:  newRefreshChain(config.SecretKey, config.SecretKeyPrevious),
		queued: make(chan struct{}, 1),
	}
	// What the databases keep is precise to the microsecond.
	s.now = func() time.Time { return now().UTC().Truncate(time.Microsecond) }
	var err error
	if s.tokens, err = newAccessTokens(config, s.now); err != nil {
		return nil, fmt.Errorf("reading the key of access tokens: %w", err)
	}
	return s, nil
}

// Unavailable reports whether an error means that the database is away or
// overloaded, so that the same request may well succeed later.
// A secret that no key opens is no different for the client.
func (s *Service) Unavailable(err error) bool {
	return errors.Is(err, errSealed) || s.store.Unavailable(err)
}

// audit writes a security event, named as in OWASP's Logging Vocabulary. Its
// attributes never hold a password, a token or what was typed as a name.
func (s *Service) audit(ctx context.Context, level slog.Level, event string, attrs ...slog.Attr) {
	attrs = append(attrs, slog.String("event", event))
	if from := client.From(ctx).Addr; from.IsValid() { // Not on the command line.
		attrs = append(attrs, slog.String("client", from.String()))
	}
	s.log.LogAttrs(ctx, level, "security event", attrs...)
}

func userID(id int64) slog.Attr { return slog.Int64("user_id", id) }
