package migration_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator/migration"
)

// TestTwice finds what two branches made, each with the next number.
func TestTwice(t *testing.T) {
	folder := fstest.MapFS{"db/README.md": {}}
	for _, name := range []string{"1_a.up.sql", "1_a.down.sql", "002_b.sql", "3_c.up.sql", "3_c.down.sql", "03_d.up.sql", "03_d.down.sql", "20_e.sql"} {
		folder["db/"+name] = &fstest.MapFile{}
	}
	twice, err := migration.Twice(folder, "db")
	if got := strings.Join(twice, " "); err != nil || got != "03_d.down.sql 3_c.down.sql 03_d.up.sql 3_c.up.sql" {
		t.Errorf("%s, %v", got, err)
	}
}

// TestNumber adds a migration behind those of each tool, in its form.
func TestNumber(t *testing.T) {
	const added = "-- +goose Up\nCREATE TABLE notes (id INTEGER);\n\n-- +goose Down\nDROP TABLE notes;\n"
	const up, down = "CREATE TABLE notes (id INTEGER);\n", "DROP TABLE notes;\n"
	for _, tt := range []struct{ name, content, want string }{
		{"20260102030405_items.sql", "-- +goose Up\nSELECT 1;\n", "db/20260102030406_create_notes.sql: " + added},
		{"000009_items.up.sql", "SELECT 1;\n", "db/000010_create_notes.down.sql: " + down + "db/000010_create_notes.up.sql: " + up},
		{"7-items.sql", "-- +migrate Up\nSELECT 1;\n", "db/8_create_notes.sql: -- +migrate Up\n" + up + "\n-- +migrate Down\n" + down},
		{"007_items.sql", "-- migrate:up\nSELECT 1;\n", "db/008_create_notes.sql: -- migrate:up\n" + up + "\n-- migrate:down\n" + down},
		{"007_items.sql", "SELECT 1;\n", "db/008_create_notes.sql: " + up},
		{"README.md", "nothing\n", "db/1_create_notes.sql: " + up},
	} {
		folder, err := migration.In(fstest.MapFS{"db/" + tt.name: {Data: []byte(tt.content)}}, "db")
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, change := range folder.Number(map[string][]byte{"00004_create_notes.sql": []byte(added)}) {
			fmt.Fprintf(&got, "%s: %s", change.Path, change.New)
		}
		if got.String() != tt.want {
			t.Errorf("beside %s:\n%s\nwant\n%s", tt.name, got.String(), tt.want)
		}
	}
	if _, err := migration.In(fstest.MapFS{}, "db"); err != nil {
		t.Errorf("a folder that is not there: %v", err)
	}
}
