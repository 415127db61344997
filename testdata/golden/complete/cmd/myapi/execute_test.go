package main

import (
	"os"
	"testing"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/settings"
)

// execute changes the program's database.
func execute(t *testing.T, statement string) {
	t.Helper()
	config, err := settings.Load(os.Environ(), ".")
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(t.Context(), config.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Write.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
