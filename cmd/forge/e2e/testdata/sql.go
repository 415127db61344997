// Command sql runs a statement on the database of DATABASE_URL and prints the
// rows, a line each.
package main

import (
	"context"
	"fmt"
	"os"

	"example.com/myapi/internal/database"
)

func main() {
	if err := run(context.Background(), os.Getenv("DATABASE_URL"), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, url, statement string) error {
	db, err := database.Open(ctx, url)
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Pool.QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		values := make([]string, len(columns))
		targets := make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		fmt.Println(values)
	}
	return rows.Err()
}
