package settings_test

import "testing"

func TestMailFaults(t *testing.T) {
	for variable, want := range map[string]string{
		"PUBLIC_URL=http://api.example.com":       "PUBLIC_URL",
		"PUBLIC_URL=api.example.com":              "PUBLIC_URL",
		"PUBLIC_URL=https://:443":                 "PUBLIC_URL",
		"PUBLIC_URL=HTTPS://api.example.com":      "PUBLIC_URL",
		"PUBLIC_URL=https://u:p@api.example.com":  "PUBLIC_URL",
		"PUBLIC_URL=https://api.example.com?a=b":  "PUBLIC_URL",
		"FRONTEND_URL=http://app.example.com":     "FRONTEND_URL",
		"EMAILS_FROM_EMAIL=Me <me@example.com>":   "EMAILS_FROM_EMAIL",
		"EMAILS_FROM_NAME=Me\nBcc: x@example.com": "EMAILS_FROM_NAME",
		"EMAIL_BACKEND=file":                      "EMAIL_BACKEND",
		"SMTP_PORT=0":                             "SMTP_PORT",
		"SMTP_TLS=ssl":                            "SMTP_TLS",
		"SMTP_USER=me":                            "SMTP_USER",
		"RESET_TOKEN_EXPIRE_MINUTES=4":            "RESET_TOKEN_EXPIRE_MINUTES",
		"SESSION_MAX_DAYS=0":                      "SESSION_MAX_DAYS",
		"PUBLIC_URL=https://api.example.com/v1/":  "",
		"FRONTEND_URL=https://app.example.com":    "",
	} {
		checkFault(t, variable, with("SECRET_KEY="+key, variable), want, "")
	}
}
