package auth

import "context"

// What ends what: a function for each event. All of them run in the transaction
// of the event, after LockUser. They change the user that they are given, and
// leave it to the caller to store it.

// passwordChanged ends the user's other sessions.
func (s *Service) passwordChanged(ctx context.Context, tx Tx, user *User, keep string) error {
	return tx.DeleteSessions(ctx, user.ID, keep)
}

// emailChanged changes the user's address, and ends the other sessions.
func (s *Service) emailChanged(ctx context.Context, tx Tx, user *User, wanted, keep string) error {
	user.Email = wanted
	return tx.DeleteSessions(ctx, user.ID, keep)
}

// emailSetBySuperuser changes the user's address, and ends all sessions.
func (s *Service) emailSetBySuperuser(ctx context.Context, tx Tx, user *User, wanted string) error {
	user.Email = wanted
	return tx.DeleteSessions(ctx, user.ID, "")
}

// rightsChanged ends all sessions.
func (s *Service) rightsChanged(ctx context.Context, tx Tx, user *User) error {
	return tx.DeleteSessions(ctx, user.ID, "")
}
