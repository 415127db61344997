package authmail

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"example.com/myapi/internal/auth"
)

const (
	senders      = 4 // mails on their way at a time
	poll         = 2 * time.Second
	firstBackoff = time.Second
	longBackoff  = 30 * time.Second
)

// Worker sends the queued mails. Several may run, in this process and others.
type Worker struct {
	Accounts *auth.Service
	Composer Composer
	Sender   Sender
	Log      *slog.Logger
}

// Run sends mails until ctx ends, and then finishes those it has begun.
func (w Worker) Run(ctx context.Context) {
	var running sync.WaitGroup
	for range senders {
		running.Go(func() { w.loop(ctx) })
	}
	running.Wait()
}

func (w Worker) loop(ctx context.Context) {
	backoff := firstBackoff
	for ctx.Err() == nil {
		sent, err := w.SendNext(ctx, backoff)
		switch {
		case err != nil && ctx.Err() == nil:
			w.Log.ErrorContext(ctx, "mails wait", "retry_in", backoff.String(), "error", err)
			w.wait(ctx, backoff, nil)
			backoff = min(2*backoff, longBackoff)
		case sent:
			backoff = firstBackoff
		default:
			w.wait(ctx, poll, w.Accounts.Queued())
		}
	}
}

func (w Worker) wait(ctx context.Context, d time.Duration, sooner <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-sooner:
	case <-ctx.Done():
	}
}

// SendNext deals with the mail that is due, and reports whether there was one.
// An error means that no mail can be sent at present; the mail stays queued
// and is due again after retry.
func (w Worker) SendNext(ctx context.Context, retry time.Duration) (bool, error) {
	mail, err := w.Accounts.ClaimMail(ctx)
	if errors.Is(err, auth.ErrNoMail) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// A mail that is begun is finished, though the service stops.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout+10*time.Second)
	defer cancel()
	delivery, recipient, err := w.Accounts.PrepareMail(ctx, mail)
	if err != nil {
		return true, err
	}
	if recipient == 0 {
		return true, nil
	}
	return true, w.send(ctx, mail, delivery, recipient, retry)
}

func (w Worker) send(ctx context.Context, mail auth.Mail, delivery auth.Delivery, recipient int64, retry time.Duration) error {
	log := w.Log.With("kind", mail.Kind, "mail_id", mail.ID, "user_id", recipient, "attempt", mail.Attempts)
	message, err := w.Composer.Compose(delivery)
	if err != nil {
		return w.refused(ctx, log, mail, &Refusal{Err: err})
	}
	sendContext, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	err = w.Sender.Send(sendContext, message)
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return w.refused(ctx, log, mail, refusal)
	case err != nil:
		return errors.Join(err, w.Accounts.MailUndelivered(ctx, mail, retry, err))
	}
	log.InfoContext(ctx, "mail sent")
	return w.Accounts.MailSent(ctx, mail)
}

func (w Worker) refused(ctx context.Context, log *slog.Logger, mail auth.Mail, refusal *Refusal) error {
	givenUp, err := w.Accounts.MailRefused(ctx, mail, refusal.Permanent, refusal)
	log.ErrorContext(ctx, "mail was refused", "given_up", givenUp, "error", refusal)
	return err
}
