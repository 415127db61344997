package evolve

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
)

// placeMigrations gives migrations their places in a project. One that forge
// wrote before is known by its name, whatever its number; a new one comes
// after all that are there, since databases have run those.
func placeMigrations(next []generator.File, base map[string][]byte, current fs.FS) ([]generator.File, error) {
	written := make(map[string]string) // name → path
	highest := 0
	for name := range base {
		if path.Dir(name) == project.MigrationsDir {
			number, title := splitMigration(name)
			written[title], highest = name, max(highest, number)
		}
	}
	there, err := highestMigration(current)
	if err != nil {
		return nil, err
	}
	highest = max(highest, there)
	for i, f := range next {
		if path.Dir(f.Path) != project.MigrationsDir {
			continue
		}
		number, title := splitMigration(f.Path)
		if at, ok := written[title]; ok {
			next[i].Path = at
			continue
		}
		if number <= highest {
			number = highest + 1
			next[i].Path = migrationPath(number, title)
		}
		highest = number
	}
	return next, nil
}

// NextMigration is the path of a new migration of a project, after all that
// are there.
func NextMigration(current fs.FS, name string) (string, error) {
	highest, err := highestMigration(current)
	return migrationPath(highest+1, name+".sql"), err
}

func migrationPath(number int, title string) string {
	return path.Join(project.MigrationsDir, fmt.Sprintf("%05d_%s", number, title))
}

// highestMigration is the number of a project's newest migration.
func highestMigration(current fs.FS) (int, error) {
	entries, err := fs.ReadDir(current, project.MigrationsDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("reading the migrations: %w", err)
	}
	highest := 0
	for _, entry := range entries {
		number, _ := splitMigration(entry.Name())
		highest = max(highest, number)
	}
	return highest, nil
}

// splitMigration gives the number of a migration, 0 if it has none, and what
// comes after it.
func splitMigration(name string) (int, string) {
	digits, title, _ := strings.Cut(path.Base(name), "_")
	number, err := strconv.Atoi(digits)
	if err != nil {
		return 0, path.Base(name)
	}
	return number, title
}

// verifyUsers lets the new migration that adds is_verified take the users that
// are there as verified.
func verifyUsers(next []generator.File, base map[string][]byte) []generator.File {
	const down = "\n-- +goose Down"
	for i, f := range next {
		_, written := base[f.Path]
		if written || path.Dir(f.Path) != project.MigrationsDir || !bytes.Contains(f.Content, []byte("ALTER TABLE users ADD COLUMN is_verified")) {
			continue
		}
		next[i].Content = bytes.Replace(f.Content, []byte(down),
			[]byte("\n-- Who had an account before is taken as verified.\nUPDATE users SET is_verified = TRUE;\n"+down), 1)
	}
	return next
}
