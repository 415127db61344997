package compile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/txn"
)

// Modules are a go.mod and its go.sum.
type Modules struct{ Mod, Sum []byte }

// Complete lets a go command, such as "mod tidy", complete the modules of the
// module in root as it is with the changes; args may begin with "mod". Nothing is
// written into the module. It reports false when the command fails, as it does
// without a network, or when the outcome lacks something that the go.mod keep requires.
func Complete(ctx context.Context, root string, changes []txn.Change, modules Modules, keep []byte, args ...string) (Modules, bool, error) {
	done, ok, err := complete(ctx, root, changes, modules, args)
	if err != nil {
		return Modules{}, false, fmt.Errorf("completing go.mod: %w", err)
	}
	return done, ok && keepsRequirements(keep, done.Mod), nil
}

func complete(ctx context.Context, root string, changes []txn.Change, modules Modules, args []string) (done Modules, ok bool, err error) {
	code := slices.DeleteFunc(slices.Clone(changes), func(c txn.Change) bool { return c.Path == "go.mod" || c.Path == "go.sum" })
	dir, overlay, err := newOverlay(root, code)
	if err != nil {
		return done, false, err
	}
	defer os.RemoveAll(dir)
	mod, sum := filepath.Join(dir, "go.mod"), filepath.Join(dir, "go.sum")
	if err := errors.Join(os.WriteFile(mod, modules.Mod, 0o600), os.WriteFile(sum, modules.Sum, 0o600)); err != nil {
		return done, false, err
	}
	at := 1
	if args[0] == "mod" {
		at = 2
	}
	cmd := exec.CommandContext(ctx, "go", slices.Concat(args[:at], []string{"-modfile", mod, "-overlay", overlay}, args[at:])...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOTOOLCHAIN=local")
	if cmd.Run() != nil {
		return done, false, nil
	}
	if done.Mod, err = os.ReadFile(mod); err != nil {
		return done, false, err
	}
	if done.Sum, err = os.ReadFile(sum); err != nil {
		return done, false, err
	}
	done = Modules{gotext.Like(modules.Mod, done.Mod), gotext.Like(modules.Sum, done.Sum)}
	return done, true, nil
}

// keepsRequirements reports whether the module's Go version and the requirements
// that it has itself are in the new go.mod, none of them lower.
func keepsRequirements(before, after []byte) bool {
	old, err := modfile.ParseLax("go.mod", before, nil)
	if err != nil {
		return false
	}
	tidy, err := modfile.ParseLax("go.mod", after, nil)
	if err != nil || old.Go.Version != tidy.Go.Version || (old.Toolchain == nil) != (tidy.Toolchain == nil) {
		return false
	}
	versions := make(map[string]string)
	for _, r := range tidy.Require {
		versions[r.Mod.Path] = r.Mod.Version
	}
	for _, r := range old.Require {
		if version := versions[r.Mod.Path]; version == "" && !r.Indirect || version != "" && semver.Compare(version, r.Mod.Version) < 0 {
			return false
		}
	}
	return true
}
