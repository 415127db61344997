package authmail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
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

// How long a server may take for each of a handful of steps. One that is given
// a mail may look into it before it answers.
const (
	sendPatience  = 20 * time.Second
	checkPatience = 10 * time.Second
)

// fragment is the part of a link that holds the token. A server that refuses
// a link may repeat it, and the answer goes to the log.
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
		// It had the whole mail and may well deliver it, so there is no hurry.
		return &Refusal{Err: hidden}
	}
	return hidden
}

// Check connects and logs in, and sends nothing.
func (s SMTP) Check(ctx context.Context) error {
	_, hangUp, err := s.connect(ctx, checkPatience)
	if err == nil {
		hangUp()
	}
	return err
}

func (s SMTP) connect(ctx context.Context, patience time.Duration) (client *mail.Client, hangUp func(), err error) {
	// The client leaves its connection open when the server's greeting, TLS or
	// log-in fails, so it is kept here.
	var conn net.Conn
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		var err error
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
		return conn, err
	}
	options := []mail.Option{mail.WithPort(s.Port), mail.WithTimeout(patience)}
	switch s.TLS {
	case "implicit":
		options = append(options, mail.WithSSL())
	case "none":
		options = append(options, mail.WithDialContextFunc(dial), mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithDialContextFunc(dial), mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	if client, err = mail.NewClient(s.Host, options...); err != nil {
		return nil, nil, fmt.Errorf("setting up SMTP: %w", err)
	}
	hangUp = func() {
		// What the server took, it took: a failure to say goodbye is no failure.
		_ = client.Close()
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
