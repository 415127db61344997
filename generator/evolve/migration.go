package evolve

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/project"
)

// placeMigrations places migrations in a project. One that forge
// wrote before is known by its name, whatever its number, and one that is there
// already by its name and its text. A new one is numbered by time, as "make
// migration" does, and comes after all that are there, since databases have
// run those. Those of fields and resources have their names in the answers.
func placeMigrations(next []generator.File, base map[string][]byte, current fs.FS, a project.Answers, now time.Time) ([]generator.File, error) {
	folder := a.MigrationsDir()
	written := make(map[string]string) // name → path
	highest := 0
	for name := range base {
		if path.Dir(name) == folder {
			number, title := splitMigration(name)
			written[title], highest = name, max(highest, number)
		}
	}
	there, err := highestMigration(current, folder)
	if err != nil {
		return nil, err
	}
	number := max(highest, there, timeNumber(now)-1)
	for i, f := range next {
		if path.Dir(f.Path) != folder || isAnswer(a, path.Base(f.Path)) {
			continue
		}
		_, title := splitMigration(f.Path)
		at, ok := written[title]
		if !ok {
			if at, err = sameMigration(current, folder, title, f.Content, verifying(f.Content)); err != nil {
				return nil, err
			}
		}
		switch {
		case at == "":
			number++
			at = migrationPath(folder, number, title)
		case !ok:
			if next[i].Content, err = project.ReadFile(current, at); err != nil {
				return nil, err
			}
		}
		next[i].Path = at
	}
	return next, nil
}

// isAnswer reports whether the answers name a migration.
func isAnswer(a project.Answers, name string) bool {
	title := strings.TrimSuffix(name, ".sql")
	return slices.ContainsFunc(a.Fields, func(f project.Field) bool { return slices.Contains(f.Migrations(), title) }) ||
		slices.ContainsFunc(a.Resources, func(r project.Resource) bool { return slices.Contains(r.Migrations(), title) })
}

// sameMigration returns the path of a migration of that title and one of the texts;
// empty if there is none.
func sameMigration(current fs.FS, folder, title string, texts ...[]byte) (string, error) {
	entries, err := migrations(current, folder)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		name := path.Join(folder, entry.Name())
		if _, other := splitMigration(name); other != title {
			continue
		}
		there, err := project.ReadFile(current, name)
		if err != nil {
			return "", err
		}
		if slices.ContainsFunc(texts, func(text []byte) bool { return gotext.SameLines(bytes.TrimSpace(there), bytes.TrimSpace(text)) }) {
			return name, nil
		}
	}
	return "", nil
}

// NextMigration is the name of a new migration, without .sql: numbered by
// time, after all that are there. One of that title and text that is there
// already keeps its name.
func NextMigration(current fs.FS, folder, title, content string, now time.Time) (string, error) {
	at, err := sameMigration(current, folder, title+".sql", []byte(content))
	if err != nil {
		return "", err
	}
	if at == "" {
		highest, err := highestMigration(current, folder)
		if err != nil {
			return "", err
		}
		at = migrationPath(folder, max(highest+1, timeNumber(now)), title+".sql")
	}
	return strings.TrimSuffix(path.Base(at), ".sql"), nil
}

// freshMigration is NextMigration for changes that a project may see
// more than once: what forge wrote before has run, and is not meant again.
func freshMigration(p *project.Project, current fs.FS, title, content string, now time.Time) (string, error) {
	folder := p.Manifest.Answers.MigrationsDir()
	name, err := NextMigration(current, folder, title, content, now)
	if _, written := p.Base[path.Join(folder, name+".sql")]; err != nil || !written {
		return name, err
	}
	highest, err := highestMigration(current, folder)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%05d_%s", max(highest+1, timeNumber(now)), title), nil
}

// timeNumber is a point in time as the number of a migration; 0 for none.
func timeNumber(at time.Time) int {
	if at.IsZero() {
		return 0
	}
	number, _ := strconv.Atoi(at.UTC().Format("20060102150405"))
	return number
}

func migrationPath(folder string, number int, title string) string {
	return path.Join(folder, fmt.Sprintf("%05d_%s", number, title))
}

// migrations lists what is in the folder of migrations.
func migrations(current fs.FS, folder string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(current, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return entries, nil
}

// highestMigration is the number of a project's newest migration.
func highestMigration(current fs.FS, folder string) (int, error) {
	entries, err := migrations(current, folder)
	if err != nil {
		return 0, err
	}
	highest := 0
	for _, entry := range entries {
		number, _ := splitMigration(entry.Name())
		highest = max(highest, number)
	}
	return highest, nil
}

// splitMigration returns the number of a migration, 0 if it has none, and what
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
	for i, f := range next {
		if _, written := base[f.Path]; !written && path.Ext(f.Path) == ".sql" {
			next[i].Content = verifying(f.Content)
		}
	}
	return next
}

// verifying returns the migration that adds is_verified with what takes the users
// that are there as verified, and any other as it is.
func verifying(migration []byte) []byte {
	const down, verify = "\n-- +goose Down", "UPDATE users SET is_verified = TRUE;\n"
	if !bytes.Contains(migration, []byte("ALTER TABLE users ADD COLUMN is_verified")) || bytes.Contains(migration, []byte(verify)) {
		return migration
	}
	return bytes.Replace(migration, []byte(down), []byte("\n-- Who had an account before is taken as verified.\n"+verify+down), 1)
}
