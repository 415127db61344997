// Package store keeps things in PostgreSQL.
package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Store keeps things.
type Store struct{ Pool *pgxpool.Pool }

// Open connects.
func Open(ctx context.Context, url string) (*Store, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return &Store{Pool: pool}, nil
}
