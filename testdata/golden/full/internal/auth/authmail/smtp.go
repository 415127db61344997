package authmail

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"regexp"
	"time"

	"github.com/wneessen/go-mail"
)

// SMTP is a mail server.
type SMTP struct {
	Host     string
	Port     int
	User     string // empty: no log-in
	Password string
	// TLS is starttls, which is then required, implicit, or none.
	TLS string
	// Authorities are trusted with the server's certificate; nil: the system's.
	Authorities *x509.CertPool
	// Helo is the name that the service greets with (RFC 5321 §4.1.1.1).
	Helo string
}

// How long a server may take for each of a handful of steps. One that is given
// a mail may look into it before it answers.
const (
	sendPatience  = 20 * time.Second
	checkPatience = 10 * time.Second
)

// fragment is the part of a link that has the token. A server that refuses a
// link may repeat it, and the answer is logged.
var fragment = regexp.MustCompile(`#[^\s"]*`)

// Send delivers one message over a connection of its own.
func (s SMTP) Send(ctx context.Context, message *mail.Msg) error {
	client, hangUp, err := s.connect(ctx, sendPatience)
	if err != nil {
		return err
	}
	defer hangUp()
	err = client.Send(message)
	if err == nil || message.IsDelivered() {
		return nil
	}
	hidden := errors.New(fragment.ReplaceAllString(err.Error(), "#…"))
	var refused *mail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() >= 400 {
		// A refused sender is a matter of settings, which can be put right.
		return &Refusal{Permanent: refused.ErrorCode() >= 500 && refused.Reason != mail.ErrSMTPMailFrom, Err: hidden}
	}
	if refused != nil && refused.Reason == mail.ErrSMTPDataClose {
		// It has the whole mail and will probably deliver it, so there is no
		// hurry.
		return &Refusal{Err: hidden}
	}
	return hidden
}

// Check connects and logs in, and sends nothing. Its error ends with what helps.
func (s SMTP) Check(ctx context.Context) error {
	_, hangUp, err := s.connect(ctx, checkPatience)
	if err != nil {
		return fmt.Errorf("%w: %s", err, s.advice(err))
	}
	hangUp()
	return nil
}

// advice names the setting that a failure to connect is about.
func (s SMTP) advice(err error) string {
	var unknown x509.UnknownAuthorityError
	var other x509.HostnameError
	var plain tls.RecordHeaderError
	var network net.Error
	switch {
	case errors.As(err, &unknown):
		return "name the file with the certificate of its authority in SSL_CERT_FILE"
	case errors.As(err, &other):
		return "set SMTP_HOST to a name that its certificate has"
	case errors.As(err, &plain) && s.TLS == "implicit":
		return "it does not begin with TLS: set SMTP_TLS=starttls"
	case errors.As(err, &network) && network.Timeout() && s.TLS != "implicit":
		return "if it expects TLS from the first byte, as servers on port 465 do, set SMTP_TLS=implicit; else check SMTP_HOST and SMTP_PORT"
	}
	return "check SMTP_HOST, SMTP_PORT, SMTP_TLS, SMTP_HELO, SMTP_USER and SMTP_PASSWORD (Gmail: an app password)"
}

// connect greets the server and logs in. The connection is closed by hangUp, by
// a failure, and by the end of ctx. The client itself would leave it open when
// the server's greeting, TLS or log-in fails, and would wait for a silent
// server beyond the end of ctx.
func (s SMTP) connect(ctx context.Context, patience time.Duration) (client *mail.Client, hangUp func(), err error) {
	var conn net.Conn
	leave := func() bool { return false }
	dial := func(dialing context.Context, network, address string) (net.Conn, error) {
		var err error
		if conn, err = (&net.Dialer{}).DialContext(dialing, network, address); err != nil {
			return nil, err
		}
		leave = context.AfterFunc(ctx, func() { _ = conn.Close() })
		if s.TLS != "implicit" {
			return conn, nil
		}
		encrypted := tls.Client(conn, s.tlsConfig())
		return encrypted, encrypted.HandshakeContext(dialing)
	}
	if client, err = mail.NewClient(s.Host, append(s.options(), mail.WithTimeout(patience), mail.WithDialContextFunc(dial))...); err != nil {
		return nil, nil, fmt.Errorf("setting up SMTP: %w", err)
	}
	hangUp = func() {
		// The server has accepted the mail: a failure to say goodbye does not
		// matter.
		_ = client.Close()
		leave()
		if conn != nil {
			_ = conn.Close()
		}
	}
	if err := client.DialWithContext(ctx); err != nil {
		hangUp()
		return nil, nil, fmt.Errorf("connecting to %s:%d: %w", s.Host, s.Port, err)
	}
	return client, hangUp, nil
}

func (s SMTP) options() []mail.Option {
	policy := map[string]mail.TLSPolicy{
		"starttls": mail.TLSMandatory,
		"implicit": mail.TLSOpportunistic, // The connection is encrypted already.
		"none":     mail.NoTLS,
	}[s.TLS]
	options := []mail.Option{
		mail.WithPort(s.Port), mail.WithTLSPolicy(policy), mail.WithHELO(cmp.Or(s.Helo, "localhost")),
		mail.WithTLSConfig(s.tlsConfig()),
	}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	return options
}

func (s SMTP) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.Authorities, MinVersion: tls.VersionTLS12}
}
