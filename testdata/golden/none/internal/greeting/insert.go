package greeting

import (
	"context"
	"database/sql"
	"time"
)

// insert stores a greeting and returns its id.
func insert(ctx context.Context, db *sql.DB, message string, createdAt time.Time) (id int64, err error) {
	err = db.QueryRowContext(ctx, `INSERT INTO greetings (message, created_at) VALUES (?, ?) RETURNING id`, message, createdAt).Scan(&id)
	return id, err
}
