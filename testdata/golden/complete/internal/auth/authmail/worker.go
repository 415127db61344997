package authmail

import (
	"context"
	"errors"
	"fmt"
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
	claimTimeout = 20 * time.Second
	nextTryIn    = 500 * time.Millisecond // when the database goes away beneath a mail
)

// errNoServer is in the errors that tell of the mail server, and in none that
// tells of the database.
var errNoServer = errors.New("the mail server takes no mails")

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

// loop leaves a mail server that takes no mails alone for ever longer. It looks
// for the database as often as for mails.
func (w Worker) loop(ctx context.Context) {
	backoff := firstBackoff
	for ctx.Err() == nil {
		sent, err := w.SendNext(ctx, backoff)
		switch {
		case errors.Is(err, errNoServer):
			w.pause(ctx, backoff, err)
			backoff = min(2*backoff, longBackoff)
		case err != nil:
			w.pause(ctx, poll, err)
		case sent:
			backoff = firstBackoff
		default:
			w.wait(ctx, poll, w.Accounts.Queued())
		}
	}
}

func (w Worker) pause(ctx context.Context, d time.Duration, err error) {
	if ctx.Err() == nil {
		w.Log.ErrorContext(ctx, "mails wait", "retry_in", d.String(), "error", err)
		w.wait(ctx, d, nil)
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
	mail, err := w.claim(ctx)
	if errors.Is(err, auth.ErrNoMail) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// A mail that is begun is finished, though the service stops.
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout+10*time.Second)
	defer cancel()
	var delivery auth.Delivery
	var recipient int64
	err = w.insist(ctx, work, func() (err error) {
		delivery, recipient, err = w.Accounts.PrepareMail(work, mail)
		return err
	})
	if err != nil || recipient == 0 {
		return true, err
	}
	sent, err := w.send(work, mail, delivery, recipient, retry)
	if sent {
		err = w.insist(ctx, work, func() error { return w.Accounts.MailSent(work, mail) })
	}
	return true, err
}

func (w Worker) claim(ctx context.Context) (auth.Mail, error) {
	ctx, cancel := context.WithTimeout(ctx, claimTimeout)
	defer cancel()
	return w.Accounts.ClaimMail(ctx)
}

// insist repeats a step with a claimed mail while the database is away, until
// the service stops. The step may have been taken and its answer lost, and then
// nobody else would get the mail for the two minutes of its lease; or the mail
// was sent, and would be again.
func (w Worker) insist(stopping, ctx context.Context, step func() error) error {
	for {
		err := step()
		if !w.Accounts.Unavailable(err) || stopping.Err() != nil || ctx.Err() != nil {
			return err
		}
		w.wait(stopping, nextTryIn, nil)
	}
}

// send reports whether the mail server has taken a mail, and else puts the mail
// back.
func (w Worker) send(ctx context.Context, mail auth.Mail, delivery auth.Delivery, recipient int64, retry time.Duration) (bool, error) {
	log := w.Log.With("kind", mail.Kind, "mail_id", mail.ID, "user_id", recipient, "attempt", mail.Attempts)
	message, err := w.Composer.Compose(delivery)
	if err != nil {
		return false, w.refused(ctx, log, mail, &Refusal{Err: err})
	}
	sendContext, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	err = w.Sender.Send(sendContext, message)
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return false, w.refused(ctx, log, mail, refusal)
	case err != nil:
		return false, errors.Join(fmt.Errorf("%w: %w", errNoServer, err), w.Accounts.MailUndelivered(ctx, mail, retry, err))
	}
	log.InfoContext(ctx, "mail sent")
	return true, nil
}

func (w Worker) refused(ctx context.Context, log *slog.Logger, mail auth.Mail, refusal *Refusal) error {
	givenUp, err := w.Accounts.MailRefused(ctx, mail, refusal.Permanent, refusal)
	log.ErrorContext(ctx, "mail was refused", "given_up", givenUp, "error", refusal)
	return err
}
