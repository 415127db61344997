package authmail

import (
	"bytes"
	"io/fs"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/static"
)

func testComposer(t *testing.T) Composer {
	t.Helper()
	templates, err := fs.Sub(static.EmailTemplates, "email_template")
	if err != nil {
		t.Fatal(err)
	}
	return Composer{
		Templates: templates, AppName: "My API", FromName: "Müller & Söhne", FromEmail: "noreply@example.com",
		LinkBase: "https://api.example.com", Now: func() time.Time { return time.Unix(0, 0) },
	}
}

func compose(t *testing.T, c Composer, delivery auth.Delivery) (string, *mail.Message) {
	t.Helper()
	message, err := c.Compose(delivery)
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := message.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(raw.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return raw.String(), parsed
}

func TestEveryKindOfMailComposes(t *testing.T) {
	for kind := range layouts() {
		raw, message := compose(t, testComposer(t), auth.Delivery{
			Kind: kind, To: "user@example.com", Username: "johndoe", Token: "TOKEN", NewEmail: "new@example.com", Lifetime: 30 * time.Minute,
		})
		for name, want := range map[string]string{
			"To": "<user@example.com>", "Auto-Submitted": "auto-generated", "Mime-Version": "1.0", "Date": "Thu, 01 Jan 1970",
		} {
			if got := message.Header.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q, want %q", kind, name, got, want)
			}
		}
		from, err := message.Header.AddressList("From")
		if err != nil || from[0].Name != "Müller & Söhne" || from[0].Address != "noreply@example.com" {
			t.Errorf("%s: From is %v, %v", kind, from, err)
		}
		if id := message.Header.Get("Message-Id"); !strings.HasSuffix(id, "@example.com>") {
			t.Errorf("%s: Message-ID is %q", kind, id)
		}
		for _, part := range []string{"text/plain", "text/html", "My API"} {
			if !strings.Contains(raw, part) {
				t.Errorf("%s lacks %q", kind, part)
			}
		}
		if message.Header.Get("X-Mailer") != "" || message.Header.Get("User-Agent") != "" {
			t.Errorf("%s tells what sent it", kind)
		}
	}
}

func TestGuideTemplatesWorkUnchanged(t *testing.T) {
	c := testComposer(t)
	c.Templates = fstest.MapFS{
		"reset_password_email.html": {Data: []byte(`<!DOCTYPE html>
<html>
<head>
<title>Reset Your Password</title>
</head>
<body>
<h1>Password Reset Request</h1>
<p>Click the link below to reset your password:</p>
<a href="{{ reset_url }}">Reset Password</a>
</body>
</html>`)},
		"reset_password_email.txt": {Data: []byte("{{ reset_url }}")},
	}
	html, text, err := c.render("reset_password_email", auth.Delivery{Token: "TOKEN", Username: "johndoe"})
	if err != nil {
		t.Fatal(err)
	}
	const want = "https://api.example.com/reset-password#token=TOKEN"
	if !strings.Contains(html, `<a href="`+want) || !strings.HasPrefix(text, want) {
		t.Errorf("html %s\ntext %s", html, text)
	}
}

// What all mails of a product have: a language, a layout for telephones, for
// light and for dark, and for each link a button and its address to copy.
func TestMailsLookAlike(t *testing.T) {
	for kind, layout := range layouts() {
		html, text, err := testComposer(t).render(layout.template, auth.Delivery{
			Kind: kind, To: "user@example.com", Username: "johndoe", Token: "TOKEN", NewEmail: "new@example.com", Lifetime: time.Hour,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			`<html lang="en">`, `name="viewport"`, `content="light dark"`, "prefers-color-scheme: dark", "<title>", "<h1", "My API", "johndoe",
		} {
			if !strings.Contains(html, want) {
				t.Errorf("the HTML of %s lacks %s", kind, want)
			}
		}
		address := regexp.MustCompile(`https://\S+`).FindString(text)
		escaped := strings.ReplaceAll(address, "&", "&amp;")
		help := kind == auth.MailEmailChanged || kind == auth.MailEmailRestored // is with those who run the service
		if !help && (address == "" || strings.Count(html, escaped) != 2 || !strings.Contains(html, `<a href="`+escaped)) {
			t.Errorf("%s: %q is no button with its address: %s", kind, address, html)
		}
		if strings.Contains(text, "<") || strings.Contains(html, "{{") {
			t.Errorf("%s: markup is left over: %s %s", kind, text, html)
		}
	}
}

func TestNameOfTheSenderStaysAsItIs(t *testing.T) {
	for _, name := range []string{`The "Best" Shop`, `Shop, Inc <b>`, `back\slash\`, `a" <evil@example.com>, "b`} {
		composer := testComposer(t)
		composer.FromName = name
		_, message := compose(t, composer, auth.Delivery{Kind: auth.MailReset, To: "user@example.com"})
		from, err := message.Header.AddressList("From")
		if err != nil || len(from) != 1 || from[0].Name != name || from[0].Address != "noreply@example.com" {
			t.Errorf("%s: From is %v, %v", name, from, err)
		}
	}
}

func TestAddressesThatInjectAreRefused(t *testing.T) {
	for _, to := range []string{"a@example.com\r\nBcc: b@example.com", "a@example.com, b@example.com", ""} {
		if _, err := testComposer(t).Compose(auth.Delivery{Kind: auth.MailReset, To: to}); err == nil {
			t.Errorf("a mail to %q was composed", to)
		}
	}
}

func TestAddressWithOtherLetters(t *testing.T) {
	raw, _ := compose(t, testComposer(t), auth.Delivery{Kind: auth.MailReset, To: "jürgen@müller.example", Username: "juergen"})
	if !strings.Contains(raw, "jürgen@müller.example") {
		t.Errorf("the recipient got lost: %s", raw)
	}
}

func TestSpell(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Minute: "1 minute", 30 * time.Minute: "30 minutes", time.Hour: "60 minutes", 24 * time.Hour: "24 hours",
	} {
		if got := spell(d); got != want {
			t.Errorf("spell(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestCheckNamesFaultyTemplates(t *testing.T) {
	c := testComposer(t)
	if err := c.Check(); err != nil {
		t.Errorf("Check = %v", err)
	}
	whole := c.Templates
	for name, content := range map[string]string{
		"reset_password_email.html":    "{{ reset_ulr }}",
		"verification_email.txt":       "{{ if }}",
		"password_changed_notice.html": `<a href="{{ if username }}x{{ end }}`,
	} {
		c.Templates = changed{whole, name, content}
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: Check = %v, want one line with its name", name, err)
		}
	}
	c.Templates = fstest.MapFS{}
	if err := c.Check(); err == nil || strings.Count(err.Error(), "\n") != len(layouts())-1 {
		t.Errorf("without templates: %v, want a line for each", err)
	}
}

// changed is a folder with another content for one file.
type changed struct {
	fs.FS
	name, content string
}

func (c changed) Open(name string) (fs.File, error) {
	if name == c.name {
		return fstest.MapFS{name: {Data: []byte(c.content)}}.Open(name)
	}
	return c.FS.Open(name)
}
