package authhttp_test

// userKeys and tokenKeys are all that is told of a user and of a log-in.
var (
	userKeys  = []string{"created_at", "email", "id", "is_active", "is_superuser", "is_verified", "pending_email", "username"}
	tokenKeys = []string{"access_token", "expires_in", "refresh_token", "token_type"}
)
