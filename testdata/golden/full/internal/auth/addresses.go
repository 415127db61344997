package auth

import (
	"context"
	"errors"
)

// oldAddresses returns the addresses that were stored before domains had one
// form, by today's: each with the users who have it, in whatever form. It is
// unknown whose an address with several users is.
func (s *Service) oldAddresses(ctx context.Context) (map[string][]User, error) {
	found := map[string][]User{}
	err := s.eachUser(ctx, func(user User) {
		if folded := Fold(user.Email); folded != user.Email {
			found[folded] = append(found[folded], user)
		}
	})
	if err != nil || len(found) == 0 {
		return found, err
	}
	return found, s.eachUser(ctx, func(user User) {
		if others, ok := found[user.Email]; ok {
			found[user.Email] = append(others, user)
		}
	})
}

// eachUser calls fn with every user, in order of id.
func (s *Service) eachUser(ctx context.Context, fn func(User)) error {
	const page = 1000
	var after int64
	for {
		users, next, err := s.Users(ctx, after, page)
		if err != nil {
			return err
		}
		for _, user := range users {
			fn(user)
		}
		if next == 0 {
			return nil
		}
		after = next
	}
}

// OldAddresses returns the users whose address was stored before domains had one
// form: those for whom NormalizeAddresses can replace it, and those who share
// the address with somebody.
func (s *Service) OldAddresses(ctx context.Context) (clear, shared []User, err error) {
	found, err := s.oldAddresses(ctx)
	for _, users := range found {
		if len(users) == 1 {
			clear = append(clear, users...)
		} else {
			shared = append(shared, users...)
		}
	}
	return clear, shared, err
}

// NormalizeAddresses stores the addresses of OldAddresses in their one form,
// where a single user has them, and returns the users whose address is another.
// It can be run while the service does.
func (s *Service) NormalizeAddresses(ctx context.Context) ([]User, error) {
	users, _, err := s.OldAddresses(ctx)
	if err != nil {
		return nil, err
	}
	var changed []User
	for _, user := range users {
		err := s.store.Update(ctx, func(tx Tx) (err error) {
			if user, err = tx.LockUser(ctx, ByID(user.ID)); err != nil {
				return err
			}
			user.Email = Fold(user.Email)
			return tx.UpdateUser(ctx, user)
		})
		// Meanwhile the user is deleted, or somebody else has registered the address.
		if errors.Is(err, ErrUserNotFound) || errors.Is(err, ErrEmailTaken) {
			continue
		}
		if err != nil {
			return changed, err
		}
		changed = append(changed, user)
	}
	return changed, nil
}
