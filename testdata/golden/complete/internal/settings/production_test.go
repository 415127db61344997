package settings_test

// production is what must be set in production.
var production = []string{
	"SECRET_KEY=" + key,
	"PUBLIC_URL=https://api.example.com",
	"EMAILS_FROM_EMAIL=noreply@example.com",
	"SMTP_HOST=smtp.example.com",
}
