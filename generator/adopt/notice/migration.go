package notice

import (
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/migration"
)

// FindMigrations finds the folder of the module's migrations. The second result is
// false when there is none, or several, or when the program may run them again each
// time it starts, which those of accounts are not made for.
func FindMigrations(m *scan.Module) (migration.Folder, bool) {
	folders := make(map[string]*migration.Folder)
	root := os.DirFS(m.Root)
	_ = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // What can't be read is not followed.
		}
		if entry.IsDir() {
			return skipFolder(name, entry)
		}
		if !migration.IsNumbered(entry.Name()) || m.Skip(name) {
			return nil
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return nil
		}
		folder := path.Dir(name)
		if folders[folder] == nil {
			folders[folder] = &migration.Folder{Path: folder, Tool: "plain"}
		}
		folders[folder].Take(entry.Name(), string(content))
		return nil
	})
	if len(folders) != 1 {
		return migration.Folder{}, false
	}
	for _, found := range folders {
		return *found, !runsAgain(m, found.Path)
	}
	return migration.Folder{}, false
}

var (
	library = lazyregexp.New(`(?i)\.[a-z]+/.*(migrat|goose|dbmate|\btern\b|atlas)`)
	memory  = lazyregexp.New(`(?is)\b(select|insert|create table|pragma)\b.*(migration|version)`)
)

// runsAgain reports whether the module embeds a folder of migrations, but has neither
// a library that runs them nor SQL that remembers which have run.
func runsAgain(m *scan.Module, folder string) bool {
	files := m.Files()
	return slices.ContainsFunc(files, func(f *scan.File) bool { return embeds(f, folder) }) &&
		!slices.ContainsFunc(files, func(f *scan.File) bool { return remembers(f, m.Path) })
}

// embeds reports whether a file embeds a folder, or files in it.
func embeds(f *scan.File, folder string) bool {
	for _, group := range f.AST.Comments {
		for _, comment := range group.List {
			patterns, ok := strings.CutPrefix(comment.Text, "//go:embed ")
			if !ok {
				continue
			}
			for _, pattern := range strings.Fields(patterns) {
				if isBelow(folder, path.Join(path.Dir(f.Path), strings.TrimPrefix(strings.Trim(pattern, "\"`"), "all:"))) {
					return true
				}
			}
		}
	}
	return false
}

// remembers reports whether a file imports a library that runs migrations, or has SQL
// about which have run.
func remembers(f *scan.File, module string) bool {
	for _, imported := range f.AST.Imports {
		name := strings.Trim(imported.Path.Value, `"`)
		if name != module && !strings.HasPrefix(name, module+"/") && library.MatchString(name) {
			return true
		}
	}
	found := false
	ast.Inspect(f.AST, func(n ast.Node) bool {
		text, ok := n.(*ast.BasicLit)
		found = found || ok && text.Kind == token.STRING && memory.MatchString(text.Value)
		_, isImport := n.(*ast.ImportSpec)
		return !found && !isImport
	})
	return found
}

// isBelow reports whether what a pattern embeds is a folder, files in it, or a folder
// above it.
func isBelow(folder, pattern string) bool {
	return pattern == folder || path.Dir(pattern) == folder || strings.HasPrefix(folder, pattern+"/")
}
