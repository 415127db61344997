package adopt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/forge-go/forge/generator/compile"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/internal/gotext"
)

// tidyPatience is how long go mod tidy may take; it may want the network.
const tidyPatience = time.Minute

// resolve finds the go.mod and go.sum that the module needs with the new
// packages. Raising one module can raise others, which only the go command
// knows: it completes a copy, by go mod tidy or else, where that fails for want
// of a network, by listing what the packages import. A result that would touch
// more than that is not taken; then the command is left to the user.
func (p *Plan) resolve(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(p.survey.Root, "vendor", "modules.txt")); err == nil {
		p.Left = append(p.Left, "go mod vendor")
	}
	sum, err := os.ReadFile(filepath.Join(p.survey.Root, "go.sum"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("reading go.sum: %w", err)
	}
	p.oldSum = sum
	p.mod, p.sum = p.modules.Mod, gomod.AddSums(sum, p.added.PinnedSum)
	patient, cancel := context.WithTimeout(ctx, tidyPatience)
	defer cancel()
	if ok, err := p.complete(patient, "mod", "tidy"); ok || err != nil {
		return err
	}
	ok, err := p.complete(ctx, "list", "-deps", "./...")
	p.unresolved = !ok
	if err == nil && (ok || !InWorkspace(p.survey.Root)) {
		p.Left = append([]string{"go mod tidy"}, p.Left...)
	}
	return err
}

// InWorkspace reports whether the go command would use a go.work: then a module
// may be complete only together with others, and can't be tidied alone.
func InWorkspace(root string) bool {
	if given := os.Getenv("GOWORK"); given != "" {
		return given != "off"
	}
	for dir := root; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

// complete lets a go command complete copies of go.mod and go.sum, and takes
// them when they keep what the module had. Nothing is written into the module.
func (p *Plan) complete(ctx context.Context, args ...string) (ok bool, err error) {
	begin := time.Now()
	defer func() { p.Checking += time.Since(begin) }()
	dir, err := os.MkdirTemp("", "forge-modules-")
	if err != nil {
		return false, fmt.Errorf("completing go.mod: %w", err)
	}
	defer os.RemoveAll(dir)
	mod, sum := filepath.Join(dir, "go.mod"), filepath.Join(dir, "go.sum")
	if err := errors.Join(os.WriteFile(mod, p.mod, 0o600), os.WriteFile(sum, p.sum, 0o600)); err != nil {
		return false, fmt.Errorf("completing go.mod: %w", err)
	}
	overlay, err := compile.WriteOverlay(dir, p.survey.Root, p.Changes)
	if err != nil {
		return false, fmt.Errorf("completing go.mod: %w", err)
	}
	at := 1
	if args[0] == "mod" {
		at = 2
	}
	cmd := exec.CommandContext(ctx, "go", slices.Concat(args[:at], []string{"-modfile", mod, "-overlay", overlay}, args[at:])...)
	cmd.Dir = p.survey.Root
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOTOOLCHAIN=local")
	if cmd.Run() != nil {
		return false, nil
	}
	newMod, err := os.ReadFile(mod)
	if err != nil {
		return false, fmt.Errorf("completing go.mod: %w", err)
	}
	newSum, err := os.ReadFile(sum)
	if err != nil {
		return false, fmt.Errorf("completing go.mod: %w", err)
	}
	if !keepsRequirements(p.survey.mod, newMod) {
		return false, nil
	}
	p.mod, p.sum = gotext.Like(p.survey.mod, newMod), gotext.Like(p.oldSum, newSum)
	return true, nil
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
