package auth

import (
	"context"
	"slices"
	"time"
)

// proof is how a user has proved so far who they are.
type proof struct {
	amr      []string  // the methods (RFC 8176)
	authTime time.Time // of the first of them

	code       string     // of the second factor; empty if it is yet to be asked for
	loginToken string     // the hash of the token of the step before; empty in the first
	passkey    *assertion // that a passkey has signed; nil if none was sent
}

// The methods of proof, as RFC 8176 §2 names them.
const (
	methodPassword = "pwd"
	methodCode     = "otp"
	methodMultiple = "mfa" // Two factors.
)

// TypeLogin is the Type of a token that the next step of a log-in is taken with.
const TypeLogin = "login"

// StepTx is what the steps of log-ins need in a transaction.
type StepTx interface {
	// SessionAMR returns the AMR of a user's live session, or ErrInvalidToken.
	SessionAMR(ctx context.Context, userID int64, sessionID string, now time.Time) ([]string, error)
	// SetSessionAMR stores the AMR of a session that has been proved anew.
	SetSessionAMR(ctx context.Context, userID int64, sessionID string, amr []string) error
	// CountAttempt counts a wrong code that was sent with a login token.
	CountAttempt(ctx context.Context, hash string) error
	// KeepLoginTokens deletes a user's login tokens that are not spent, except for the
	// newest ones.
	KeepLoginTokens(ctx context.Context, userID int64, newest int) error
}

// withFactor returns the methods of a proof to which that of a second factor was added.
func withFactor(amr []string, method string) []string {
	if slices.Contains(amr, methodMultiple) {
		return amr
	}
	return append(slices.Clone(amr), method, methodMultiple)
}

// withoutFactor returns the methods of a session whose factor was removed.
func withoutFactor(amr []string) []string {
	return slices.DeleteFunc(slices.Clone(amr), func(method string) bool { return method == methodCode || method == methodMultiple })
}
