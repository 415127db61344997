package main

import (
	"os"
	"strings"
	"testing"
)

const someChangelog = `# Changelog

## Unreleased

### Added

- Nothing yet.

## [1.3.0] - 2026-03-01

### Changed

- Log lines have an address,
  as the others have.

### Security

- Log-ins are counted by user.

## [1.2.0] - 2026-02-01

### Security

- Tokens end with their session.

## 1.1.0

### Added

- Fields.
`

func TestNewsSince(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"one version":             {"v1.2.0", "v1.3.0", "v1.3.0 Security Log-ins are counted by user.|v1.3.0 Changed Log lines have an address, as the others have."},
		"two, security first":     {"v1.1.0", "v1.3.0", "v1.3.0 Security Log-ins are counted by user.|v1.2.0 Security Tokens end with their session.|v1.3.0 Changed Log lines have an address, as the others have."},
		"not what comes later":    {"v1.0.0", "v1.1.0", "v1.1.0 Added Fields."},
		"a build without version": {"v1.3.0", "(devel)", "Unreleased Added Nothing yet."},
		"nothing":                 {"v1.3.0", "v1.3.0", ""},
		"back":                    {"v1.3.0", "v1.1.0", ""},
		"from one without":        {"(devel)", "v1.3.0", ""},
	} {
		var got []string
		for _, e := range newsSince(someChangelog, c.from, c.to) {
			got = append(got, e.Version+" "+e.Kind+" "+e.Text)
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if len(newsSince(changelog, "v0.0.1", "(devel)")) == 0 {
		t.Error("CHANGELOG.md tells nothing")
	}
	if above, err := os.ReadFile("../../CHANGELOG.md"); err != nil || string(above) != changelog {
		t.Errorf("changelog.md is no copy of CHANGELOG.md (%v)\nTry: make changelog", err)
	}
}
