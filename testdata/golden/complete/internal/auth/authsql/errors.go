package authsql

import (
	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/sqlerror"
)

// Unavailable is as in auth.Store.
func (s *Store) Unavailable(err error) bool { return sqlerror.Unavailable(err) }

// taken turns the refusal of a unique index into what the user is told.
func taken(err error) error {
	switch sqlerror.Unique(err) {
	case "users.email":
		return auth.ErrEmailTaken
	case "users.username":
		return auth.ErrUsernameTaken
	}
	return err
}
