package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
)

// The kinds of challenges.
const (
	challengeLogin    = "login"
	challengeStep     = "second_factor"
	challengeRegister = "register"
)

// challengeLifetime is how long a user has to take an authenticator out.
const challengeLifetime = 5 * time.Minute

// ErrNoChallenge is returned by a Store when there is no such challenge.
var ErrNoChallenge = errors.New("no such challenge")

// PasskeyOptions are what a browser passes to its authenticators: JSON that
// PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON
// reads. The answer to them comes with the ChallengeID.
type PasskeyOptions struct {
	ChallengeID string
	Options     json.RawMessage
}

// PasskeyAnswer is what an authenticator answered to PasskeyOptions: a
// PublicKeyCredential as JSON.
type PasskeyAnswer struct {
	ChallengeID string
	Credential  json.RawMessage
}

// challenge stores a challenge for a user, or for nobody if userID is 0, and returns
// the options with it.
func (s *Service) challenge(ctx context.Context, tx Tx, kind string, userID int64, session *webauthn.SessionData, options any) (PasskeyOptions, error) {
	text, err := json.Marshal(options)
	if err != nil {
		return PasskeyOptions{}, fmt.Errorf("writing the options of a passkey: %w", err)
	}
	kept, err := json.Marshal(session)
	if err != nil {
		return PasskeyOptions{}, fmt.Errorf("writing a challenge: %w", err)
	}
	id := newSecret()
	err = tx.CreateChallenge(ctx, Challenge{
		Hash: hash(id), Kind: kind, UserID: userID, Session: string(kept), ExpiresAt: s.now().Add(challengeLifetime),
	})
	return PasskeyOptions{ChallengeID: id, Options: text}, err
}

// takeChallenge returns what a challenge is for, and ErrNoChallenge if it is unknown,
// expired, of another kind, or of somebody else. It is gone then, whatever becomes of
// the answer: no answer is looked at twice (WebAuthn L3 §13.4.3).
func (s *Service) takeChallenge(ctx context.Context, id, kind string, userID int64) (webauthn.SessionData, error) {
	var taken Challenge
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		taken, err = tx.TakeChallenge(ctx, hash(id))
		return err
	})
	if err != nil {
		return webauthn.SessionData{}, err
	}
	if taken.Kind != kind || taken.UserID != userID || !s.now().Before(taken.ExpiresAt) {
		return webauthn.SessionData{}, ErrNoChallenge
	}
	var session webauthn.SessionData
	if err := json.Unmarshal([]byte(taken.Session), &session); err != nil {
		return webauthn.SessionData{}, fmt.Errorf("reading a challenge: %w", err)
	}
	return session, nil
}
