package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/forge-go/forge/generator/gomod"
)

// tooOld explains a Go version that is too old, with the commands that raise it.
// Where git has everything, it is to have that too: "forge add auth" would take
// it for an uncommitted change.
func tooOld(ctx context.Context, root string, old *gomod.TooOldError) error {
	commands := []string{"go mod edit -go=" + old.Need}
	if gomod.FindWork(root) != "" {
		commands = append(commands, "go work use .")
	}
	commands = append(commands, "go mod tidy")
	if _, err := os.Stat(filepath.Join(root, "vendor", "modules.txt")); err == nil {
		commands = append(commands, "go mod vendor")
	}
	if changed, ok := uncommitted(ctx, root); ok && len(changed) == 0 {
		commands = append(commands, "git add .", fmt.Sprintf("git commit -m %q", "Use Go "+old.Need))
	}
	return &failure{code: exitRefused, message: old.Error(), hint: strings.Join(commands, " && ") + ", then the same command again"}
}
