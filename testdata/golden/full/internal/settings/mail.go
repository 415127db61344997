package settings

import (
	"cmp"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
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
	SMTPHelo        string `env:"SMTP_HELO"`
	EmailsFromEmail string `env:"EMAILS_FROM_EMAIL"`
	EmailsFromName  string `env:"EMAILS_FROM_NAME"`

	MailsPerRecipientPerHour int `env:"MAILS_PER_RECIPIENT_PER_HOUR" envDefault:"3"`
}

// tidyMail understands a mail server that is written as a URL or with its port, and
// domains that are not ASCII.
func (c *check) tidyMail() {
	v := c.values
	v["SMTP_HELO"] = asciiDomain(v["SMTP_HELO"])
	if at := strings.LastIndexByte(v["EMAILS_FROM_EMAIL"], '@'); at >= 0 {
		v["EMAILS_FROM_EMAIL"] = v["EMAILS_FROM_EMAIL"][:at+1] + asciiDomain(v["EMAILS_FROM_EMAIL"][at+1:])
	}
	v["SMTP_PORT"] = portNumber(v["SMTP_PORT"])
	host, port := v["SMTP_HOST"], ""
	if strings.Contains(host, "@") {
		c.add("SMTP_HOST", "SMTP_HOST: name the server alone, such as smtp.gmail.com; the log-in is SMTP_USER and SMTP_PASSWORD")
		return
	}
	scheme, rest, isURL := strings.Cut(host, "://")
	if isURL {
		host = strings.TrimSuffix(rest, "/")
	}
	if strings.EqualFold(scheme, "smtps") && isURL {
		v["SMTP_TLS"], port = cmp.Or(v["SMTP_TLS"], "implicit"), "465"
	}
	const allowed = "the name of a server, such as smtp.gmail.com"
	host = asciiDomain(strings.Trim(c.takePort("SMTP_HOST", "SMTP_PORT", host, allowed), "[]"))
	if v["SMTP_HOST"] != "" && !isHost(host) || isURL && !strings.EqualFold(scheme, "smtp") && !strings.EqualFold(scheme, "smtps") {
		c.refuse("SMTP_HOST", allowed)
	}
	v["SMTP_HOST"], v["SMTP_PORT"] = host, cmp.Or(v["SMTP_PORT"], port)
}

// asciiDomain returns a domain as all mail servers know it (RFC 5890 §2.3.2.1), and
// anything else as it is.
func asciiDomain(domain string) string {
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		return ascii
	}
	return domain
}

// complete sets what follows from other settings.
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
	s.completePasskeys()
	s.EmailsFromName = firstOf(s.EmailsFromName, s.AppName)
	s.SMTPHelo = firstOf(s.SMTPHelo, s.greeting())
}

// BasePath returns the path of PUBLIC_URL without a final slash. A proxy strips it
// from requests, and pages and documents have to include it.
func (m Mail) BasePath() string {
	_, address, _ := strings.Cut(m.PublicURL, "://")
	if slash := strings.Index(address, "/"); slash >= 0 {
		return address[slash:]
	}
	return ""
}

// greeting returns the name for greeting mail servers (RFC 5321 §4.1.1.1):
// strict ones refuse the name of a container.
func (m Mail) greeting() string {
	var host string
	if u, err := url.Parse(m.PublicURL); err == nil {
		host = asciiDomain(strings.TrimSuffix(u.Hostname(), "."))
	}
	if addr, err := netip.ParseAddr(host); err == nil && addr.Is4() {
		return "[" + host + "]"
	} else if err == nil {
		return "[IPv6:" + host + "]"
	}
	if _, domain, _ := strings.Cut(m.EmailsFromEmail, "@"); domain != "" && (!strings.Contains(host, ".") || !isHost(host)) {
		return domain
	}
	return firstOf(host, "localhost")
}

func (m *Mail) check(c *check, development bool) {
	c.within("SMTP_PORT", int(m.SMTPPort), 1, 65535)
	c.within("MAILS_PER_RECIPIENT_PER_HOUR", m.MailsPerRecipientPerHour, 1, 1000)
	c.checkURL("PUBLIC_URL", m.PublicURL, development)
	if m.FrontendURL != "" {
		c.checkURL("FRONTEND_URL", m.FrontendURL, development)
	}
	if m.EmailsFromEmail == "" {
		c.add("EMAILS_FROM_EMAIL", "EMAILS_FROM_EMAIL is missing: use the address that mail comes from, such as noreply@example.com")
	}
	if address, err := mail.ParseAddress(m.EmailsFromEmail); err != nil || address.Name != "" || address.Address != m.EmailsFromEmail ||
		strings.ContainsFunc(m.EmailsFromEmail, func(r rune) bool { return r > unicode.MaxASCII }) {
		c.refuse("EMAILS_FROM_EMAIL", "the address that mail comes from, such as noreply@example.com")
	}
	if strings.ContainsAny(c.values["EMAILS_FROM_NAME"], "\r\n") { // Else it is APP_NAME.
		c.refuse("EMAILS_FROM_NAME", "one line")
	}
	given := c.values["SMTP_HELO"] != "" // Else it follows from settings that have lines of their own.
	if given && !isHost(strings.TrimPrefix(strings.Trim(m.SMTPHelo, "[]"), "IPv6:")) {
		c.refuse("SMTP_HELO", "the name of this service's host, such as api.example.com, or its address in brackets")
	}
	c.oneOf("SMTP_TLS", &m.SMTPTLS, "starttls", "implicit", "none")
	m.checkBackend(c, development)
}

func (m *Mail) checkBackend(c *check, development bool) {
	c.oneOf("EMAIL_BACKEND", &m.EmailBackend, "smtp", "file")
	if m.EmailBackend == "file" && !development {
		c.add("EMAIL_BACKEND", "EMAIL_BACKEND=file is for development only: set SMTP_HOST and EMAIL_BACKEND=smtp")
	}
	if m.EmailBackend == "smtp" && m.SMTPHost == "" {
		c.add("SMTP_HOST", "SMTP_HOST is missing: name the server that takes mail, such as smtp.gmail.com")
	}
	if m.SMTPTLS == "none" && m.SMTPPassword != "" && !development {
		c.add("SMTP_TLS", "SMTP_TLS=none would send SMTP_PASSWORD in plain text: use starttls or implicit")
	}
	if (m.SMTPUser == "") != (m.SMTPPassword == "") {
		c.add("SMTP_USER", "SMTP_USER and SMTP_PASSWORD: set both or neither")
	}
}
