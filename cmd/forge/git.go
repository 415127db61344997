package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// gitFinish returns the step that makes a project a git repository with one
// commit. It fails when git could not do that, before anything is written.
func gitFinish(ctx context.Context) (func(ctx context.Context, dir string) error, error) {
	path, err := exec.LookPath("git")
	if err != nil {
		return nil, &failure{code: exitFailed, message: "--git needs git, which is not in PATH; nothing was written", hint: "the same command without --git"}
	}
	git := gitProgram{path: path}
	if err := git.run(ctx, ".", "var", "GIT_COMMITTER_IDENT"); err != nil {
		return nil, &failure{
			code:    exitFailed,
			message: "--git needs to know who commits, and git doesn't; nothing was written\n" + err.Error(),
			hint:    `git config --global user.name "Your Name" && git config --global user.email you@example.com`,
		}
	}
	return git.commit, nil
}

type gitProgram struct{ path string }

func (g gitProgram) commit(ctx context.Context, dir string) error {
	for _, args := range [][]string{
		{"init", "--quiet"},
		{"add", "--all"},
		{"commit", "--quiet", "--message", "Write the service with forge"},
	} {
		err := g.run(ctx, dir, args...)
		if err != nil && context.Cause(ctx) == nil {
			return &failure{code: exitFailed, message: err.Error() + "\nnothing was written", hint: "the same command without --git"}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// run runs git so that nothing of it stays behind when it returns.
func (g gitProgram) run(ctx context.Context, dir string, args ...string) error {
	calm := []string{"-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false"}
	cmd := exec.CommandContext(ctx, g.path, append(calm, args...)...)
	cmd.Dir = dir
	cmd.Env = slices.DeleteFunc(os.Environ(), bindsRepository)
	output, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	message := strings.TrimSpace(string(output))
	return errors.Join(fmt.Errorf("running git %s: %w", args[0], err), errors.New(message))
}

// bindsRepository reports whether a variable ties git to some other repository,
// as it does in a git hook.
func bindsRepository(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX"}, name)
}
