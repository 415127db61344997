package settings_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
)

func TestMailFaults(t *testing.T) {
	for variable, want := range map[string]string{
		"PUBLIC_URL=http://api.example.com":       "PUBLIC_URL",
		"PUBLIC_URL=api.example.com":              "PUBLIC_URL",
		"PUBLIC_URL=https://:443":                 "PUBLIC_URL",
		"PUBLIC_URL=HTTPS://api.example.com":      "PUBLIC_URL",
		"PUBLIC_URL=https://u:p@api.example.com":  "PUBLIC_URL",
		"PUBLIC_URL=https://api.example.com?a=b":  "PUBLIC_URL",
		"PUBLIC_URL=https://api.example.com/a b":  "PUBLIC_URL",
		"PUBLIC_URL=https://api.example.com/../a": "PUBLIC_URL",
		"PUBLIC_URL=https://api.example.com/%2e.": "PUBLIC_URL",
		"PUBLIC_URL=https://api.example.com/a//b": "PUBLIC_URL",
		"PUBLIC_URL=https://api.example.com/a\\b": "PUBLIC_URL",
		"FRONTEND_URL=http://app.example.com":     "FRONTEND_URL",
		"EMAILS_FROM_EMAIL=Me <me@example.com>":   "EMAILS_FROM_EMAIL",
		"EMAILS_FROM_EMAIL=jö@example.com":        "EMAILS_FROM_EMAIL",
		"EMAILS_FROM_EMAIL=jo@bücher.example":     "",
		"EMAILS_FROM_NAME=Me\nBcc: x@example.com": "EMAILS_FROM_NAME",
		"EMAIL_BACKEND=file":                      "EMAIL_BACKEND",
		"EMAIL_BACKEND=sendmail":                  `EMAIL_BACKEND "sendmail": use smtp or file`,
		"APP_NAME=Me\nBcc: x@example.com":         "APP_NAME",
		"SMTP_HELO=my service":                    "SMTP_HELO",
		"SMTP_PORT=x":                             `SMTP_PORT "x": use a number`,
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
	for _, name := range []string{"PUBLIC_URL", "FRONTEND_URL", "CHANGE_PASSWORD_URL"} {
		for _, rest := range []string{"?key=hunter2", "/x?hunter2", "#hunter2", "/#/app?key=hunter2"} {
			checkFault(t, name+rest, with("SECRET_KEY="+key, name+"=https://app.example.com"+rest), name+": use the address that users see", "hunter2")
		}
	}
}

// The password of the mail server may be in a file, and goes nowhere in plain text.
func TestSMTPPassword(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	login := with("SECRET_KEY="+key, "SMTP_USER=me", "SMTP_PASSWORD_FILE="+file)
	if config, err := settings.Load(login, t.TempDir()); err != nil || config.SMTPPassword != "hunter2" {
		t.Errorf("SMTP_PASSWORD is %q, %v", config.SMTPPassword, err)
	}
	checkFault(t, "with a password", append(login, "SMTP_TLS=none"), "SMTP_TLS=none would send SMTP_PASSWORD in plain text", "hunter2")
	checkFault(t, "without", with("SECRET_KEY="+key, "SMTP_TLS=none"), "", "")
}

// What follows from a faulty setting is no second fault.
func TestFaultySenderHasOneLine(t *testing.T) {
	checkFault(t, "name and address", []string{"ENVIRONMENT=development", "EMAILS_FROM_EMAIL=Me <me@example.com>"}, "EMAILS_FROM_EMAIL", "SMTP_HELO")
}

func TestMailServer(t *testing.T) {
	for variables, want := range map[string]string{
		`SMTP_HOST="smtp.gmail.com"`:                   "smtp.gmail.com:587 starttls",
		"SMTP_HOST=smtp.gmail.com:2525":                "smtp.gmail.com:2525 starttls",
		"SMTP_HOST=smtp.gmail.com SMTP_TLS=Implicit":   "smtp.gmail.com:587 implicit",
		"SMTP_HOST=smtp.gmail.com:587 SMTP_PORT=587":   "smtp.gmail.com:587 starttls",
		"SMTP_HOST=smtp://smtp.gmail.com/":             "smtp.gmail.com:587 starttls",
		"SMTP_HOST=smtps://smtp.gmail.com":             "smtp.gmail.com:465 implicit",
		"SMTP_HOST=smtps://smtp.gmail.com:8465":        "smtp.gmail.com:8465 implicit",
		"SMTP_HOST=[::1]:25":                           "::1:25 starttls",
		"SMTP_HOST=mail.bücher.example:25":             "mail.xn--bcher-kva.example:25 starttls",
		"SMTP_HOST=smtp SMTP_PORT=tcp://10.96.0.12:25": "smtp:25 starttls",
		"SMTP_HOST=smtp.gmail.com:25 SMTP_PORT=587":    `SMTP_HOST "smtp.gmail.com:25" and SMTP_PORT "587" name two ports`,
		"SMTP_HOST=https://smtp.gmail.com":             `SMTP_HOST "https://smtp.gmail.com": use the name`,
		"SMTP_HOST=smtp.gmail.com/tls":                 `SMTP_HOST "smtp.gmail.com/tls": use the name`,
		"SMTP_HOST=smtp://me:hunter2@smtp.gmail.com":   "SMTP_HOST: name the server alone",
		"SMTP_HOST=smtp.gmail.com:25/x":                `SMTP_HOST "smtp.gmail.com:25/x": use the name`,
		"SMTP_HOST=smtp SMTP_PORT=tcp://10.96.0.12":    `SMTP_PORT "tcp://10.96.0.12": use a number`,
	} {
		config, err := settings.Load(with(append(strings.Fields(variables), "SECRET_KEY="+key)...), t.TempDir())
		got := fmt.Sprintf("%s:%d %s", config.SMTPHost, config.SMTPPort, config.SMTPTLS)
		if err != nil && (!strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "hunter2")) || err == nil && got != want {
			t.Errorf("%s: %s, %v; want %s", variables, got, err, want)
		}
	}
}

// A domain is sent as all mail servers know it.
func TestSenderOfAnotherScript(t *testing.T) {
	got, err := settings.Load(with("SECRET_KEY="+key, "EMAILS_FROM_EMAIL=No.Reply@Bücher.example"), t.TempDir())
	if err != nil || got.EmailsFromEmail != "No.Reply@xn--bcher-kva.example" {
		t.Errorf("EMAILS_FROM_EMAIL is %q, %v", got.EmailsFromEmail, err)
	}
}

// What the service calls itself must be a name of the world, not of a container.
func TestNameInTheGreeting(t *testing.T) {
	for variables, want := range map[string]string{
		"PUBLIC_URL=https://api.example.com/v1":                         "api.example.com",
		"PUBLIC_URL=https://192.0.2.7:8443":                             "[192.0.2.7]",
		"PUBLIC_URL=https://[2001:db8::7]":                              "[IPv6:2001:db8::7]",
		"PUBLIC_URL=http://localhost:8000 ENVIRONMENT=development":      "example.com",
		"PUBLIC_URL=https://api.example.com SMTP_HELO=out.example.com":  "out.example.com",
		"PUBLIC_URL=https://bücher.example":                             "xn--bcher-kva.example",
		"PUBLIC_URL=https://API.example.com.":                           "api.example.com",
		"PUBLIC_URL=https://my_api.example.com":                         "example.com",
		"PUBLIC_URL=https://intern EMAILS_FROM_EMAIL=no@bücher.example": "xn--bcher-kva.example",
		"PUBLIC_URL=https://api.example.com SMTP_HELO=bücher.example":   "xn--bcher-kva.example",
	} {
		environ := with(append(strings.Fields(variables), "SECRET_KEY="+key)...)
		environ = append(environ, "PASSKEY_RP_ID=example.com", "PASSKEY_ORIGINS=https://example.com") // Not every host can have passkeys.
		got, err := settings.Load(environ, t.TempDir())
		if err != nil || got.SMTPHelo != want {
			t.Errorf("%s: %q, %v; want %q", variables, got.SMTPHelo, err, want)
		}
	}
}
