// Package notesql keeps notes in SQLite.
package notesql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"example.com/myapi/internal/note"
	"example.com/myapi/internal/sqlerror"
	"example.com/myapi/internal/stmtcache"
)

// Store is the Store of package note.
type Store struct {
	write *sql.DB
	read  stmtcache.Reader
}

// New returns a Store that writes through one pool and reads through the other.
func New(write, read *sql.DB) *Store {
	return &Store{write: write, read: stmtcache.NewReader(read)}
}

const columns = `id, user_id, title, body, done, due, version, created_at, updated_at`

func scan(row interface{ Scan(...any) error }) (note.Note, error) {
	var item note.Note
	err := row.Scan(&item.ID, &item.UserID, &item.Title, &item.Body, &item.Done, &item.Due, &item.Version, &item.CreatedAt, &item.UpdatedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return item, note.ErrNotFound
	}
	if err != nil {
		return item, fmt.Errorf("reading a note: %w", err)
	}
	return item, nil
}

// List returns a page of notes.
func (s *Store) List(ctx context.Context, owner int64, q note.Query) ([]note.Note, error) {
	compare, order := "<", "DESC"
	if q.Oldest {
		compare, order = ">", "ASC"
	}
	query := `SELECT ` + columns + ` FROM notes WHERE user_id = ? AND id ` + compare + ` ?`
	args := []any{owner, q.After}
	if q.Title != nil {
		query, args = query+" AND title = ?", append(args, *q.Title)
	}
	if q.Done != nil {
		query, args = query+" AND done = ?", append(args, *q.Done)
	}
	if q.Due != nil {
		query, args = query+" AND due = ?", append(args, *q.Due)
	}
	rows, err := s.read.QueryContext(ctx, query+" ORDER BY id "+order+" LIMIT ?", append(args, q.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("listing notes: %w", err)
	}
	defer rows.Close()
	items := []note.Note{}
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing notes: %w", err)
	}
	return items, nil
}

// Get returns a note.
func (s *Store) Get(ctx context.Context, owner, id int64) (note.Note, error) {
	return scan(s.read.QueryRowContext(ctx, `SELECT `+columns+` FROM notes WHERE id = ? AND user_id = ?`, id, owner))
}

// Create stores a new note.
func (s *Store) Create(ctx context.Context, item note.Note) (note.Note, error) {
	err := s.write.QueryRowContext(ctx, `INSERT INTO notes (user_id, title, body, done, due, version, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		item.UserID, item.Title, item.Body, item.Done, item.Due, item.Version, item.CreatedAt, item.UpdatedAt).Scan(&item.ID)
	if err != nil {
		return item, fmt.Errorf("creating a note: %w", refused(err))
	}
	return item, nil
}

// Update stores a note if it still has the version that was read: of several
// changes at once, one succeeds.
func (s *Store) Update(ctx context.Context, item note.Note) (note.Note, error) {
	result, err := s.write.ExecContext(ctx, `UPDATE notes SET title = ?, body = ?, done = ?, due = ?, updated_at = ?, version = version + 1
		WHERE id = ? AND user_id = ? AND version = ?`,
		item.Title, item.Body, item.Done, item.Due, item.UpdatedAt, item.ID, item.UserID, item.Version)
	if err := one(result, err); err != nil {
		return item, fmt.Errorf("updating a note: %w", err)
	}
	item.Version++
	return item, nil
}

// Delete deletes a note if it still has the version that was read.
func (s *Store) Delete(ctx context.Context, item note.Note) error {
	result, err := s.write.ExecContext(ctx, `DELETE FROM notes WHERE id = ? AND user_id = ? AND version = ?`,
		item.ID, item.UserID, item.Version)
	if err := one(result, err); err != nil {
		return fmt.Errorf("deleting a note: %w", err)
	}
	return nil
}

// one returns ErrChanged if a statement found no row of that version.
func one(result sql.Result, err error) error {
	if err != nil {
		return refused(err)
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = note.ErrChanged
	}
	return err
}

// refused turns the database's refusals into what the client is told.
func refused(err error) error {
	if sqlerror.ForeignKey(err) {
		return note.ErrGone
	}
	if sqlerror.Unique(err) == "notes.title" {
		return note.ErrTitleTaken
	}
	return err
}
