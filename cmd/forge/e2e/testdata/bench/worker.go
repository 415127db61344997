package authmail

import (
	"context"
	"errors"
	"log/slog"

	"example.com/myapi/internal/auth"
)

// errNoServer is as in the file whose place this one takes.
var errNoServer = errors.New("the mail server takes no mails")

// Worker takes the place of the one that sends mails, so that a registration can be
// measured besides its mail, which is sent after the answer.
type Worker struct {
	Accounts *auth.Service
	Composer Composer
	Sender   Sender
	Log      *slog.Logger
}

func (w Worker) Run(ctx context.Context) { <-ctx.Done() }
