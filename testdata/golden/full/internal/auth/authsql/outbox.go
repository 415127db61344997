package authsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/myapi/internal/auth"
)

const mailColumns = `id, kind, COALESCE(user_id, 0), address, session_id, created_at, attempts`

// carriesToken is true of the mails with a link that does something.
const carriesToken = `kind IN ('` + string(auth.MailVerification) + `', '` + string(auth.MailReset) + `', '` + string(auth.MailEmailChange) + `')`

// ClaimMail returns the due mail that has waited longest and keeps it from
// others until lease.
func (s *Store) ClaimMail(ctx context.Context, now, lease time.Time) (auth.Mail, error) {
	if err := s.mailIsDue(ctx, now); err != nil {
		return auth.Mail{}, err
	}
	return scanMail(s.write.QueryRowContext(ctx, `UPDATE outbox SET due_at = ?, attempts = attempts + 1
		WHERE id = (SELECT id FROM outbox INDEXED BY outbox_due_at WHERE sent_at IS NULL AND failed_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT 1)
		RETURNING `+mailColumns, lease, now))
}

// mailIsDue returns ErrNoMail when none is. It writes nothing, since most looks
// find nothing.
//
// SQLite does not know that most mails have not failed, and would read all of those
// for the few that are wanted. So these statements name the index of due_at, and a +
// keeps that of failed_at out of MailsSent.
func (s *Store) mailIsDue(ctx context.Context, now time.Time) error {
	var id int64
	err := s.read.QueryRowContext(ctx, `SELECT id FROM outbox INDEXED BY outbox_due_at WHERE sent_at IS NULL AND failed_at IS NULL AND due_at <= ? LIMIT 1`, now).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.ErrNoMail
	}
	if err != nil {
		return fmt.Errorf("looking for a mail: %w", err)
	}
	return nil
}

// StuckMails counts the mails that were queued before a time and not sent.
func (s *Store) StuckMails(ctx context.Context, before time.Time) (int, error) {
	var n int
	err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL AND created_at < ?`, before).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting mails: %w", err)
	}
	return n, nil
}

func scanMail(row *sql.Row) (auth.Mail, error) {
	var m auth.Mail
	err := row.Scan(&m.ID, &m.Kind, &m.UserID, &m.Address, &m.SessionID, &m.CreatedAt, &m.Attempts)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Mail{}, auth.ErrNoMail
	}
	if err != nil {
		return auth.Mail{}, fmt.Errorf("claiming a mail: %w", err)
	}
	m.CreatedAt = m.CreatedAt.UTC()
	return m, nil
}

func (tx transaction) Enqueue(ctx context.Context, m auth.Mail) error {
	return tx.exec(ctx, "queueing a mail", `INSERT INTO outbox (kind, user_id, address, session_id, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?)`,
		m.Kind, sql.NullInt64{Int64: m.UserID, Valid: m.UserID != 0}, m.Address, m.SessionID, m.CreatedAt, m.CreatedAt)
}

func (tx transaction) DropMails(ctx context.Context, userID int64, address string) error {
	return tx.exec(ctx, "dropping mails", `DELETE FROM outbox WHERE sent_at IS NULL AND `+carriesToken+`
		AND (user_id = ? OR address = ?)`, userID, address)
}

func (tx transaction) DropRequests(ctx context.Context, kind auth.MailKind, address string) error {
	return tx.exec(ctx, "dropping a mail", `DELETE FROM outbox
		WHERE sent_at IS NULL AND (sent_user_id IS NULL OR failed_at IS NOT NULL) AND kind = ? AND address = ?`, kind, address)
}

// LockMail compares the number of attempts, which each claim raises.
func (tx transaction) LockMail(ctx context.Context, m auth.Mail, userID int64, lease time.Time) (bool, error) {
	result, err := tx.ExecContext(ctx, `UPDATE outbox SET due_at = ?, sent_user_id = ? WHERE id = ? AND attempts = ? AND sent_at IS NULL`,
		lease, userID, m.ID, m.Attempts)
	if err != nil {
		return false, fmt.Errorf("locking a mail: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func (tx transaction) MailsSent(ctx context.Context, m auth.Mail, userID int64, notices bool, since time.Time) (int, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM outbox WHERE id <> ? AND (address = ? OR sent_user_id = ?)
		AND (`+carriesToken+` OR ? AND address = ?)
		AND +failed_at IS NULL AND (sent_at > ? OR sent_at IS NULL AND sent_user_id IS NOT NULL)`,
		m.ID, m.Address, userID, notices, m.Address, since).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting mails: %w", err)
	}
	return n, nil
}

func (tx transaction) DeleteMail(ctx context.Context, id int64) error {
	return tx.exec(ctx, "deleting a mail", `DELETE FROM outbox WHERE id = ?`, id)
}

// UpdateMail keeps whom a mail was being sent to, unless it is due again; see
// MailsSent.
func (tx transaction) UpdateMail(ctx context.Context, id int64, o auth.MailOutcome) error {
	return tx.exec(ctx, "noting what became of a mail", `UPDATE outbox SET sent_at = ?, failed_at = ?, due_at = COALESCE(?, due_at), last_error = ?,
		sent_user_id = CASE WHEN ? THEN NULL ELSE sent_user_id END WHERE id = ? AND sent_at IS NULL`,
		orNull[time.Time]{&o.SentAt}, orNull[time.Time]{&o.FailedAt}, orNull[time.Time]{&o.DueAt}, o.Reason, !o.DueAt.IsZero(), id)
}
