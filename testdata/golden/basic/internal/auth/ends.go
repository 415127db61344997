package auth

import (
	"context"
	"errors"
)

// What ends what: a function for each event. All of them run in the transaction
// of the event, after LockUser. They change the user that they receive, and
// leave it to the caller to store it.

// endSession deletes the token of a session, and reports whether there was one.
// It locks the user itself.
func endSession(ctx context.Context, tx Tx, userID int64, sessionID string) (bool, error) {
	if _, err := tx.LockUser(ctx, ByID(userID)); errors.Is(err, ErrUserNotFound) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return tx.DeleteSession(ctx, userID, sessionID)
}

// passwordChanged ends the user's other sessions.
func (s *Service) passwordChanged(ctx context.Context, tx Tx, user *User, keep string) error {
	return tx.DeleteTokens(ctx, TokenFilter{UserID: user.ID, Keep: keep})
}

// emailChanged changes the user's address, and ends the other sessions.
func (s *Service) emailChanged(ctx context.Context, tx Tx, user *User, wanted, keep string) error {
	user.Email = wanted
	return tx.DeleteTokens(ctx, TokenFilter{UserID: user.ID, Keep: keep})
}

// emailSetBySuperuser changes the user's address, and ends all sessions.
func (s *Service) emailSetBySuperuser(ctx context.Context, tx Tx, user *User, wanted string) error {
	user.Email = wanted
	return tx.DeleteTokens(ctx, TokenFilter{UserID: user.ID})
}

// rightsChanged ends all sessions.
func (s *Service) rightsChanged(ctx context.Context, tx Tx, user *User) error {
	return tx.DeleteTokens(ctx, TokenFilter{UserID: user.ID})
}
