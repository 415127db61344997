package testkit

// environ is what the service cannot do without.
func environ() []string { return []string{"LOG_LEVEL=DEBUG", "SECRET_KEY=" + SecretKey} }
