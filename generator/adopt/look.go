// Package adopt adds accounts to a module that forge did not make.
//
//	Look → Look.Plan → txn.Apply
//
// NewLook reads the module: routers, database, migrations, and what is there
// already (package inject). The caller decides what is open, by asking or by
// flags. Plan renders the new packages (generator.NewForeign), gives go.mod
// what they need (gomod), adds the one line to the user's file, and lets the go
// command check it all. Where that can't be done without doubt, the plan leaves
// the user's files alone and has the lines to add by hand.
package adopt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/inject"
)

// Look is what there is to know about a module before anything is decided.
type Look struct {
	Root       string // absolute
	Module     string // its path
	Mode       string // basic, complete
	Candidates []*inject.Candidate
	Choice     inject.Choice
	Notices    []inject.Notice
	// DB is the database that the module's drivers tell, or empty.
	DB         string
	Migrations inject.Migrations
	// Database is where the program opens one, if HasDatabase.
	Database    inject.Position
	HasDatabase bool
	// Wired is where the module calls Mount already, if IsWired.
	Wired   inject.Position
	IsWired bool
	// Listing is the time that the go command took for listing packages.
	Listing time.Duration

	module       *inject.Module
	mod          []byte
	hasMigration bool
	ours         record
}

// Wishes are what the user said on the command line.
type Wishes struct {
	Mode   string
	Router string // only routers of this kind; empty: any
	At     string // FILE:LINE, or empty
}

// ErrNoModule says that a folder is in no Go module.
var ErrNoModule = errors.New("there is no go.mod here or in a folder above")

// NewLook reads the module that dir is in. The error is a *gomod.TooOldError
// when the module's Go version is too old.
func NewLook(ctx context.Context, dir string, w Wishes) (*Look, error) {
	root, mod, err := findModule(dir)
	if err != nil {
		return nil, err
	}
	l := &Look{Root: root, Module: modfile.ModulePath(mod), Mode: w.Mode, mod: mod}
	if l.Module == "" {
		return nil, fmt.Errorf("%s names no module", filepath.Join(root, "go.mod"))
	}
	// The plan asks for the very version; this saves reading the module in vain.
	if err := gomod.CheckGo(mod, generator.ModulesGoVersion); err != nil {
		return nil, err
	}
	if l.ours, err = readRecord(root); err != nil {
		return nil, err
	}
	if entries, err := os.ReadDir(filepath.Join(root, "internal", "accounts")); err == nil && len(entries) > 0 && len(l.ours.Files) == 0 {
		return nil, &InTheWayError{[]string{"internal/accounts"}}
	}
	if l.module, err = inject.Load(ctx, root, l.Module, l.ours.has); err != nil {
		return nil, err
	}
	l.Listing = l.module.Listing
	if l.Wired, l.IsWired = l.module.Mounted(l.Module + "/internal/accounts"); l.IsWired {
		return l, nil
	}
	if dialects := l.module.Dialects(); len(dialects) == 1 {
		l.DB = dialects[0]
	}
	l.Migrations, l.hasMigration = l.module.Migrations()
	l.Notices = l.module.Notices(w.Mode)
	l.Database, l.HasDatabase = l.module.Opened()
	return l, l.choose(w)
}

// FindRoot gives the folder of the module that dir is in.
func FindRoot(dir string) (string, error) {
	root, _, err := findModule(dir)
	return root, err
}

// IsForges says whether an earlier run wrote a file that is still as it was.
func (l *Look) IsForges(name string) bool {
	content, err := os.ReadFile(filepath.Join(l.Root, filepath.FromSlash(name)))
	return strings.HasPrefix(name, ".forge/") || err == nil && l.ours.has(name) && l.ours.unchanged(name, content)
}

// findModule gives the folder and the content of the nearest go.mod.
func findModule(dir string) (root string, mod []byte, err error) {
	root, err = filepath.Abs(dir)
	if err != nil {
		return "", nil, fmt.Errorf("finding the module: %w", err)
	}
	for {
		mod, err = os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			root, err = filepath.EvalSymlinks(root)
			return root, mod, err
		}
		if !errors.Is(err, os.ErrNotExist) {
			return "", nil, fmt.Errorf("reading go.mod: %w", err)
		}
		parent := filepath.Dir(root)
		if parent == root {
			return "", nil, ErrNoModule
		}
		root = parent
	}
}

func (l *Look) choose(w Wishes) error {
	l.Candidates = l.module.Candidates()
	if w.Router != "" {
		l.Candidates = slices.DeleteFunc(l.Candidates, func(c *inject.Candidate) bool { return c.Router.Kind != w.Router })
	}
	if w.At == "" {
		l.Choice = inject.Choose(l.Candidates)
		return nil
	}
	at, err := l.module.At(l.Candidates, w.At)
	if err != nil {
		return err
	}
	l.Choice = inject.Choice{Taken: at}
	return nil
}

// Clash is the first notice of something that both can't be, or nil.
func (l *Look) Clash() *inject.Notice {
	for i := range l.Notices {
		if l.Notices[i].Clash {
			return &l.Notices[i]
		}
	}
	return nil
}

// Packages is how many packages were read.
func (l *Look) Packages() int { return l.module.Packages() }

// program is the module's name for people.
func (l *Look) program() string {
	name := path.Base(l.Module)
	if majorVersion.MatchString(name) && strings.Contains(l.Module, "/") {
		name = path.Base(path.Dir(l.Module))
	}
	return name
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// authDir is where package auth goes: beside the wiring when the module has a
// folder of that name.
func (l *Look) authDir() string {
	if l.module.HasFolder(generator.DefaultAuthDir) && !l.ours.has(generator.DefaultAuthDir+"/auth.go") {
		return "internal/accounts/auth"
	}
	return generator.DefaultAuthDir
}
