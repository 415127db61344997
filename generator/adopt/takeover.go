package adopt

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/project"
)

// recordPath is where an earlier forge remembered the hashes of what it wrote
// into a module that it did not make, and nothing else.
const recordPath = project.AccountsDir + "/forge.json"

// FindBefore returns the folder of the module around the working folder if an
// earlier forge added accounts to it, whose answers are not remembered.
func FindBefore(dir string) (string, bool) {
	root, err := FindRoot(dir)
	if err != nil {
		return "", false
	}
	_, recorded := os.Lstat(filepath.Join(root, filepath.FromSlash(recordPath)))
	_, remembered := os.Lstat(filepath.Join(root, filepath.FromSlash(project.ManifestPath)))
	return root, recorded == nil && errors.Is(remembered, os.ErrNotExist)
}

// TakeOver returns such a module as a project: the answers are read from the code,
// and the base has the files that match their hashes. What a file was before the
// owner changed it is unknown: its base is empty, so that all of it is in conflict
// except what forge still writes in the same way.
func TakeOver(root string) (*project.Project, error) {
	hashes, err := readHashes(root)
	if err != nil {
		return nil, err
	}
	p := &project.Project{Dir: root, Base: make(map[string][]byte)}
	var files []project.File
	for name := range hashes {
		if !strings.HasPrefix(name, "internal/") {
			continue // The module's own migrations.
		}
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if hash(content) != hashes[name] {
			content = []byte{}
		}
		p.Base[name] = content
		files = append(files, project.File{Path: name, Class: project.ClassOf(name), Content: content})
	}
	if p.Base[recordPath], err = os.ReadFile(filepath.Join(root, filepath.FromSlash(recordPath))); err != nil {
		return nil, fmt.Errorf("reading what forge wrote: %w", err)
	}
	slices.SortFunc(files, func(a, b project.File) int { return strings.Compare(a.Path, b.Path) })
	answers, err := answersOf(root, hashes)
	if err != nil {
		return nil, err
	}
	p.Manifest = project.NewManifest("v0.0.0", answers, files)
	return p, nil
}

func readHashes(root string) (map[string]string, error) {
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(recordPath)))
	if err != nil {
		return nil, fmt.Errorf("reading what forge wrote: %w", err)
	}
	var r struct{ Files map[string]string }
	if err := json.Unmarshal(content, &r); err != nil {
		return nil, &UnreadableError{fmt.Errorf("reading %s: %w", recordPath, err), "git restore " + recordPath}
	}
	return r.Files, nil
}

// answersOf reads the answers out of what was written with them.
func answersOf(root string, hashes map[string]string) (project.Answers, error) {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return project.Answers{}, fmt.Errorf("reading go.mod: %w", err)
	}
	f := generator.Foreign{Module: modfile.ModulePath(mod), Auth: project.Basic, AuthDir: "internal/auth"}
	f.Program = programOf(f.Module)
	if _, ok := hashes[f.AuthDir+"/auth.go"]; !ok {
		f.AuthDir = project.AccountsDir + "/auth"
	}
	if _, ok := hashes[f.AuthDir+"/authmail/authmail.go"]; ok {
		f.Auth = project.Complete
	}
	if _, ok := hashes[project.AccountsDir+"/ratelimit/redis.go"]; ok {
		f.Features = []string{"redis"}
	}
	for name := range hashes {
		if path.Ext(name) == ".sql" && !strings.HasPrefix(name, "internal/accounts/") {
			f.Migrations = path.Dir(name)
		}
	}
	read := func(name string) string {
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(project.AccountsDir+"/"+name)))
		if err != nil {
			return "" // The owner has removed it; then its defaults do.
		}
		return string(content)
	}
	f.DB = dbOf(read("database/migrations/00001_create_users.sql"))
	f.Router = routerOf(read("router.go"))
	f.Handle = handleOf(read("handle.go"))
	return f.Answers(), nil
}

func dbOf(migration string) project.Database {
	switch {
	case strings.Contains(migration, "AUTO_INCREMENT"):
		return project.MySQL
	case strings.Contains(migration, "GENERATED") || strings.Contains(migration, "SERIAL") || strings.Contains(migration, "TIMESTAMPTZ"):
		return project.Postgres
	}
	return project.SQLite
}

var routerImport = lazyregexp.New(`"(github\.com/(?:gorilla/(mux)|go-chi/(chi)(?:/v[0-9]+)?|gin-gonic/(gin)|labstack/(echo)(?:/v[0-9]+)?|gofiber/(fiber)(?:/v[0-9]+)?))"`)

func routerOf(source string) generator.Router {
	m := routerImport.FindStringSubmatch(source)
	if m == nil {
		return generator.Router{Kind: project.Stdlib, Import: "net/http"}
	}
	kind := project.Router(strings.Join(m[2:], ""))
	if kind == "mux" {
		kind = project.Gorilla
	}
	return generator.Router{Kind: kind, Import: m[1]}
}

func handleOf(source string) string {
	for _, known := range []struct{ text, kind string }{
		{`"gorm.io/gorm"`, "gorm"}, {`"github.com/jinzhu/gorm"`, "gormv1"}, {`"github.com/jmoiron/sqlx"`, "sqlx"},
		{"/pgxpool\"", "pgxpool"}, {"*sql.DB", "sql"},
	} {
		if strings.Contains(source, known.text) {
			return known.kind
		}
	}
	return "none"
}
