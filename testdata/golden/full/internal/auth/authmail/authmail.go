// Package authmail sends the mails that package auth queues. Worker.Run is the
// way in.
package authmail

import (
	"context"
	"time"

	"github.com/wneessen/go-mail"
)

// Sender passes a message to a mail server.
type Sender interface {
	// Send returns a *Refusal when the server did not accept this message; any
	// other error means that the server could not be reached or used at all.
	Send(ctx context.Context, message *mail.Msg) error
}

// Refusal is a server's answer that it does not accept a message.
type Refusal struct {
	Permanent bool
	Err       error
}

func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap returns the server's answer.
func (r *Refusal) Unwrap() error { return r.Err }

// sendTimeout bounds the sending of one mail, whatever the server does. It is
// shorter than the lease of a claimed mail.
const sendTimeout = 100 * time.Second
