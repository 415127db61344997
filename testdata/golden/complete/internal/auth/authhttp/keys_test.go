package authhttp_test

// userKeys are all that is told of a user.
var userKeys = []string{
	"id", "email", "username",
	"is_verified", "pending_email",
	"is_active", "is_superuser",
	"created_at",
}

// tokenKeys are all that is told of a log-in.
var tokenKeys = []string{"access_token", "expires_in", "refresh_token", "token_type"}
