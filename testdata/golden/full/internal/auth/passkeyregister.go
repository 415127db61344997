package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// handleBytes is the length of a user handle: as random, and as long, as it can be
// (WebAuthn L3 §14.6.1). It tells nothing of the user.
const handleBytes = 64

// OfferPasskey returns the options for a new passkey of the user of a session, which
// took a second factor if there is one.
func (s *Service) OfferPasskey(ctx context.Context, identity Identity) (PasskeyOptions, error) {
	party, err := s.relyingParty()
	if err != nil {
		return PasskeyOptions{}, err
	}
	var offered PasskeyOptions
	err = s.store.Update(ctx, func(tx Tx) error {
		user, _, err := s.lockFactors(ctx, tx, identity)
		if err != nil {
			return err
		}
		owner, err := lockedOwner(ctx, tx, user)
		if err != nil {
			return err
		}
		options, session, err := party.BeginRegistration(owner,
			webauthn.WithCredentialParameters(parameters()),
			webauthn.WithExclusions(webauthn.Credentials(owner.credentials).CredentialDescriptors()),
			webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
				ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
				UserVerification: protocol.VerificationRequired,
			}))
		if err != nil {
			return err
		}
		offered, err = s.challenge(ctx, tx, challengeRegister, user.ID, session, options.Response)
		return err
	})
	return offered, err
}

// lockedOwner returns a user, who is locked, with their passkeys and handle, which it
// makes if there is none.
func lockedOwner(ctx context.Context, tx Tx, user User) (passkeyOwner, error) {
	handle, err := tx.Handle(ctx, user.ID)
	if err == nil && handle == "" {
		random := make([]byte, handleBytes)
		rand.Read(random) // Never fails: crypto/rand stops the program first.
		handle = base64.RawURLEncoding.EncodeToString(random)
		err = tx.CreateHandle(ctx, user.ID, handle)
	}
	if err != nil {
		return passkeyOwner{}, err
	}
	passkeys, err := tx.Passkeys(ctx, user.ID)
	if err != nil {
		return passkeyOwner{}, err
	}
	return ownerOf(user, handle, passkeys)
}

// RegisterPasskey adds the passkey that an authenticator has made for a challenge of
// OfferPasskey. An empty name becomes that of the kind of authenticator. With the first
// factor come recovery codes. The error is ErrPasskeyNotAccepted for an answer that is
// not right, ErrPasskeyTaken or ErrTooManyPasskeys.
func (s *Service) RegisterPasskey(ctx context.Context, identity Identity, answer PasskeyAnswer, name string) (Passkey, []string, error) {
	if name = strings.TrimSpace(name); name != "" {
		if err := checkPasskeyName(name); err != nil {
			return Passkey{}, nil, err
		}
	}
	added, err := s.newPasskey(ctx, identity.User, answer)
	if err != nil {
		return Passkey{}, nil, s.passkeyRefused(ctx, identity.User, err, ErrPasskeyNotAccepted)
	}
	added.Name = cmp.Or(name, authenticatorName(added.AAGUID))
	codes := []string{}
	err = s.store.Update(ctx, func(tx Tx) error {
		user, own, err := s.lockFactors(ctx, tx, identity)
		if err != nil {
			return err
		}
		if own.passkeys >= s.config.Passkeys.PerUser {
			return ErrTooManyPasskeys
		}
		if added.ID, err = tx.CreatePasskey(ctx, added); err != nil {
			return err
		}
		if !own.active() {
			if codes, err = s.firstPasskey(ctx, tx, user, identity); err != nil {
				return err
			}
		}
		return s.notify(ctx, tx, MailPasskeysChanged, user)
	})
	if err != nil {
		return Passkey{}, nil, err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "authn_passkey_added", userID(added.UserID), slog.Int64("passkey_id", added.ID))
	return added, codes, nil
}

// newPasskey returns the passkey that an authenticator has made for the user.
func (s *Service) newPasskey(ctx context.Context, user User, answer PasskeyAnswer) (Passkey, error) {
	session, err := s.takeChallenge(ctx, answer.ChallengeID, challengeRegister, user.ID)
	if err != nil {
		return Passkey{}, err
	}
	handle, err := s.store.Handle(ctx, user.ID)
	if err != nil {
		return Passkey{}, err
	}
	owner, err := ownerOf(user, handle, nil)
	if err != nil {
		return Passkey{}, err
	}
	made, err := s.verifyRegistration(owner, session, answer.Credential)
	made.UserID, made.CreatedAt = user.ID, s.now()
	return made, err
}

// firstPasskey returns the recovery codes that come with the first factor. It ends the
// user's other sessions, which have not proved it.
func (s *Service) firstPasskey(ctx context.Context, tx Tx, user User, identity Identity) ([]string, error) {
	codes, err := s.makeRecoveryCodes(ctx, tx, user)
	if err != nil {
		return nil, err
	}
	if err := tx.SetSessionAMR(ctx, user.ID, identity.SessionID, withFactor(identity.AMR, methodPasskey)); err != nil {
		return nil, err
	}
	return codes, endSessions(ctx, tx, user, identity.SessionID)
}

// checkPasskeyName refuses what can't name a passkey in a list and in a mail.
func checkPasskeyName(name string) error {
	invisible := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }
	if length := utf8.RuneCountInString(name); length < 1 || length > 100 || strings.ContainsFunc(name, invisible) {
		return invalid("name", "expected 1 to 100 characters on one line")
	}
	return nil
}

// Passkeys lists the passkeys of a user, the oldest first.
func (s *Service) Passkeys(ctx context.Context, user User) ([]Passkey, error) {
	return s.store.Passkeys(ctx, user.ID)
}

// RenamePasskey gives one of the user's passkeys another name, or returns
// ErrPasskeyNotFound.
func (s *Service) RenamePasskey(ctx context.Context, user User, id int64, name string) (Passkey, error) {
	name = strings.TrimSpace(name)
	if err := checkPasskeyName(name); err != nil {
		return Passkey{}, err
	}
	var renamed Passkey
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if _, err = tx.LockUser(ctx, ByID(user.ID)); err != nil {
			return err
		}
		if renamed, err = tx.Passkey(ctx, user.ID, id); err != nil {
			return err
		}
		renamed.Name = name
		return tx.RenamePasskey(ctx, user.ID, id, name)
	})
	return renamed, err
}

// RemovePasskey removes one of the user's passkeys, and what goes with the last second
// factor. The user's other sessions end. The error is ErrPasskeyNotFound if there is no
// such passkey.
func (s *Service) RemovePasskey(ctx context.Context, identity Identity, id int64) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		user, _, err := s.lockFactors(ctx, tx, identity)
		if err != nil {
			return err
		}
		if _, err := tx.Passkey(ctx, user.ID, id); err != nil {
			return err
		}
		if err := tx.DeletePasskey(ctx, user.ID, id); err != nil {
			return err
		}
		if err := s.checkWayIn(ctx, tx, user); err != nil {
			return err
		}
		if err := s.factorRemoved(ctx, tx, user, identity); err != nil {
			return err
		}
		if err := s.notify(ctx, tx, MailPasskeysChanged, user); err != nil {
			return err
		}
		return endSessions(ctx, tx, user, identity.SessionID)
	})
	if err != nil {
		return err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "authn_passkey_removed", userID(identity.User.ID), slog.Int64("passkey_id", id))
	return nil
}

// PasskeysByRPID counts the passkeys of all users by the domain that they are for.
func (s *Service) PasskeysByRPID(ctx context.Context) (map[string]int, error) {
	return s.store.PasskeysByRPID(ctx)
}

// The mails about passkeys: notices without a token.
const (
	MailPasskeysChanged MailKind = "passkeys_changed"
	MailPasskeyCloned   MailKind = "passkey_cloned"
)

// describePasskeys completes the mails that name the user's passkeys.
func (s *Service) describePasskeys(ctx context.Context, tx Tx, mail Mail, delivery *Delivery) error {
	switch mail.Kind {
	case MailPasskeysChanged, MailPasskeyCloned, MailPasswordChanged:
	default:
		return nil
	}
	passkeys, err := tx.Passkeys(ctx, mail.UserID)
	if err != nil {
		return err
	}
	for _, passkey := range passkeys {
		delivery.Passkeys = append(delivery.Passkeys, passkey.Name)
	}
	return nil
}
