package auth

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// LinkedIdentity is whom a provider knows a user as.
type LinkedIdentity struct {
	ID          int64
	UserID      int64
	Provider    string
	Issuer      string
	Subject     string
	Email       string // that the provider has told last, if it has verified it; empty for none
	CreatedAt   time.Time
	LastLoginAt time.Time
}

// OAuthTx is what can be done to identities in a transaction.
type OAuthTx interface {
	// Identity returns the identity of a subject, or ErrIdentityNotFound.
	Identity(ctx context.Context, issuer, subject string) (LinkedIdentity, error)
	// Identities is as in OAuthStore.
	Identities(ctx context.Context, userID int64) ([]LinkedIdentity, error)
	// CreateIdentity links an identity, or returns ErrLinkedToOther when it is linked
	// already, or the user has another of its issuer.
	CreateIdentity(ctx context.Context, identity LinkedIdentity) error
	// UseIdentity stores LastLoginAt and Email, and reports whether the identity is
	// linked to its user.
	UseIdentity(ctx context.Context, identity LinkedIdentity) (bool, error)
	// DeleteIdentity reports whether the user had an identity of the provider.
	DeleteIdentity(ctx context.Context, userID int64, provider string) (bool, error)
	DeleteIdentities(ctx context.Context, userID int64) error
}

// The refusals of requests about identities.
var (
	ErrAlreadyLinked    = &Error{Kind: KindConflict, Detail: "Already linked"}
	ErrLinkedToOther    = &Error{Kind: KindConflict, Detail: "Linked to another user"}
	ErrIdentityNotFound = &Error{Kind: KindNotFound, Detail: "Identity not found"}
)

// The notices about identities.
const (
	MailIdentityChanged MailKind = "identity_changed"
	MailAccountTaken    MailKind = "account_taken" // by the owner of its address
)

// newIdentity is whom a provider has named, for a user. Of an address that the provider
// has not verified, nobody knows whose it is: see endOtherIdentities.
func (s *Service) newIdentity(user User, flow OAuthFlow) LinkedIdentity {
	now := s.now()
	identity := LinkedIdentity{
		UserID: user.ID, Provider: flow.Provider, Issuer: flow.Issuer, Subject: flow.Subject,
		CreatedAt: now, LastLoginAt: now,
	}
	if flow.EmailVerified {
		identity.Email = flow.Email
	}
	return identity
}

// Identities lists the providers that the user logs in with, in the order in which they
// were linked.
func (s *Service) Identities(ctx context.Context, user User) ([]LinkedIdentity, error) {
	return s.store.Identities(ctx, user.ID)
}

// LinkIdentity lets the user of a session log in as whom a provider has named, with our
// code and the verifier of the client that began. The owner hears of it.
func (s *Service) LinkIdentity(ctx context.Context, identity Identity, code, verifier string) (LinkedIdentity, error) {
	flow, err := s.redeemCode(ctx, code, verifier)
	if err != nil {
		return LinkedIdentity{}, err
	}
	var linked LinkedIdentity
	err = s.store.Update(ctx, func(tx Tx) error {
		user, err := s.lockOwner(ctx, tx, identity)
		if err != nil {
			return err
		}
		linked = s.newIdentity(user, flow)
		if err := checkUnlinked(ctx, tx, linked); err != nil {
			return err
		}
		if err := tx.CreateIdentity(ctx, linked); err != nil {
			return err
		}
		return s.notify(ctx, tx, MailIdentityChanged, user)
	})
	if err != nil {
		return LinkedIdentity{}, err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "user_identity_linked", userID(identity.User.ID), providerName(flow.Provider))
	return linked, nil
}

// checkUnlinked refuses an identity that is linked, and a second one of an issuer.
func checkUnlinked(ctx context.Context, tx Tx, wanted LinkedIdentity) error {
	owned, err := tx.Identities(ctx, wanted.UserID)
	if err != nil {
		return err
	}
	for _, identity := range owned {
		if identity.Issuer == wanted.Issuer {
			return ErrAlreadyLinked
		}
	}
	_, err = tx.Identity(ctx, wanted.Issuer, wanted.Subject)
	if err == nil {
		return ErrLinkedToOther
	}
	if errors.Is(err, ErrIdentityNotFound) {
		return nil
	}
	return err
}

// UnlinkIdentity ends the log-ins of the user with a provider, and the other sessions.
// The error is ErrIdentityNotFound, or ErrLastWayIn when there is no other way.
func (s *Service) UnlinkIdentity(ctx context.Context, identity Identity, provider string) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		user, err := s.lockOwner(ctx, tx, identity)
		if err != nil {
			return err
		}
		found, err := tx.DeleteIdentity(ctx, user.ID, provider)
		if err != nil {
			return err
		}
		if !found {
			return ErrIdentityNotFound
		}
		if err := s.checkWayIn(ctx, tx, user); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, user, identity.SessionID); err != nil {
			return err
		}
		return s.notify(ctx, tx, MailIdentityChanged, user)
	})
	if err != nil {
		return err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "user_identity_unlinked", userID(identity.User.ID), providerName(provider))
	return nil
}

// lockOwner returns the user of a session, for a change of how they log in: the session
// is live, and took the second factor if there is one.
func (s *Service) lockOwner(ctx context.Context, tx Tx, identity Identity) (User, error) {
	user, _, err := s.lockFactors(ctx, tx, identity)
	return user, err
}

// endOtherIdentities unlinks what has another address than the account, or none that its
// provider has verified. Whoever has reset the password has shown to own that one alone.
func endOtherIdentities(ctx context.Context, tx Tx, user User) error {
	identities, err := tx.Identities(ctx, user.ID)
	if err != nil {
		return err
	}
	for _, identity := range identities {
		if identity.Email == Fold(user.Email) {
			continue
		}
		if _, err := tx.DeleteIdentity(ctx, user.ID, identity.Provider); err != nil {
			return err
		}
	}
	return nil
}

// describeIdentities completes a notice about ways to log in with the providers that
// there are.
func (s *Service) describeIdentities(ctx context.Context, tx Tx, mail Mail, delivery *Delivery) error {
	switch mail.Kind {
	case MailIdentityChanged, MailAccountTaken, MailPasswordChanged:
	default:
		return nil
	}
	identities, err := tx.Identities(ctx, mail.UserID)
	if err != nil {
		return err
	}
	for _, identity := range identities {
		name := identity.Provider
		if provider, err := s.Provider(identity.Provider); err == nil {
			name = provider.Title()
		}
		if identity.Email != "" {
			name += " (" + identity.Email + ")"
		}
		delivery.Providers = append(delivery.Providers, name)
	}
	return nil
}
