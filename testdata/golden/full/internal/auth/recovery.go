package auth

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"time"
)

// The mails about second factors: notices without a token.
const (
	MailFactorChanged    MailKind = "factor_changed"
	MailRecoveryCodeUsed MailKind = "recovery_code_used"
	MailAccountLocked    MailKind = "account_locked" // by wrong codes
)

// FactorStore keeps recovery codes.
type FactorStore interface {
	// RecoveryCodes is as in FactorTx.
	RecoveryCodes(ctx context.Context, userID int64) (int, error)
}

// FactorTx is what can be done to recovery codes in a transaction.
type FactorTx interface {
	StepTx
	// RecoveryCodes counts a user's codes that are not spent.
	RecoveryCodes(ctx context.Context, userID int64) (int, error)
	CreateRecoveryCode(ctx context.Context, userID int64, hash string, now time.Time) error
	// SpendRecoveryCode reports whether it has spent a code of the user: of several
	// that try, one does.
	SpendRecoveryCode(ctx context.Context, userID int64, hash string, now time.Time) (bool, error)
	DeleteRecoveryCodes(ctx context.Context, userID int64) error
	// HasMail reports whether a notice of a kind was queued for a user since then.
	HasMail(ctx context.Context, kind MailKind, userID int64, since time.Time) (bool, error)
}

const (
	recoveryCodes = 10
	// FewRecoveryCodes are so few that their owner is asked to make new ones.
	FewRecoveryCodes = 3
	// codeLength is that of a code in base32: 120 bits, so that a plain hash is enough
	// (ASVS 6.5.2).
	codeLength = 24
	codeGroup  = 4
)

// newRecoveryCode returns a code as it is shown, in groups of four characters.
func newRecoveryCode() string {
	text := strings.ToLower(rand.Text()[:codeLength])
	groups := make([]string, 0, codeLength/codeGroup)
	for i := 0; i < codeLength; i += codeGroup {
		groups = append(groups, text[i:i+codeGroup])
	}
	return strings.Join(groups, "-")
}

// hashRecoveryCode returns the hash of a code as it was typed: without regard to
// case, hyphens and blanks.
func hashRecoveryCode(typed string) string {
	return hash(strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(typed)))
}

// makeRecoveryCodes replaces a user's codes.
func (s *Service) makeRecoveryCodes(ctx context.Context, tx Tx, user User) ([]string, error) {
	if err := tx.DeleteRecoveryCodes(ctx, user.ID); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		codes[i] = newRecoveryCode()
		if err := tx.CreateRecoveryCode(ctx, user.ID, hashRecoveryCode(codes[i]), s.now()); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// useRecoveryCode spends a code, and tells the owner.
func (s *Service) useRecoveryCode(ctx context.Context, tx Tx, user User, code string) error {
	spent, err := tx.SpendRecoveryCode(ctx, user.ID, hashRecoveryCode(code), s.now())
	if err != nil {
		return err
	}
	if !spent {
		return ErrInvalidCode
	}
	return s.notify(ctx, tx, MailRecoveryCodeUsed, user)
}

// RenewRecoveryCodes makes new codes, in place of all earlier ones.
func (s *Service) RenewRecoveryCodes(ctx context.Context, identity Identity) ([]string, error) {
	var codes []string
	err := s.store.Update(ctx, func(tx Tx) error {
		user, own, err := s.lockFactors(ctx, tx, identity)
		if err != nil {
			return err
		}
		if !own.active() {
			return ErrNoSecondFactor
		}
		if codes, err = s.makeRecoveryCodes(ctx, tx, user); err != nil {
			return err
		}
		return s.factorChanged(ctx, tx, user, identity.SessionID)
	})
	if err != nil {
		return nil, err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "authn_recovery_codes_renewed", userID(identity.User.ID))
	return codes, nil
}

// describeFactor completes a notice about second factors.
func (s *Service) describeFactor(ctx context.Context, tx Tx, mail Mail, delivery *Delivery) error {
	switch mail.Kind {
	case MailFactorChanged, MailRecoveryCodeUsed:
	default:
		return nil
	}
	own, err := factorsOf(ctx, tx, mail.UserID)
	if err != nil {
		return err
	}
	delivery.HasFactor = own.active()
	delivery.FactorMethods = own.methods()
	delivery.RecoveryCodes, err = tx.RecoveryCodes(ctx, mail.UserID)
	return err
}
