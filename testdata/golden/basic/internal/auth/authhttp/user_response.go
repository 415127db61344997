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

	IsActive    bool      `json:"is_active"`
	IsSuperuser bool      `json:"is_superuser"`
	CreatedAt   time.Time `json:"created_at" doc:"In UTC (RFC 3339)."`
}

func newUserResponse(u auth.User) UserResponse {
	return UserResponse{
		ID: u.ID, Email: u.Email, Username: u.Username,
		IsActive: u.IsActive, IsSuperuser: u.IsSuperuser,
		CreatedAt: u.CreatedAt,
	}
}
