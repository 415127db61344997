package authmail

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wneessen/go-mail"
)

// SMTP is a server that takes mail.
type SMTP struct {
	Host     string
	Port     int
	User     string // empty: no log-in
	Password string
	// TLS is starttls, which is then required, implicit, or none.
	TLS string
}

// quietTimeout is how long a server may say nothing.
const quietTimeout = 10 * time.Second

// Send delivers one message over a connection of its own.
func (s SMTP) Send(ctx context.Context, message *mail.Msg) error {
	client, err := s.connect(ctx)
	if err != nil {
		return err
	}
	err = client.Send(message)
	// What the server took, it took: a failure to say goodbye is no failure.
	_ = client.Close()
	var refused *mail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() >= 400 {
		return &Refusal{Permanent: refused.ErrorCode() >= 500, Err: err}
	}
	return err
}

// Check connects and logs in, and sends nothing.
func (s SMTP) Check(ctx context.Context) error {
	client, err := s.connect(ctx)
	if err != nil {
		return err
	}
	return client.Close()
}

func (s SMTP) connect(ctx context.Context) (*mail.Client, error) {
	options := []mail.Option{mail.WithPort(s.Port), mail.WithTimeout(quietTimeout)}
	switch s.TLS {
	case "implicit":
		options = append(options, mail.WithSSL())
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	client, err := mail.NewClient(s.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("setting up SMTP: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return nil, fmt.Errorf("connecting to %s:%d: %w", s.Host, s.Port, err)
	}
	return client, nil
}
