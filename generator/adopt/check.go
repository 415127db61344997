package adopt

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/forge-go/forge/generator/adopt/notice"
	"github.com/forge-go/forge/generator/adopt/wire"
	"github.com/forge-go/forge/generator/compile"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/generator/txn"
)

// wire adds the line to the candidate's file, and what it needs around it.
// If the result would not build, Why is the reason, and Edit stays nil.
func (p *Plan) wire(ctx context.Context, c *wire.Candidate) error {
	if at, ok := notice.ImportedBelow(p.survey.module, "github.com/glebarez"); ok && p.Foreign.DB == project.SQLite && p.Foreign.Handle == "none" {
		p.leave(fmt.Sprintf("the driver of %s and that of accounts' own database have the same name", at))
		return nil
	}
	edit, err := c.Edit(p.Foreign.AccountsImport())
	if err != nil {
		why := wire.Reason{Text: err.Error()}
		if unformatted, ok := errors.AsType[*wire.UnformattedError](err); ok {
			why.Cure = "gofmt -w " + shell.Quote(unformatted.Path) + " && "
		}
		p.Why = append(p.Why, why)
		return nil
	}
	p.Changes = append(p.Changes, txn.Change{Path: edit.Path, Old: edit.Old, New: edit.New})
	p.putModules()
	if err := p.putReadme(); err != nil {
		return err
	}
	verdict, err := p.check(ctx, "./...")
	switch {
	case err != nil:
		return err
	case len(verdict.Added) > 0:
		why := "with the line, the module would not build:\n"
		if p.unresolved {
			why = "the go command can't get all modules that accounts need (once it can, run the same command again):\n"
		}
		p.leave(why + strings.Join(verdict.Added[:min(len(verdict.Added), 10)], "\n"))
		return nil
	case verdict.Before:
		// Something else does not build; what the line touches must.
		if verdict, err = p.check(ctx, "./"+path.Dir(edit.Path)); err != nil {
			return err
		}
		if verdict.Before || len(verdict.Added) > 0 {
			p.leave("the package did not build before, so forge can't check the line")
			return nil
		}
	}
	p.Edit = &edit
	return nil
}

// leave notes a reason to leave the line to the user.
func (p *Plan) leave(reason string) { p.Why = append(p.Why, wire.Reason{Text: reason}) }

// testPatience is how long the module's own tests may take.
const testPatience = 5 * time.Minute

// test runs those of the module's own tests that the line may break. If one breaks,
// Why is the reason, and Edit becomes nil.
func (p *Plan) test(ctx context.Context, importPath string) error {
	begin := time.Now()
	defer func() { p.Checking += time.Since(begin) }()
	patient, cancel := context.WithTimeout(ctx, testPatience)
	defer cancel()
	verdict, err := compile.Test(patient, p.survey.Root, p.Changes, importPath)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		p.leave(fmt.Sprintf("the module's own tests did not end within %s (--no-test leaves them out)", testPatience))
		p.Edit = nil
		return nil
	}
	if err != nil {
		return err
	}
	p.Tested = verdict.Packages
	if len(verdict.Broken) > 0 {
		p.leave(fmt.Sprintf("with the line, tests of yours would fail that pass now (--no-test leaves them out): %s\n%s",
			strings.Join(verdict.Broken[:min(len(verdict.Broken), 5)], ", "), firstLines(verdict.Output, 10)))
		p.Edit = nil
	}
	return nil
}

func firstLines(text string, most int) string {
	lines := strings.SplitAfter(text, "\n")
	return strings.TrimSpace(strings.Join(lines[:min(len(lines), most)], ""))
}

// check lets the go command compile packages of the module with the changes.
func (p *Plan) check(ctx context.Context, packages string) (compile.Verdict, error) {
	begin := time.Now()
	defer func() { p.Checking += time.Since(begin) }()
	return compile.Build(ctx, p.survey.Root, p.Changes, packages)
}
