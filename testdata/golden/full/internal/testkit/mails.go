package testkit

import (
	"bytes"
	"context"
	"io/fs"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/wneessen/go-mail"

	"example.com/myapi/internal/auth/authmail"
	"example.com/myapi/static"
)

// Mail is a mail that the service sent.
type Mail struct {
	To      string
	Subject string
	Text    string
	Raw     string
}

var link = regexp.MustCompile(`https?://\S+`)

// Token is the one in the mail's link, or empty.
func (m Mail) Token() string {
	_, fragment, _ := strings.Cut(link.FindString(m.Text), "#")
	values, err := url.ParseQuery(fragment)
	if err != nil {
		return ""
	}
	return values.Get("token")
}

// Mails receives the mails of a service, in place of a mail server.
type Mails struct {
	// Refuse, unless nil, decides how the server fails at a mail.
	Refuse func(to string) error

	worker authmail.Worker
	mu     sync.Mutex
	sent   []Mail
}

// Mails returns what sends the service's mails when a test asks for them.
func (svc *Service) Mails(t testing.TB) *Mails {
	t.Helper()
	templates, err := fs.Sub(static.EmailTemplates, "email_template")
	if err != nil {
		t.Fatalf("reading the templates of mails: %v", err)
	}
	m := &Mails{}
	m.worker = authmail.Worker{
		Accounts: svc.Auth,
		Composer: authmail.Composer{
			Templates: templates, AppName: svc.Settings.AppName, FromName: svc.Settings.EmailsFromName,
			FromEmail: svc.Settings.EmailsFromEmail, LinkBase: svc.Settings.PublicURL, Now: svc.Clock.Now,
		},
		Sender: m,
		Log:    svc.Dependencies.Log,
	}
	return m
}

// Send receives a mail.
func (m *Mails) Send(_ context.Context, message *mail.Msg) error {
	to := strings.Trim(strings.Join(message.GetToString(), ","), "<>")
	if m.Refuse != nil {
		if err := m.Refuse(to); err != nil {
			return err
		}
	}
	var raw bytes.Buffer
	if _, err := message.WriteTo(&raw); err != nil {
		return err
	}
	text, err := message.GetParts()[0].GetContent()
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, Mail{
		To: to, Subject: strings.Join(message.GetGenHeader(mail.HeaderSubject), ""), Text: string(text), Raw: raw.String(),
	})
	return nil
}

// Deliver sends the mails that are due and returns them.
func (m *Mails) Deliver(t testing.TB) []Mail {
	t.Helper()
	m.mu.Lock()
	before := len(m.sent)
	m.mu.Unlock()
	for m.DeliverOne(t) {
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sent[before:]
}

// DeliverOne deals with the mail that is due, and reports whether there was one.
func (m *Mails) DeliverOne(t testing.TB) bool {
	t.Helper()
	found, err := m.worker.SendNext(t.Context(), 0)
	if err != nil {
		t.Fatalf("sending a mail: %v", err)
	}
	return found
}

// Worker is what sends the mails.
func (m *Mails) Worker() authmail.Worker { return m.worker }

// To is Deliver for a test that expects a mail to that address among others.
func (m *Mails) To(t testing.TB, to string) Mail {
	t.Helper()
	mails := m.Deliver(t)
	for _, mail := range mails {
		if mail.To == to {
			return mail
		}
	}
	t.Fatalf("no mail to %s in %+v", to, mails)
	return Mail{}
}

// Only is Deliver for a test that expects one mail, to that address.
func (m *Mails) Only(t testing.TB, to string) Mail {
	t.Helper()
	mails := m.Deliver(t)
	if len(mails) != 1 || mails[0].To != to {
		t.Fatalf("sent %+v, want one mail to %s", mails, to)
	}
	return mails[0]
}
