package authhttp

import (
	"time"

	"example.com/myapi/internal/auth"
)

// UserResponse is how a user is shown. A field of your own is added here, in
// auth.User, in authsql and in a migration.
type UserResponse struct {
	ID       int64  `json:"id" example:"1"`
	Email    string `json:"email" format:"email" example:"user@example.com"`
	Username string `json:"username" example:"johndoe"`

	IsVerified   bool    `json:"is_verified" doc:"The e-mail is proved to be the user's."`
	PendingEmail *string `json:"pending_email" nullable:"true" doc:"Asked for, and the e-mail once it is confirmed."`

	IsActive    bool      `json:"is_active"`
	IsSuperuser bool      `json:"is_superuser"`
	CreatedAt   time.Time `json:"created_at" doc:"In UTC (RFC 3339)."`
}

func newUserResponse(u auth.User) UserResponse {
	return UserResponse{
		ID: u.ID, Email: u.Email, Username: u.Username,
		IsVerified: u.IsVerified, PendingEmail: orNull(u.PendingEmail),
		IsActive: u.IsActive, IsSuperuser: u.IsSuperuser,
		CreatedAt: u.CreatedAt,
	}
}

// orNull shows an empty text as null.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
