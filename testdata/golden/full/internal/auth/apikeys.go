package auth

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/myapi/internal/client"
)

// The refusals of requests about API keys.
var (
	ErrAPIKeyNotFound = &Error{Kind: KindNotFound, Detail: "API key not found"}
	ErrTooManyAPIKeys = &Error{Kind: KindRefused, Detail: "Too many API keys"}
	ErrSessionOnly    = &Error{Kind: KindForbidden, Detail: "Not available with an API key"}
)

// APIKeyRequest describes the key that a user asks for.
type APIKeyRequest struct {
	Name   string
	Scopes []string
	Days   *int // until it expires; nil: as usual, 0: never
}

const (
	usualKeyDays = 90
	// KeptExpired is how long a key is listed after it has expired.
	KeptExpired = 30 * 24 * time.Hour
	// keyUseNoted is the shortest time between two stored uses of a key.
	keyUseNoted = time.Minute
)

// CreateAPIKey makes a key for the user of a session, and returns it and what the
// program sends, which is not kept.
func (s *Service) CreateAPIKey(ctx context.Context, from client.Client, identity Identity, r APIKeyRequest) (APIKey, string, error) {
	key, err := s.describeAPIKey(r)
	if err != nil {
		return APIKey{}, "", err
	}
	secret := newAPIKey(s.config.APIKeys.Prefix)
	key.UserID, key.Hash, key.CreatedIP = identity.User.ID, hash(secret), from.Addr.String()
	key.Prefix = secret[:len(s.config.APIKeys.Prefix)+1+keyShown]
	err = s.store.Update(ctx, func(tx Tx) error {
		user, err := s.lockSession(ctx, tx, identity)
		if err != nil {
			return err
		}
		if key.includes(ScopeAdmin) && !user.IsSuperuser {
			return ErrNotPermitted
		}
		count, err := tx.CountAPIKeys(ctx, user.ID, key.CreatedAt)
		if err != nil {
			return err
		}
		if count >= s.config.APIKeys.PerUser {
			return ErrTooManyAPIKeys
		}
		if key.ID, err = tx.CreateAPIKey(ctx, key); err != nil {
			return err
		}
		return tx.Enqueue(ctx, Mail{
			Kind: MailAPIKeyCreated, UserID: user.ID, Address: user.Email, SessionID: strconv.FormatInt(key.ID, 10), CreatedAt: key.CreatedAt,
		})
	})
	if err != nil {
		return APIKey{}, "", err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "authn_token_created", userID(key.UserID), apiKeyKind, slog.Int64("key_id", key.ID))
	return key, secret, nil
}

// apiKeyKind distinguishes the events of keys from those of sessions.
var apiKeyKind = slog.String("kind", "api_key")

// lockSession returns the user of a session that is still live. What has just
// ended the session has deleted keys, and must not be followed by a new one.
func (s *Service) lockSession(ctx context.Context, tx Tx, identity Identity) (User, error) {
	user, err := tx.LockUser(ctx, ByID(identity.User.ID))
	if err != nil {
		return User{}, err
	}
	live, err := tx.HasSession(ctx, user.ID, identity.SessionID, s.now())
	if err != nil {
		return User{}, err
	}
	if !live || !Allowed(user) {
		return User{}, ErrInvalidToken
	}
	return user, nil
}

// describeAPIKey returns the key that is asked for, with all faults of the request
// as one error.
func (s *Service) describeAPIKey(r APIKeyRequest) (APIKey, error) {
	key := APIKey{Name: strings.TrimSpace(r.Name), CreatedAt: s.now()}
	var wrongName, wrongScopes, wrongDays error
	if length := utf8.RuneCountInString(key.Name); length < 1 || length > 100 || strings.ContainsFunc(key.Name, isInvisible) {
		wrongName = invalid("name", "expected 1 to 100 characters on one line")
	}
	key.Scopes, wrongScopes = sortScopes(r.Scopes)
	days, longest := usualKeyDays, s.config.APIKeys.MaxDays
	if longest != 0 {
		days = min(days, longest)
	}
	if r.Days != nil {
		days = *r.Days
	}
	switch {
	case days == 0 && longest == 0:
	case days < 1 || days > KeyDays(longest):
		wrongDays = invalid("expires_in_days", "out of the range that is allowed")
	default:
		key.ExpiresAt = key.CreatedAt.AddDate(0, 0, days)
	}
	return key, join(wrongName, wrongScopes, wrongDays)
}

// KeyDays is the longest life of a key that ends.
func KeyDays(maxDays int) int {
	if maxDays == 0 {
		return 3650
	}
	return maxDays
}

// isInvisible reports whether r could make a name look like another, or break a line.
func isInvisible(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// APIKeys lists the keys of a user, the newest first; expired ones too, for 30
// days.
func (s *Service) APIKeys(ctx context.Context, id int64) ([]APIKey, error) {
	if _, err := s.store.User(ctx, ByID(id)); err != nil {
		return nil, err
	}
	return s.store.APIKeys(ctx, id)
}

// DeleteAPIKey ends one of the user's keys at once, or returns ErrAPIKeyNotFound.
func (s *Service) DeleteAPIKey(ctx context.Context, user User, id int64) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		found, err := tx.DeleteAPIKey(ctx, user.ID, id)
		if err == nil && !found {
			return ErrAPIKeyNotFound
		}
		return err
	})
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelInfo, "authn_token_revoked", userID(user.ID), apiKeyKind, slog.Int64("key_id", id))
	return nil
}

// EndAPIKeys ends all keys of a user, for a superuser, or returns ErrUserNotFound.
func (s *Service) EndAPIKeys(ctx context.Context, admin User, id int64) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		user, err := lockSubject(ctx, tx, admin, id)
		if err != nil {
			return err
		}
		return endAPIKeys(ctx, tx, user)
	})
	if err != nil {
		return err
	}
	s.audit(ctx, slog.LevelWarn, "authn_token_revoked", userID(admin.ID), slog.Int64("subject_id", id), apiKeyKind, slog.Bool("all", true))
	return nil
}

// IdentifyAPIKey returns a key and its user: ErrTokenExpired for one that has
// expired, ErrInvalidToken for one that does not exist or whose user is not allowed.
// Its use is stored in the background, at most once a minute: the request does not
// wait for it.
func (s *Service) IdentifyAPIKey(ctx context.Context, from client.Client, secret string) (APIKey, User, error) {
	key, user, err := s.store.APIKey(ctx, hash(secret))
	if err != nil {
		return APIKey{}, User{}, err
	}
	now := s.now()
	if !Allowed(user) {
		return APIKey{}, User{}, ErrInvalidToken
	}
	if !key.ExpiresAt.IsZero() && !now.Before(key.ExpiresAt) {
		return APIKey{}, User{}, ErrTokenExpired
	}
	if now.Sub(key.LastUsedAt) >= keyUseNoted {
		go s.noteAPIKeyUse(key.ID, now, from.Addr.String())
	}
	return key, user, nil
}

// noteAPIKeyUse outlives the request, whose context some routers use again.
func (s *Service) noteAPIKeyUse(id int64, now time.Time, ip string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.store.NoteAPIKeyUse(ctx, id, now, now.Add(-keyUseNoted), ip); err != nil {
		s.log.WarnContext(ctx, "use of an API key was not stored", "key_id", id, "error", err)
	}
}

// endAPIKeys ends all keys of the user.
func endAPIKeys(ctx context.Context, tx Tx, user User) error {
	return tx.DeleteAPIKeys(ctx, user.ID, "")
}

// endAPIKeysOfRights ends the keys that a change of what the user may do voids: all
// of somebody who is disabled, else those for what only superusers may do.
func endAPIKeysOfRights(ctx context.Context, tx Tx, user User) error {
	if !Allowed(user) {
		return endAPIKeys(ctx, tx, user)
	}
	return tx.DeleteAPIKeys(ctx, user.ID, ScopeAdmin)
}

// MailAPIKeyCreated is the notice of a new key. SessionID of such a Mail is the id
// of the key.
const MailAPIKeyCreated MailKind = "api_key_created"

// describeAPIKeys completes a mail about keys with the new one, unless it has been
// deleted, or with how many there are.
func (s *Service) describeAPIKeys(ctx context.Context, tx Tx, mail Mail, delivery *Delivery) error {
	if mail.Kind != MailAPIKeyCreated && mail.Kind != MailPasswordChanged {
		return nil
	}
	keys, err := tx.UserAPIKeys(ctx, mail.UserID)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if key.ExpiresAt.IsZero() || s.now().Before(key.ExpiresAt) {
			delivery.APIKeys++
		}
		if strconv.FormatInt(key.ID, 10) == mail.SessionID && mail.Kind == MailAPIKeyCreated {
			delivery.APIKey = key
		}
	}
	return nil
}
