package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"example.com/myapi/internal/client"
)

// OfferPasskeyLogin returns the options for a log-in with a passkey: the same for
// everybody, but for the challenge.
func (s *Service) OfferPasskeyLogin(ctx context.Context) (PasskeyOptions, error) {
	party, err := s.relyingParty()
	if err != nil {
		return PasskeyOptions{}, err
	}
	options, session, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return PasskeyOptions{}, err
	}
	return s.offer(ctx, challengeLogin, 0, session, options.Response)
}

func (s *Service) offer(ctx context.Context, kind string, userID int64, session *webauthn.SessionData, options any) (PasskeyOptions, error) {
	var offered PasskeyOptions
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		offered, err = s.challenge(ctx, tx, kind, userID, session, options)
		return err
	})
	return offered, err
}

// LoginWithPasskey opens a session for the owner of a passkey that has signed a
// challenge of OfferPasskeyLogin. Every refusal is ErrInvalidCredentials, also that of
// somebody who is locked: what distinguishes them would tell of accounts.
func (s *Service) LoginWithPasskey(ctx context.Context, from client.Client, answer PasskeyAnswer) (TokenPair, error) {
	user, signed, err := s.passkeyUser(ctx, answer)
	if err != nil {
		return TokenPair{}, s.passkeyRefused(ctx, user, err, ErrInvalidCredentials)
	}
	try := attempt{user: user, account: AccountOf(user.ID), network: from.Network(), wrong: ErrInvalidCredentials}
	try.how = proof{amr: []string{methodPasskey, methodPresence, methodMultiple}, authTime: s.now(), passkey: &signed}
	pair, err := s.finish(ctx, from, try, user, nil)
	var refused *Error
	if errors.As(err, &refused) {
		return TokenPair{}, ErrInvalidCredentials
	}
	return pair, err
}

// passkeyUser returns the owner of the passkey that has signed a challenge. The handle
// and the credential of the answer have to be of the same account (WebAuthn L3 §7.2,
// step 6).
func (s *Service) passkeyUser(ctx context.Context, answer PasskeyAnswer) (User, assertion, error) {
	session, err := s.takeChallenge(ctx, answer.ChallengeID, challengeLogin, 0)
	if err != nil {
		return User{}, assertion{}, err
	}
	parsed, err := parseAssertion(answer.Credential)
	if err != nil {
		return User{}, assertion{}, err
	}
	handle := base64.RawURLEncoding.EncodeToString(parsed.Response.UserHandle)
	passkey, err := s.store.PasskeyOf(ctx, hash(string(parsed.RawID)), handle)
	if errors.Is(err, ErrPasskeyNotFound) {
		return User{}, assertion{}, s.refuseUnknown(session, parsed)
	}
	if err != nil {
		return User{}, assertion{}, err
	}
	user, err := s.store.User(ctx, ByID(passkey.UserID))
	if err != nil {
		return User{}, assertion{}, err
	}
	owner, err := ownerOf(user, handle, []Passkey{passkey})
	if err != nil {
		return user, assertion{}, err
	}
	signed, err := s.verifyAssertion(owner, session, parsed)
	signed.passkeyID = passkey.ID
	return user, signed, err
}

// refuseUnknown refuses the answer of a passkey that nobody has, after the work of
// verifying one.
func (s *Service) refuseUnknown(session webauthn.SessionData, parsed *protocol.ParsedCredentialAssertionData) error {
	owner, err := decoy(parsed)
	if err != nil {
		return err
	}
	_, err = s.verifyAssertion(owner, session, parsed)
	return errors.Join(errRefusedAnswer, err)
}

// passkeyRefused returns refusal in place of what is wrong with an answer, which only
// the log tells. Any other error is returned as it is.
func (s *Service) passkeyRefused(ctx context.Context, user User, err error, refusal *Error) error {
	if !errors.Is(err, errRefusedAnswer) && !errors.Is(err, ErrNoChallenge) && !errors.Is(err, ErrUserNotFound) {
		return err
	}
	s.audit(ctx, slog.LevelWarn, "authn_passkey_fail", userID(user.ID), slog.String("reason", err.Error()))
	return refusal
}

// OfferSecondStep returns the options for the second step of a log-in by one of the
// user's passkeys, or ErrLoginToken.
func (s *Service) OfferSecondStep(ctx context.Context, from client.Client, loginToken string) (PasskeyOptions, error) {
	try, err := s.waitingLogin(ctx, from, loginToken)
	if err != nil {
		return PasskeyOptions{}, err
	}
	owner, _, err := s.passkeyOwner(ctx, try.user)
	if err != nil {
		return PasskeyOptions{}, err
	}
	if len(owner.credentials) == 0 {
		return PasskeyOptions{}, ErrLoginToken
	}
	party, err := s.relyingParty()
	if err != nil {
		return PasskeyOptions{}, err
	}
	options, session, err := party.BeginLogin(owner, webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return PasskeyOptions{}, err
	}
	return s.offer(ctx, challengeStep, try.user.ID, session, options.Response)
}

// passkeyOwner returns a user with all of their passkeys.
func (s *Service) passkeyOwner(ctx context.Context, user User) (passkeyOwner, []Passkey, error) {
	handle, err := s.store.Handle(ctx, user.ID)
	if err != nil {
		return passkeyOwner{}, nil, err
	}
	passkeys, err := s.store.Passkeys(ctx, user.ID)
	if err != nil {
		return passkeyOwner{}, nil, err
	}
	owner, err := ownerOf(user, handle, passkeys)
	return owner, passkeys, err
}

// ContinueWithPasskey is ContinueLogin with a passkey that has signed a challenge of
// OfferSecondStep, in place of a code. One that is refused counts as a wrong code does.
func (s *Service) ContinueWithPasskey(ctx context.Context, from client.Client, loginToken string, answer PasskeyAnswer) (TokenPair, error) {
	try, err := s.waitingLogin(ctx, from, loginToken)
	if err == nil {
		err = s.checkLock(ctx, try)
	}
	if err != nil {
		return TokenPair{}, err
	}
	signed, err := s.stepAssertion(ctx, try.user, answer)
	if err != nil {
		err = s.passkeyRefused(ctx, try.user, err, ErrInvalidCode)
	}
	if err != nil && err != error(ErrInvalidCode) {
		return TokenPair{}, err
	}
	try.how.passkey = &signed
	return s.finish(ctx, from, try, try.user, nil)
}

// stepAssertion returns what one of the user's passkeys has signed for the second step.
func (s *Service) stepAssertion(ctx context.Context, user User, answer PasskeyAnswer) (assertion, error) {
	session, err := s.takeChallenge(ctx, answer.ChallengeID, challengeStep, user.ID)
	if err != nil {
		return assertion{}, err
	}
	parsed, err := parseAssertion(answer.Credential)
	if err != nil {
		return assertion{}, err
	}
	owner, passkeys, err := s.passkeyOwner(ctx, user)
	if err != nil {
		return assertion{}, err
	}
	signed, err := s.verifyAssertion(owner, session, parsed)
	if err != nil {
		return assertion{}, err
	}
	for _, passkey := range passkeys {
		if passkey.CredentialHash == hash(string(parsed.RawID)) {
			signed.passkeyID = passkey.ID
		}
	}
	return signed, nil
}

// factor is the method of the second step.
func (p proof) factor() string {
	if p.passkey != nil {
		return methodPasskey
	}
	return methodCode
}

// useFactor accepts what was sent for the second step, once.
func (s *Service) useFactor(ctx context.Context, tx Tx, try attempt, user User, app TOTP) error {
	if try.how.passkey != nil {
		return s.usePasskey(ctx, tx, try, user)
	}
	return s.useCode(ctx, tx, try, user, app)
}

// usePasskey stores the use of a passkey that has signed a challenge. If its counter
// does not go on from its last use, there may be a copy of it: it is refused, and the
// owner hears of it (WebAuthn L3 §6.1.1).
func (s *Service) usePasskey(ctx context.Context, tx Tx, try attempt, user User) error {
	signed := *try.how.passkey
	stored, err := tx.Passkey(ctx, user.ID, signed.passkeyID)
	if errors.Is(err, ErrPasskeyNotFound) {
		return try.wrong
	}
	if err != nil {
		return err
	}
	counts := signed.signCount != 0 || stored.SignCount != 0
	if counts && signed.signCount <= stored.SignCount {
		s.audit(ctx, slog.LevelError, "authn_passkey_cloned", userID(user.ID), slog.Int64("passkey_id", stored.ID))
		if err := s.notify(ctx, tx, MailPasskeyCloned, user); err != nil {
			return err
		}
		return try.wrong
	}
	return tx.NotePasskeyUse(ctx, stored.ID, signed.signCount, signed.backedUp, s.now())
}
