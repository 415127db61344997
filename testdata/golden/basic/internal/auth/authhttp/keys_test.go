package authhttp_test

// userKeys and tokenKeys are all that is told of a user and of a log-in.
var (
	userKeys  = []string{"created_at", "email", "id", "is_active", "is_superuser", "username"}
	tokenKeys = []string{"access_token", "expires_in", "token_type"}
)
