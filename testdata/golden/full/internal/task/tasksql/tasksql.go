// Package tasksql keeps tasks in SQLite.
package tasksql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"example.com/myapi/internal/sqlerror"
	"example.com/myapi/internal/stmtcache"
	"example.com/myapi/internal/task"
)

// Store is the Store of package task.
type Store struct {
	write *sql.DB
	read  stmtcache.Reader
}

// New returns a Store that writes through one pool and reads through the other.
func New(write, read *sql.DB) *Store {
	return &Store{write: write, read: stmtcache.NewReader(read)}
}

const columns = `id, user_id, title, note_id, parent_id, state, at, price, count, version, created_at, updated_at`

func scan(row interface{ Scan(...any) error }) (task.Task, error) {
	var item task.Task
	err := row.Scan(&item.ID, &item.UserID, &item.Title, &item.NoteID, &item.ParentID, &item.State, &item.At, &item.Price, &item.Count, &item.Version, &item.CreatedAt, &item.UpdatedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return item, task.ErrNotFound
	}
	if err != nil {
		return item, fmt.Errorf("reading a task: %w", err)
	}
	return item, nil
}

// List returns a page of tasks.
func (s *Store) List(ctx context.Context, owner int64, q task.Query) ([]task.Task, error) {
	compare, order := "<", "DESC"
	if q.Oldest {
		compare, order = ">", "ASC"
	}
	query := `SELECT ` + columns + ` FROM tasks WHERE user_id = ? AND id ` + compare + ` ?`
	args := []any{owner, q.After}
	if q.NoteID != nil {
		query, args = query+" AND note_id = ?", append(args, *q.NoteID)
	}
	if q.ParentID != nil {
		query, args = query+" AND parent_id = ?", append(args, *q.ParentID)
	}
	if q.State != nil {
		query, args = query+" AND state = ?", append(args, *q.State)
	}
	if q.Count != nil {
		query, args = query+" AND count = ?", append(args, *q.Count)
	}
	rows, err := s.read.QueryContext(ctx, query+" ORDER BY id "+order+" LIMIT ?", append(args, q.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("listing tasks: %w", err)
	}
	defer rows.Close()
	items := []task.Task{}
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing tasks: %w", err)
	}
	return items, nil
}

// Get returns a task.
func (s *Store) Get(ctx context.Context, owner, id int64) (task.Task, error) {
	return scan(s.read.QueryRowContext(ctx, `SELECT `+columns+` FROM tasks WHERE id = ? AND user_id = ?`, id, owner))
}

// Create stores a new task.
func (s *Store) Create(ctx context.Context, item task.Task) (task.Task, error) {
	if err := s.checkRefs(ctx, item); err != nil {
		return item, err
	}
	err := s.write.QueryRowContext(ctx, `INSERT INTO tasks (user_id, title, note_id, parent_id, state, at, price, count, version, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		item.UserID, item.Title, item.NoteID, item.ParentID, item.State, item.At, item.Price, item.Count, item.Version, item.CreatedAt, item.UpdatedAt).Scan(&item.ID)
	if err != nil {
		return item, fmt.Errorf("creating a task: %w", refused(err))
	}
	return item, nil
}

// Update stores a task if it still has the version that was read: of several
// changes at once, one succeeds.
func (s *Store) Update(ctx context.Context, item task.Task) (task.Task, error) {
	if err := s.checkRefs(ctx, item); err != nil {
		return item, err
	}
	result, err := s.write.ExecContext(ctx, `UPDATE tasks SET title = ?, note_id = ?, parent_id = ?, state = ?, at = ?, price = ?, count = ?, updated_at = ?, version = version + 1
		WHERE id = ? AND user_id = ? AND version = ?`,
		item.Title, item.NoteID, item.ParentID, item.State, item.At, item.Price, item.Count, item.UpdatedAt, item.ID, item.UserID, item.Version)
	if err := one(result, err); err != nil {
		return item, fmt.Errorf("updating a task: %w", err)
	}
	item.Version++
	return item, nil
}

// Delete deletes a task if it still has the version that was read.
func (s *Store) Delete(ctx context.Context, item task.Task) error {
	result, err := s.write.ExecContext(ctx, `DELETE FROM tasks WHERE id = ? AND user_id = ? AND version = ?`,
		item.ID, item.UserID, item.Version)
	if err := one(result, err); err != nil {
		return fmt.Errorf("deleting a task: %w", err)
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
		err = task.ErrChanged
	}
	return err
}

// checkRefs returns an error for an item that refers to what is not there, or
// that its owner may not see.
func (s *Store) checkRefs(ctx context.Context, item task.Task) error {
	if err := s.exists(ctx, task.ErrNoNote, `SELECT 1 FROM notes WHERE id = ? AND user_id = ?`, item.NoteID, item.UserID); err != nil {
		return err
	}
	if item.ParentID != nil {
		if err := s.exists(ctx, task.ErrNoParent, `SELECT 1 FROM tasks WHERE id = ? AND user_id = ?`, item.ParentID, item.UserID); err != nil {
			return err
		}
	}
	return nil
}

// exists returns an error unless the query finds a row.
func (s *Store) exists(ctx context.Context, missing error, query string, args ...any) error {
	var found int
	err := s.read.QueryRowContext(ctx, query, args...).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return missing
	}
	return err
}

// refused turns the database's refusals into what the client is told.
func refused(err error) error {
	if sqlerror.ForeignKey(err) {
		return task.ErrGone
	}

	return err
}
