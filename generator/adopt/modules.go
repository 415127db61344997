package adopt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/forge-go/forge/generator/compile"
	"github.com/forge-go/forge/generator/gomod"
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
	// A test may import what is not there, such as mocks that nobody committed.
	left := "go mod tidy"
	if ok, err := p.complete(patient, "mod", "tidy", "-e"); err != nil {
		return err
	} else if ok {
		left = "go mod tidy -e"
	}
	ok, err := p.complete(ctx, "list", "-deps", "./...")
	p.unresolved = !ok
	if err == nil && (ok || gomod.FindWork(p.survey.Root) == "") {
		p.Left = append([]string{left}, p.Left...)
	}
	return err
}

// complete lets a go command complete go.mod and go.sum.
func (p *Plan) complete(ctx context.Context, args ...string) (ok bool, err error) {
	begin := time.Now()
	defer func() { p.Checking += time.Since(begin) }()
	done, ok, err := compile.Complete(ctx, p.survey.Root, p.Changes, compile.Modules{Mod: p.mod, Sum: p.sum}, p.survey.raised, args...)
	if ok {
		p.mod, p.sum = done.Mod, done.Sum
	}
	return ok, err
}
