package authmail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.com/myapi/internal/auth"
)

const (
	senders      = 4 // mails sent at a time
	poll         = 2 * time.Second
	firstBackoff = time.Second
	longBackoff  = 30 * time.Second
	claimTimeout = 20 * time.Second
	nextTryIn    = 500 * time.Millisecond // when the database is lost while a mail is sent
)

// errNoServer is in the errors that come from the mail server, and in none that
// comes from the database.
var errNoServer = errors.New("the mail server takes no mails")

// Worker sends the queued mails. Several may run, in this process and others.
type Worker struct {
	Accounts *auth.Service
	Composer Composer
	Sender   Sender
	Log      *slog.Logger
}

// Run sends mails until ctx ends, and then finishes those it has started.
func (w Worker) Run(ctx context.Context) {
	c := crew{Worker: w, finished: make(chan error, senders), backoff: firstBackoff}
	for ctx.Err() == nil {
		mail, err := w.claim(ctx)
		switch {
		case errors.Is(err, auth.ErrNoMail):
			c.rest(ctx)
		case err != nil:
			w.pause(ctx, poll, err)
		default:
			c.start(ctx, mail)
		}
	}
	for range c.running {
		<-c.finished
	}
}

// crew sends a few mails at a time.
type crew struct {
	Worker
	running  int
	finished chan error
	backoff  time.Duration // for which a failing mail server is left alone
}

// start sends a mail, and waits when that makes as many as there may be.
func (c *crew) start(ctx context.Context, mail auth.Mail) {
	retry := c.backoff
	c.running++
	go func() { c.finished <- c.deliver(ctx, mail, retry) }()
	if c.running == senders {
		c.finish(ctx, <-c.finished)
	}
}

// rest waits for something to do: a mail that was queued here or, at the next
// poll, elsewhere; or a mail that is finished.
func (c *crew) rest(ctx context.Context) {
	timer := time.NewTimer(poll)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.Accounts.Queued():
	case err := <-c.finished:
		c.finish(ctx, err)
	case <-ctx.Done():
	}
}

// finish makes room for another mail. A mail server that accepts none is left
// alone for longer each time; a database that is away is asked at every poll.
func (c *crew) finish(ctx context.Context, err error) {
	c.running--
	switch {
	case errors.Is(err, errNoServer):
		for ; c.running > 0; c.running-- {
			<-c.finished // They go to the same server.
		}
		c.pause(ctx, c.backoff, err)
		c.backoff = min(2*c.backoff, longBackoff)
	case err != nil:
		c.pause(ctx, poll, err)
	default:
		c.backoff = firstBackoff
	}
}

func (w Worker) pause(ctx context.Context, d time.Duration, err error) {
	if ctx.Err() == nil {
		w.Log.ErrorContext(ctx, "mails wait", "retry_in", d.String(), "error", err)
		w.wait(ctx, d)
	}
}

func (w Worker) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
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
	return true, w.deliver(ctx, mail, retry)
}

// deliver sends a claimed mail. Once started it is finished, even if the
// service stops.
func (w Worker) deliver(ctx context.Context, mail auth.Mail, retry time.Duration) error {
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout+10*time.Second)
	defer cancel()
	var delivery auth.Delivery
	var recipient int64
	err := w.retryWhileUnavailable(ctx, work, func() (err error) {
		delivery, recipient, err = w.Accounts.PrepareMail(work, mail)
		return err
	})
	if err != nil || recipient == 0 {
		return err
	}
	sent, err := w.send(work, mail, delivery, recipient, retry)
	if sent {
		err = w.retryWhileUnavailable(ctx, work, func() error { return w.Accounts.MailSent(work, mail) })
	}
	return err
}

func (w Worker) claim(ctx context.Context) (auth.Mail, error) {
	ctx, cancel := context.WithTimeout(ctx, claimTimeout)
	defer cancel()
	return w.Accounts.ClaimMail(ctx)
}

// retryWhileUnavailable repeats a step with a claimed mail while the database
// is away, until the service stops. The step may have been done and its answer
// lost, and then no other worker would get the mail for the two minutes of its
// lease; or the mail was sent, and would be again.
func (w Worker) retryWhileUnavailable(stopping, ctx context.Context, step func() error) error {
	for {
		err := step()
		if !w.Accounts.Unavailable(err) || stopping.Err() != nil || ctx.Err() != nil {
			return err
		}
		w.wait(stopping, nextTryIn)
	}
}

// send reports whether the mail server has accepted a mail, and otherwise puts
// the mail back.
func (w Worker) send(ctx context.Context, mail auth.Mail, delivery auth.Delivery, recipient int64, retry time.Duration) (bool, error) {
	log := w.Log.With("kind", mail.Kind, "mail_id", mail.ID, "user_id", recipient, "attempt", mail.Attempts)
	message, err := w.Composer.Compose(delivery)
	if err != nil {
		return false, w.faulty(ctx, log, mail, err)
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

// faulty puts a mail back that could not be composed: a template, once mended,
// lets it go out.
func (w Worker) faulty(ctx context.Context, log *slog.Logger, mail auth.Mail, fault error) error {
	givenUp, err := w.Accounts.MailRefused(ctx, mail, false, fault)
	log.ErrorContext(ctx, "mail could not be composed: look at its template", "given_up", givenUp, "error", fault)
	return err
}
