// Package articlesql keeps articles in SQLite.
package articlesql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"example.com/myapi/internal/article"
	"example.com/myapi/internal/sqlerror"
	"example.com/myapi/internal/stmtcache"
)

// Store is the Store of package article.
type Store struct {
	write *sql.DB
	read  stmtcache.Reader
}

// New returns a Store that writes through one pool and reads through the other.
func New(write, read *sql.DB) *Store {
	return &Store{write: write, read: stmtcache.NewReader(read)}
}

const columns = `id, user_id, slug, text, version, created_at, updated_at`

func scan(row interface{ Scan(...any) error }) (article.Article, error) {
	var item article.Article
	err := row.Scan(&item.ID, &item.UserID, &item.Slug, &item.Text, &item.Version, &item.CreatedAt, &item.UpdatedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return item, article.ErrNotFound
	}
	if err != nil {
		return item, fmt.Errorf("reading an article: %w", err)
	}
	return item, nil
}

// List returns a page of articles.
func (s *Store) List(ctx context.Context, q article.Query) ([]article.Article, error) {
	compare, order := "<", "DESC"
	if q.Oldest {
		compare, order = ">", "ASC"
	}
	query := `SELECT ` + columns + ` FROM articles WHERE id ` + compare + ` ?`
	args := []any{q.After}
	if q.Slug != nil {
		query, args = query+" AND slug = ?", append(args, *q.Slug)
	}
	rows, err := s.read.QueryContext(ctx, query+" ORDER BY id "+order+" LIMIT ?", append(args, q.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("listing articles: %w", err)
	}
	defer rows.Close()
	items := []article.Article{}
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing articles: %w", err)
	}
	return items, nil
}

// Get returns an article.
func (s *Store) Get(ctx context.Context, id int64) (article.Article, error) {
	return scan(s.read.QueryRowContext(ctx, `SELECT `+columns+` FROM articles WHERE id = ?`, id))
}

// Create stores a new article.
func (s *Store) Create(ctx context.Context, item article.Article) (article.Article, error) {
	err := s.write.QueryRowContext(ctx, `INSERT INTO articles (user_id, slug, text, version, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
		item.UserID, item.Slug, item.Text, item.Version, item.CreatedAt, item.UpdatedAt).Scan(&item.ID)
	if err != nil {
		return item, fmt.Errorf("creating an article: %w", refused(err))
	}
	return item, nil
}

// Update stores an article if it still has the version that was read: of several
// changes at once, one succeeds.
func (s *Store) Update(ctx context.Context, item article.Article) (article.Article, error) {
	result, err := s.write.ExecContext(ctx, `UPDATE articles SET slug = ?, text = ?, updated_at = ?, version = version + 1
		WHERE id = ? AND user_id = ? AND version = ?`,
		item.Slug, item.Text, item.UpdatedAt, item.ID, item.UserID, item.Version)
	if err := one(result, err); err != nil {
		return item, fmt.Errorf("updating an article: %w", err)
	}
	item.Version++
	return item, nil
}

// Delete deletes an article if it still has the version that was read.
func (s *Store) Delete(ctx context.Context, item article.Article) error {
	result, err := s.write.ExecContext(ctx, `DELETE FROM articles WHERE id = ? AND user_id = ? AND version = ?`,
		item.ID, item.UserID, item.Version)
	if err := one(result, err); err != nil {
		return fmt.Errorf("deleting an article: %w", err)
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
		err = article.ErrChanged
	}
	return err
}

// refused turns the database's refusals into what the client is told.
func refused(err error) error {
	if sqlerror.ForeignKey(err) {
		return article.ErrGone
	}
	if sqlerror.Unique(err) == "articles.slug" {
		return article.ErrSlugTaken
	}
	return err
}
