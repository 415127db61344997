// Package adopt adds accounts to a module that forge did not make.
//
//	NewSurvey → Survey.Plan → txn.Apply
//
// NewSurvey reads the module (package scan): routers (wire), and the database,
// migrations and log-in code that are there already (notice). The caller resolves what
// is open, by asking or by flags. Plan renders the new packages
// (generator.NewForeign), adds to go.mod what they need (gomod) and one line to the
// user's file, and has the go command check all of it. If there is a doubt, the plan
// leaves the user's files alone and has the lines to add by hand.
package adopt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt/guard"
	"github.com/forge-go/forge/generator/adopt/notice"
	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/adopt/wire"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/migration"
	"github.com/forge-go/forge/generator/project"
)

// Survey is what there is to know about a module before anything is decided.
type Survey struct {
	Root       string       // absolute
	Module     string       // its path
	Mode       project.Mode // Basic or Complete
	Candidates []*wire.Candidate
	Choice     wire.Selection
	Notices    []notice.Notice
	// DB is the database that follows from the module's drivers, or empty.
	DB         project.Database
	Migrations migration.Folder
	// Database is where the program opens one, if HasDatabase.
	Database    scan.Position
	HasDatabase bool
	// Server is one that forge has no routers of, or nil, where there is no other
	// candidate.
	Server *notice.Server
	// TooOld describes how the module's Go version has to rise, or is nil.
	TooOld *gomod.TooOldError
	// Wired is where the module calls Mount already, if IsWired.
	Wired   scan.Position
	IsWired bool
	// Listing is the time that the go command took for listing packages.
	Listing time.Duration

	module       *scan.Module
	mod, raised  []byte // go.mod, and the same with a Go version that will do
	hasMigration bool
	ours         record
	dir          string // of accounts, if it is another than usual
	names        notice.Names
	version      string
}

// Flags are what the user said on the command line.
type Flags struct {
	Mode   project.Mode
	Router project.Router // only routers of this kind; empty: any
	At     string         // FILE:LINE, or empty
	// TablePrefix and PathPrefix begin the names of tables and the paths of routes;
	// empty: as before, or nothing.
	TablePrefix, PathPrefix string
	// Version is forge's own, for what the module remembers.
	Version string
}

// ErrNoModule reports that a folder is in no Go module.
var ErrNoModule = errors.New("there is no go.mod here or in a folder above")

// UnreadableError reports that a module can't be read. Help is the command that
// mends that, or shows more of it.
type UnreadableError struct {
	Err  error
	Help string
}

func (e *UnreadableError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *UnreadableError) Unwrap() error { return e.Err }

// NewSurvey reads the module that dir is in. The error is an *UnreadableError
// when the module is not one that the go command could build.
func NewSurvey(ctx context.Context, dir string, flags Flags) (*Survey, error) {
	root, mod, err := findModule(dir)
	if err != nil {
		return nil, err
	}
	s := &Survey{Root: root, Module: modfile.ModulePath(mod), Mode: flags.Mode, mod: mod, version: flags.Version}
	if s.Module == "" {
		return nil, &UnreadableError{fmt.Errorf("%s names no module", filepath.Join(root, "go.mod")), "go mod edit -module example.com/name"}
	}
	if s.raised, s.TooOld, err = gomod.Raise(mod, generator.ModulesGoVersion); err != nil {
		return nil, &UnreadableError{err, "go mod edit -fmt"}
	}
	if s.ours, err = readRecord(root); err != nil {
		return nil, err
	}
	if s.dir, err = s.findDir(); err != nil {
		return nil, err
	}
	if s.module, err = scan.Load(ctx, root, s.Module, s.ours.has); err != nil {
		return nil, &UnreadableError{err, "go list ./..."}
	}
	s.Listing = s.module.Listing
	if s.Wired, s.IsWired = notice.Mounted(s.module, s.Module+"/"+s.accountsDir()); s.IsWired {
		return s, nil
	}
	if dialects := notice.Dialects(s.module); len(dialects) == 1 {
		s.DB = dialects[0]
	}
	s.Migrations, s.hasMigration = notice.FindMigrations(s.module)
	s.names = s.ours.names(flags)
	s.Notices = notice.Find(s.module, s.names)
	s.Database, s.HasDatabase = s.module.Opened()
	return s, s.choose(flags)
}

// FindRoot returns the folder of the module that dir is in.
func FindRoot(dir string) (string, error) {
	root, _, err := findModule(dir)
	return root, err
}

// IsForges reports whether an earlier run wrote a file that is still as it was.
func (s *Survey) IsForges(name string) bool {
	content, err := os.ReadFile(filepath.Join(s.Root, filepath.FromSlash(name)))
	return strings.HasPrefix(name, ".forge/") || err == nil && s.ours.has(name) && s.ours.unchanged(name, content)
}

// findModule returns the folder and the content of the nearest go.mod.
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

func (s *Survey) choose(flags Flags) error {
	s.Candidates = wire.Candidates(s.module)
	if flags.Router != "" {
		s.Candidates = slices.DeleteFunc(s.Candidates, func(c *wire.Candidate) bool { return c.Router.Kind != flags.Router })
	}
	if flags.At == "" {
		s.Choice = wire.Choose(s.Candidates)
		if server, ok := notice.OtherServer(s.module); ok && len(s.Candidates) == 0 {
			s.Server = &server
			s.Choice.Why.Text = fmt.Sprintf("the program serves with %s (%s), which does not call the handlers of net/http by itself", server.Module, server.Position)
		}
		return nil
	}
	at, err := wire.At(s.module, s.Candidates, flags.At)
	if err != nil {
		return err
	}
	s.Choice = wire.Selection{Taken: at}
	return nil
}

// Clash is the first notice of something that both can't be, or nil.
func (s *Survey) Clash() *notice.Notice {
	for i := range s.Notices {
		if s.Notices[i].Grade == notice.Clash {
			return &s.Notices[i]
		}
	}
	return nil
}

// Against lists the notices for which accounts need a question answered first.
func (s *Survey) Against() []notice.Notice {
	return slices.DeleteFunc(slices.Clone(s.Notices), func(n notice.Notice) bool { return n.Grade != notice.LogIn && n.Grade != notice.Doubt })
}

// Beside lists those that are no reason against accounts.
func (s *Survey) Beside() []notice.Notice {
	return slices.DeleteFunc(slices.Clone(s.Notices), func(n notice.Notice) bool { return n.Grade != notice.Beside })
}

// OwnRoute is one of the program's own routes that may well be for users alone,
// if there is one.
func (s *Survey) OwnRoute() (guard.Route, bool) {
	for _, r := range guard.Find(s.module, s.Module+"/"+s.accountsDir()) {
		if !r.Group && len(r.Path) > 1 && r.Guard == "" && !openToAll.MatchString(r.Path) && !strings.ContainsAny(r.Path, "*%") {
			return r, true
		}
	}
	return guard.Route{}, false
}

// openToAll matches paths that programs rarely keep for users.
var openToAll = lazyregexp.New(`(?i)/(health|healthz|ready|readyz|live|livez|ping|version|metrics|debug|static|assets|favicon|robots|swagger|docs|auth|oauth2?|login|log-in|logout|register|signin|sign-in|signup|sign-up|callback|webhooks?)\b`)

// ParsesTime reports whether the module's code asks MySQL's driver for times.
func (s *Survey) ParsesTime() bool { return s.module.ParsesTime() }

// Packages is how many packages were read.
func (s *Survey) Packages() int { return s.module.CountPackages() }

// program is the module's name for people.
func (s *Survey) program() string { return programOf(s.Module) }

func programOf(module string) string {
	name := path.Base(module)
	if majorVersion.MatchString(name) && strings.Contains(module, "/") {
		name = path.Base(path.Dir(module))
	}
	return name
}

var majorVersion = lazyregexp.New(`^v[0-9]+$`)

// findDir returns the folder of accounts, if it is another than usual: that of a
// module with a folder internal/accounts of its own.
func (s *Survey) findDir() (string, error) {
	if len(s.ours.Files) > 0 {
		if s.ours.answers.Foreign != nil {
			return s.ours.answers.Foreign.Dir, nil
		}
		return "", nil
	}
	for _, dir := range []string{project.AccountsDir, project.OtherAccountsDir} {
		entries, err := os.ReadDir(filepath.Join(s.Root, filepath.FromSlash(dir)))
		switch {
		case err != nil && !errors.Is(err, os.ErrNotExist):
			return "", fmt.Errorf("looking for accounts: %w", err)
		case len(entries) == 0 && dir == project.AccountsDir:
			return "", nil
		case len(entries) == 0:
			return dir, nil
		case slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "mounted.go" }):
			return "", &InTheWayError{[]string{dir}} // forge's, but .forge is not there.
		}
	}
	return "", &InTheWayError{[]string{project.AccountsDir, project.OtherAccountsDir}}
}

// accountsDir is where everything goes except package auth.
func (s *Survey) accountsDir() string { return cmp.Or(s.dir, project.AccountsDir) }

// authDir is where package auth goes: beside the wiring when the module has a
// folder of that name.
func (s *Survey) authDir() string {
	if s.module.HasFolder(generator.DefaultAuthDir) && !s.ours.has(generator.DefaultAuthDir+"/auth.go") {
		return s.accountsDir() + "/auth"
	}
	return generator.DefaultAuthDir
}
