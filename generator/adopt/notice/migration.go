package notice

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/txn"
)

// Migrations is where and how the module keeps its own migrations.
type Migrations struct {
	Folder string `json:"folder"`
	Tool   string `json:"tool"` // goose, golang-migrate, dbmate, sql-migrate, plain

	last   uint64
	digits int
}

var numbered = lazyregexp.New(`^(\d+)[_.-].*\.sql$`)

// FindMigrations finds the folder of the module's migrations. The second result is
// false when there is none, or several, or when the program may run them again each
// time it starts, which those of accounts are not made for.
func FindMigrations(m *scan.Module) (Migrations, bool) {
	folders := make(map[string]*Migrations)
	root := os.DirFS(m.Root)
	_ = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // What can't be read is not followed.
		}
		if entry.IsDir() {
			return skipFolder(name, entry)
		}
		match := numbered.FindStringSubmatch(entry.Name())
		if match == nil || m.Skip(name) {
			return nil
		}
		number, err := strconv.ParseUint(match[1], 10, 64)
		if err != nil {
			return nil
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return nil
		}
		folder := path.Dir(name)
		if folders[folder] == nil {
			folders[folder] = &Migrations{Folder: folder, Tool: "plain"}
		}
		folders[folder].take(name, number, len(match[1]), string(content))
		return nil
	})
	if len(folders) != 1 {
		return Migrations{}, false
	}
	for _, found := range folders {
		return *found, !runsAgain(m, found.Folder)
	}
	return Migrations{}, false
}

var (
	library = lazyregexp.New(`(?i)\.[a-z]+/.*(migrat|goose|dbmate|\btern\b|atlas)`)
	memory  = lazyregexp.New(`(?is)\b(select|insert|create table|pragma)\b.*(migration|version)`)
)

// runsAgain reports whether the module embeds a folder of migrations, but has neither
// a library that runs them nor SQL that remembers which have run.
func runsAgain(m *scan.Module, folder string) bool {
	embeds, remembers := false, false
	for _, f := range m.Files() {
		for _, group := range f.AST.Comments {
			for _, comment := range group.List {
				if patterns, ok := strings.CutPrefix(comment.Text, "//go:embed "); ok {
					embeds = embeds || slices.ContainsFunc(strings.Fields(patterns), func(pattern string) bool {
						return isBelow(folder, path.Join(path.Dir(f.Path), strings.TrimPrefix(strings.Trim(pattern, "\"`"), "all:")))
					})
				}
			}
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				name := strings.Trim(n.Path.Value, `"`)
				remembers = remembers || name != m.Path && !strings.HasPrefix(name, m.Path+"/") && library.MatchString(name)
				return false
			case *ast.BasicLit:
				remembers = remembers || n.Kind == token.STRING && memory.MatchString(n.Value)
			}
			return true
		})
	}
	return embeds && !remembers
}

// isBelow reports whether what a pattern embeds is a folder, files in it, or a folder
// above it.
func isBelow(folder, pattern string) bool {
	return pattern == folder || path.Dir(pattern) == folder || strings.HasPrefix(folder, pattern+"/")
}

// take learns from one file.
func (g *Migrations) take(name string, number uint64, digits int, content string) {
	if number >= g.last {
		g.last, g.digits = number, digits
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
func (g Migrations) Number(migrations map[string][]byte) []txn.Change {
	names := make([]string, 0, len(migrations))
	for name := range migrations {
		names = append(names, name)
	}
	slices.Sort(names)
	var changes []txn.Change
	for i, name := range names {
		_, title, _ := strings.Cut(strings.TrimSuffix(name, ".sql"), "_")
		stem := path.Join(g.Folder, fmt.Sprintf("%0*d_%s", g.digits, g.last+uint64(i)+1, title))
		changes = append(changes, g.files(stem, string(migrations[name]))...)
	}
	slices.SortFunc(changes, func(a, b txn.Change) int { return cmp.Compare(a.Path, b.Path) })
	return changes
}

func (g Migrations) files(stem, goose string) []txn.Change {
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
