package authsql

import (
	"context"
	"fmt"
)

// counts runs a query for names and how often each is there.
func (s *Store) counts(ctx context.Context, what, query string) (map[string]int, error) {
	rows, err := s.read.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("counting %s: %w", what, err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			return nil, fmt.Errorf("counting %s: %w", what, err)
		}
		counts[name] = n
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("counting %s: %w", what, err)
	}
	return counts, nil
}
