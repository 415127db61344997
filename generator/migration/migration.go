// Package migration writes migrations in the form of the tool that a module uses for
// its own.
package migration

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/txn"
)

// Folder is where and how a module keeps its own migrations.
type Folder struct {
	Path string `json:"folder"`
	Tool string `json:"tool"` // goose, golang-migrate, dbmate, sql-migrate, plain

	last   uint64
	digits int
}

var numbered = lazyregexp.New(`^(\d+)[_.-].*\.sql$`)

// IsNumbered reports whether a file has the name of a migration.
func IsNumbered(name string) bool { return numbered.MatchString(name) }

// In reads a folder. One without migrations is for plain ones, from number 1.
func In(root fs.FS, folder string) (Folder, error) {
	found := Folder{Path: folder, Tool: "plain"}
	entries, err := fs.ReadDir(root, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return found, fmt.Errorf("looking for migrations: %w", err)
	}
	for _, entry := range entries {
		if !IsNumbered(entry.Name()) || !entry.Type().IsRegular() {
			continue
		}
		content, err := fs.ReadFile(root, path.Join(folder, entry.Name()))
		if err != nil {
			return found, fmt.Errorf("reading a migration: %w", err)
		}
		found.Take(entry.Name(), string(content))
	}
	return found, nil
}

// Twice lists the migrations of a folder that have the number of another.
func Twice(root fs.FS, folder string) ([]string, error) {
	entries, err := fs.ReadDir(root, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("looking for migrations: %w", err)
	}
	was := make(map[string]string) // by number and direction
	var twice []string
	for _, entry := range entries {
		match := numbered.FindStringSubmatch(entry.Name())
		if match == nil {
			continue
		}
		key := strings.TrimLeft(match[1], "0") + path.Ext(strings.TrimSuffix(entry.Name(), ".sql"))
		if other, ok := was[key]; ok {
			twice = append(twice, other, entry.Name())
		}
		was[key] = entry.Name()
	}
	return slices.Compact(twice), nil
}

// Take learns from a file of the folder.
func (g *Folder) Take(name, content string) {
	match := numbered.FindStringSubmatch(name)
	if match == nil {
		return
	}
	number, err := strconv.ParseUint(match[1], 10, 64)
	if err != nil {
		return
	}
	if number >= g.last {
		g.last, g.digits = number, len(match[1])
	}
	switch {
	case strings.Contains(content, "-- +goose Up"):
		g.Tool = "goose"
	case strings.Contains(content, "-- +migrate Up"):
		g.Tool = "sql-migrate"
	case strings.Contains(content, "-- migrate:up"):
		g.Tool = "dbmate"
	case strings.HasSuffix(name, ".up.sql") || strings.HasSuffix(name, ".down.sql"):
		g.Tool = "golang-migrate"
	}
}

// Number returns goose migrations, by their names, the form and the numbers that
// follow those of the module.
func (g Folder) Number(migrations map[string][]byte) []txn.Change {
	names := make([]string, 0, len(migrations))
	for name := range migrations {
		names = append(names, name)
	}
	slices.Sort(names)
	var changes []txn.Change
	for i, name := range names {
		_, title, _ := strings.Cut(strings.TrimSuffix(name, ".sql"), "_")
		stem := path.Join(g.Path, fmt.Sprintf("%0*d_%s", g.digits, g.last+uint64(i)+1, title))
		changes = append(changes, g.files(stem, string(migrations[name]))...)
	}
	slices.SortFunc(changes, func(a, b txn.Change) int { return cmp.Compare(a.Path, b.Path) })
	return changes
}

func (g Folder) files(stem, goose string) []txn.Change {
	up, down, _ := strings.Cut(goose, "-- +goose Down\n")
	up = strings.TrimSpace(strings.TrimPrefix(up, "-- +goose Up\n")) + "\n"
	down = strings.TrimSpace(down) + "\n"
	both := func(upMark, downMark string) []txn.Change {
		return []txn.Change{{Path: stem + ".sql", New: []byte(upMark + "\n" + up + "\n" + downMark + "\n" + down)}}
	}
	switch g.Tool {
	case "goose":
		return []txn.Change{{Path: stem + ".sql", New: []byte(goose)}}
	case "sql-migrate":
		return both("-- +migrate Up", "-- +migrate Down")
	case "dbmate":
		return both("-- migrate:up", "-- migrate:down")
	case "golang-migrate":
		return []txn.Change{{Path: stem + ".up.sql", New: []byte(up)}, {Path: stem + ".down.sql", New: []byte(down)}}
	}
	return []txn.Change{{Path: stem + ".sql", New: []byte(up)}}
}
