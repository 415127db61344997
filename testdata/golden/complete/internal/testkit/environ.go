package testkit

// environ is what the service cannot do without.
func environ() []string {
	return []string{
		"LOG_LEVEL=DEBUG",
		"SECRET_KEY=" + SecretKey,
		"PUBLIC_URL=https://api.example.com",
		"EMAILS_FROM_EMAIL=noreply@example.com",
		"SMTP_HOST=127.0.0.1",
	}
}
