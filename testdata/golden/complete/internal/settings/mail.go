package settings

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
)

// Mail configures mail and the links in it.
type Mail struct {
	PublicURL       string `env:"PUBLIC_URL"`
	FrontendURL     string `env:"FRONTEND_URL"`
	EmailBackend    string `env:"EMAIL_BACKEND"`
	EmailOutboxDir  string `env:"EMAIL_OUTBOX_DIR" envDefault:"var/outbox"`
	SMTPHost        string `env:"SMTP_HOST"`
	SMTPPort        uint16 `env:"SMTP_PORT" envDefault:"587"`
	SMTPUser        string `env:"SMTP_USER"`
	SMTPPassword    string `env:"SMTP_PASSWORD"`
	SMTPTLS         string `env:"SMTP_TLS" envDefault:"starttls"`
	EmailsFromEmail string `env:"EMAILS_FROM_EMAIL"`
	EmailsFromName  string `env:"EMAILS_FROM_NAME"`
}

// complete fills in what follows from other settings.
func (s *Settings) complete() {
	development := s.Environment == Development
	if s.EmailBackend == "" {
		s.EmailBackend = "smtp"
		if s.SMTPHost == "" && development {
			s.EmailBackend = "file"
		}
	}
	if s.PublicURL == "" && development {
		s.PublicURL = fmt.Sprintf("http://localhost:%d", s.Port)
	}
	if s.EmailsFromEmail == "" && development {
		s.EmailsFromEmail = "no-reply@localhost"
	}
	s.PublicURL = strings.TrimRight(s.PublicURL, "/")
	s.FrontendURL = strings.TrimRight(s.FrontendURL, "/")
	s.EmailsFromName = firstOf(s.EmailsFromName, s.AppName)
}

func (m Mail) faults(environment string) []error {
	development := environment == Development
	faults := []error{
		within("SMTP_PORT", int(m.SMTPPort), 1, 65535),
		checkURL("PUBLIC_URL", m.PublicURL, development),
	}
	if m.FrontendURL != "" {
		faults = append(faults, checkURL("FRONTEND_URL", m.FrontendURL, development))
	}
	if from, err := mail.ParseAddress(m.EmailsFromEmail); err != nil || from.Address != m.EmailsFromEmail {
		faults = append(faults, errors.New("EMAILS_FROM_EMAIL: set the address that mails come from, such as noreply@example.com"))
	}
	if strings.ContainsAny(m.EmailsFromName, "\r\n") {
		faults = append(faults, errors.New("EMAILS_FROM_NAME: use one line"))
	}
	return append(faults, m.backendFaults(development)...)
}

func (m Mail) backendFaults(development bool) []error {
	var faults []error
	switch m.EmailBackend {
	case "file":
		if !development {
			faults = append(faults, errors.New("EMAIL_BACKEND=file is for development only: set SMTP_HOST and EMAIL_BACKEND=smtp"))
		}
	case "smtp":
		if m.SMTPHost == "" {
			faults = append(faults, errors.New("SMTP_HOST is missing: name the server that takes mail, such as smtp.gmail.com"))
		}
	default:
		faults = append(faults, fmt.Errorf("EMAIL_BACKEND %q: use smtp or file", m.EmailBackend))
	}
	if !slices.Contains([]string{"starttls", "implicit", "none"}, m.SMTPTLS) {
		faults = append(faults, fmt.Errorf("SMTP_TLS %q: use starttls, implicit or none", m.SMTPTLS))
	}
	if m.SMTPTLS == "none" && m.SMTPPassword != "" && !development {
		faults = append(faults, errors.New("SMTP_TLS=none would send SMTP_PASSWORD in plain text: use starttls or implicit"))
	}
	if (m.SMTPUser == "") != (m.SMTPPassword == "") {
		faults = append(faults, errors.New("SMTP_USER and SMTP_PASSWORD: set both or neither"))
	}
	return faults
}

func checkURL(name, value string, development bool) error {
	u, err := url.Parse(value)
	isWeb := strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://")
	if err != nil || !isWeb || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("%s: use the address that users see, without a password, such as https://api.example.com", name)
	}
	if u.Scheme != "https" && !development {
		return fmt.Errorf("%s %q: use https outside development", name, value)
	}
	return nil
}
