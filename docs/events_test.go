package docs_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/feature"
)

// TestEventsAreListed compares the events that a project of each mode logs, with all
// features that it can have, with those that its pages list.
func TestEventsAreListed(t *testing.T) {
	logged := regexp.MustCompile(`(?:audit\(ctx, slog\.Level\w+, |"event", )"([a-z_]+)"`)
	listed := regexp.MustCompile("`((?:authn|authz|user|session|excess|input)_[a-z_]+)`")
	for _, mode := range []string{"none", "basic", "complete"} {
		t.Run(mode, func(t *testing.T) {
			inCode, onPages := make(map[string]bool), make(map[string]bool)
			for name, content := range projectFiles(t, mode, feature.Names(feature.For(mode))...) {
				pattern, found := listed, onPages
				switch {
				case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
					pattern, found = logged, inCode
				case !strings.HasPrefix(name, "docs/"):
					continue
				}
				for _, match := range pattern.FindAllStringSubmatch(content, -1) {
					found[match[1]] = true
				}
			}
			delete(onPages, "user_id") // a key of lines and answers
			if len(inCode) == 0 || !maps.Equal(inCode, onPages) {
				t.Errorf("the events are\n%q\nlisted are\n%q", slices.Sorted(maps.Keys(inCode)), slices.Sorted(maps.Keys(onPages)))
			}
		})
	}
}
