// Command rename gives forge another module path, in go.mod and in every
// import; "make rename MODULE=…" runs it.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: rename MODULE-PATH")
		os.Exit(2)
	}
	if err := rename(".", os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "rename:", err)
		os.Exit(1)
	}
}

// rename changes the module in dir. Everything is worked out before anything
// is written.
func rename(dir, path string) error {
	if err := module.CheckPath(path); err != nil {
		return err
	}
	name := filepath.Join(dir, "go.mod")
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	old := modfile.ModulePath(content)
	mod, err := modfile.Parse(name, content, nil)
	if err != nil {
		return err
	}
	if err := mod.AddModuleStmt(path); err != nil {
		return err
	}
	changed := make(map[string][]byte)
	if changed[name], err = mod.Format(); err != nil {
		return err
	}
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "build", "testdata"}, entry.Name()) {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		renamed, err := renameImports(name, old, path)
		if renamed != nil {
			changed[name] = renamed
		}
		return err
	})
	if err != nil {
		return err
	}
	for name, content := range changed {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return err
		}
	}
	fmt.Printf("%s is now %s (%d files)\n", old, path, len(changed))
	return nil
}

// renameImports gives the file with its imports of old and below changed, or
// nil when it has none.
func renameImports(name, old, path string) ([]byte, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, content, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	end := 0
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		rest, ok := strings.CutPrefix(imported, old)
		if !ok || rest != "" && rest[0] != '/' {
			continue
		}
		out.Write(content[end:files.Position(spec.Path.Pos()).Offset])
		out.WriteString(strconv.Quote(path + rest))
		end = files.Position(spec.Path.End()).Offset
	}
	if end == 0 {
		return nil, nil
	}
	out.Write(content[end:])
	return format.Source(out.Bytes())
}
