package adopt

import (
	"bytes"
	"context"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/forge-go/forge/generator/inject"
	"github.com/forge-go/forge/generator/txn"
)

// tidyPatience is how long go mod tidy may take; it may want the network.
const tidyPatience = time.Minute

// tidy lets the go command complete go.mod and go.sum in a copy. Its result is
// taken if it leaves alone what was there before; otherwise, or when it fails,
// the command is left to the user.
func (p *Plan) tidy(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(p.look.Root, "vendor", "modules.txt")); err == nil {
		p.Left = append(p.Left, "go mod vendor")
	}
	ctx, cancel := context.WithTimeout(ctx, tidyPatience)
	defer cancel()
	mod, sum, err := p.tidied(ctx)
	if err != nil {
		return err
	}
	if mod == nil || !keepsRequirements(p.look.mod, mod) {
		p.Left = append([]string{"go mod tidy"}, p.Left...)
		return nil
	}
	p.replace("go.mod", mod)
	p.replace("go.sum", sum)
	return nil
}

// tidied gives the go.mod and go.sum that go mod tidy makes of the module with
// the changes, or nil if it can't. Nothing is written into the module.
func (p *Plan) tidied(ctx context.Context) (mod, sum []byte, err error) {
	dir, err := os.MkdirTemp("", "forge-tidy-")
	if err != nil {
		return nil, nil, fmt.Errorf("tidying go.mod: %w", err)
	}
	defer os.RemoveAll(dir)
	overlay, err := inject.WriteOverlay(dir, p.look.Root, p.overlay())
	if err != nil {
		return nil, nil, fmt.Errorf("tidying go.mod: %w", err)
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		if err := os.WriteFile(filepath.Join(dir, name), p.content(name), 0o600); err != nil {
			return nil, nil, fmt.Errorf("tidying go.mod: %w", err)
		}
	}
	cmd := exec.CommandContext(ctx, "go", "mod", "tidy", "-modfile", filepath.Join(dir, "go.mod"), "-overlay", overlay)
	cmd.Dir = p.look.Root
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	begin := time.Now()
	err = cmd.Run()
	p.Checking += time.Since(begin)
	if err != nil {
		return nil, nil, nil
	}
	if mod, err = os.ReadFile(filepath.Join(dir, "go.mod")); err != nil {
		return nil, nil, fmt.Errorf("tidying go.mod: %w", err)
	}
	if sum, err = os.ReadFile(filepath.Join(dir, "go.sum")); err != nil {
		return nil, nil, fmt.Errorf("tidying go.mod: %w", err)
	}
	return mod, sum, nil
}

// content is a file as it would be after the changes.
func (p *Plan) content(name string) []byte {
	for _, change := range p.Changes {
		if change.Path == name {
			return change.New
		}
	}
	content, err := os.ReadFile(filepath.Join(p.look.Root, name))
	if err != nil {
		return nil
	}
	return content
}

func (p *Plan) replace(name string, content []byte) {
	for i := range p.Changes {
		if p.Changes[i].Path == name {
			p.Changes[i].New = content
			if bytes.Equal(p.Changes[i].Old, content) {
				p.Changes = append(p.Changes[:i], p.Changes[i+1:]...)
			}
			return
		}
	}
	old, err := os.ReadFile(filepath.Join(p.look.Root, name))
	if err == nil && !bytes.Equal(old, content) {
		p.Changes = append(p.Changes, txn.Change{Path: name, Old: old, New: content})
	}
}

// keepsRequirements says whether the module's own requirements and Go version
// are all in the new go.mod, none of them lower.
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
		if versions[r.Mod.Path] == "" {
			return false
		}
	}
	return true
}

// importsIn lists what a Go file imports.
func importsIn(source []byte) []string {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ImportsOnly)
	if err != nil {
		return nil // It was formatted a moment ago.
	}
	var all []string
	for _, spec := range file.Imports {
		all = append(all, strings.Trim(spec.Path.Value, `"`))
	}
	return all
}
