package authmail

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	html "html/template"
	"io/fs"
	"maps"
	netmail "net/mail"
	"net/url"
	"slices"
	"strings"
	text "text/template"
	"time"

	"github.com/wneessen/go-mail"

	"example.com/myapi/internal/auth"
)

// Composer writes the mails, from the templates in static/email_template.
type Composer struct {
	// Templates has a .html and a .txt file for each kind of mail. They are
	// read for each mail, so an edit on disk shows at once.
	Templates fs.FS
	AppName   string
	FromName  string
	FromEmail string
	// LinkBase is the address before /verify-email and /reset-password.
	LinkBase string
	Now      func() time.Time
}

// sharedLayout has the templates that those of all kinds are made with.
const sharedLayout = "layout.html"

// layout is a kind's template and subject.
type layout struct{ template, subject string }

func layouts() map[auth.MailKind]layout {
	return map[auth.MailKind]layout{
		auth.MailVerification:     {"verification_email", "Verify your email for %s"},
		auth.MailReset:            {"reset_password_email", "Reset your password for %s"},
		auth.MailEmailChange:      {"email_change_email", "Confirm your new email for %s"},
		auth.MailEmailChanging:    {"email_changing_notice", "Your email for %s is about to change"},
		auth.MailEmailChanged:     {"email_changed_notice", "Your email for %s was changed"},
		auth.MailEmailRestored:    {"email_restored_notice", "Your email for %s was restored"},
		auth.MailFactorChanged:    {"second_factor_changed_notice", "Your second factor for %s was changed"},
		auth.MailRecoveryCodeUsed: {"recovery_code_used_notice", "A recovery code for %s was used"},
		auth.MailAccountLocked:    {"account_locked_notice", "Wrong codes at your log-in to %s"},
		auth.MailAPIKeyCreated:    {"api_key_created_notice", "A new API key for %s"},
		auth.MailIdentityChanged:  {"identity_changed_notice", "The ways to log in to %s were changed"},
		auth.MailAccountTaken:     {"account_taken_notice", "Your account for %s is yours alone"},
		auth.MailPasskeysChanged:  {"passkey_changed_notice", "Your passkeys for %s were changed"},
		auth.MailPasskeyCloned:    {"passkey_cloned_notice", "A passkey for %s was refused"},
		auth.MailPasswordChanged:  {"password_changed_notice", "Your password for %s was changed"},
	}
}

// Compose returns the message of a delivery: an HTML and a text part, to one
// recipient.
func (c Composer) Compose(delivery auth.Delivery) (*mail.Msg, error) {
	layout := layouts()[delivery.Kind]
	htmlPart, textPart, err := c.render(layout.template, delivery)
	if err != nil {
		return nil, fmt.Errorf("rendering %s: %w", layout.template, err)
	}
	message := mail.NewMsg(mail.WithNoDefaultUserAgent())
	from := netmail.Address{Name: c.FromName, Address: c.FromEmail} // Quotes the name.
	if err := message.From(from.String()); err != nil {
		return nil, fmt.Errorf("addressing a mail: %w", err)
	}
	if err := message.To(delivery.To); err != nil {
		return nil, fmt.Errorf("addressing a mail: %w", err)
	}
	_, domain, _ := strings.Cut(c.FromEmail, "@")
	message.SetMessageIDWithValue(rand.Text() + "@" + domain)
	message.SetDateWithValue(c.Now())
	message.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no vacation replies
	message.Subject(fmt.Sprintf(layout.subject, c.AppName))
	message.SetBodyString(mail.TypeTextPlain, textPart)
	message.AddAlternativeString(mail.TypeTextHTML, htmlPart)
	return message, nil
}

// Check composes a mail of each kind, and returns what is wrong with the
// templates.
func (c Composer) Check() error {
	var faults []error
	for _, kind := range slices.Sorted(maps.Keys(layouts())) {
		_, err := c.Compose(auth.Delivery{
			Kind: kind, To: "user@example.com", Username: "johndoe", Token: "TOKEN", NewEmail: "new@example.com", Lifetime: time.Hour,
		})
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func (c Composer) render(name string, delivery auth.Delivery) (htmlPart, textPart string, err error) {
	words := map[string]any{
		"app_name":           func() string { return c.AppName },
		"username":           func() string { return unlinked(delivery.Username) },
		"key_name":           func() string { return unlinked(delivery.APIKey.Name) },
		"key_prefix":         func() string { return delivery.APIKey.Prefix },
		"key_ip":             func() string { return delivery.APIKey.CreatedIP },
		"api_keys":           func() int { return delivery.APIKeys },
		"providers":          func() string { return unlinked(strings.Join(delivery.Providers, ", ")) },
		"has_second_factor":  func() bool { return delivery.HasFactor },
		"recovery_codes":     func() int { return delivery.RecoveryCodes },
		"few_recovery_codes": func() bool { return delivery.RecoveryCodes <= auth.FewRecoveryCodes },
		"passkeys":           func() []string { return passkeyNames(delivery) },
		"second_steps":       func() string { return secondSteps(delivery) },
		"new_email":          func() string { return cmp.Or(delivery.NewEmail, "another address") },
		"lifetime":           func() string { return spell(delivery.Lifetime) },
		"verification_url":   func() string { return c.link("/verify-email", delivery) },
		"reset_url":          func() string { return c.link("/reset-password", delivery) },
		// For notices: the page that asks for the address, and sends a reset_url.
		"reset_request_url": func() string { return c.LinkBase + "/reset-password" },
	}
	files := []string{name + ".html"}
	if _, err := fs.Stat(c.Templates, sharedLayout); err == nil { // Whoever writes whole documents needs none.
		files = append(files, sharedLayout)
	}
	var htmlBuffer, textBuffer bytes.Buffer
	h, err := html.New(name+".html").Funcs(words).ParseFS(c.Templates, files...)
	if err == nil {
		err = h.Execute(&htmlBuffer, nil)
	}
	if err != nil {
		return "", "", err
	}
	t, err := text.New(name+".txt").Funcs(words).ParseFS(c.Templates, name+".txt")
	if err == nil {
		err = t.Execute(&textBuffer, nil)
	}
	return htmlBuffer.String(), textBuffer.String(), err
}

// link carries the token in the fragment, which browsers keep to themselves:
// no server log and no Referer header has it.
func (c Composer) link(path string, delivery auth.Delivery) string {
	return c.LinkBase + path + "#" + url.Values{"token": {delivery.Token}, "user": {delivery.Username}}.Encode() +
		"&" + url.Values{"email": {delivery.To}}.Encode()
}

// spell returns a duration in words: "30 minutes", "24 hours".
func spell(d time.Duration) string {
	count, unit := int(d.Minutes()), "minute"
	if d >= 2*time.Hour {
		count, unit = int(d.Hours()), "hour"
	}
	if count != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", count, unit)
}
