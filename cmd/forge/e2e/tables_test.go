//go:build unix

package e2e

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/feature"
)

// TestReadmeTables compares the endpoints in the README with the OpenAPI
// document that the service answers, with all features.
func TestReadmeTables(t *testing.T) {
	for _, mode := range generator.AuthChoice().Names() {
		t.Run(mode, func(t *testing.T) {
			p := newProjectWith(t, mode, "sqlite", "stdlib", feature.Names(feature.For(mode))...)
			s := p.start(t)
			_, document := s.call(t, "GET", "/openapi.json", "", nil)
			compare(t, endpointsOf(p.readme), operationsOf(t, document))
		})
	}
}

func compare(t *testing.T, readme, service []string) {
	t.Helper()
	for _, name := range readme {
		if !slices.Contains(service, name) {
			t.Errorf("README.md has %s, which the service lacks", name)
		}
	}
	for _, name := range service {
		if !slices.Contains(readme, name) {
			t.Errorf("README.md lacks %s", name)
		}
	}
}

var setting = regexp.MustCompile(`(?m)^([A-Z][A-Z_]+)=`)

func settingsOf(example string) []string {
	var names []string
	for _, match := range setting.FindAllStringSubmatch(example, -1) {
		names = append(names, match[1])
	}
	return names
}

// unspoken are routes that the OpenAPI document leaves out.
func unspoken() []string {
	return []string{"GET /", "GET /docs", "GET /openapi.json", "GET /dev/mailbox", "GET /dev/account", "GET /verify-email", "GET /reset-password"}
}

// endpointsOf returns the README's endpoints that are operations of the API.
func endpointsOf(r readme) []string {
	var endpoints []string
	for _, row := range r.rows {
		method, _, _ := strings.Cut(row.cells[0], " ")
		if row.section != "Endpoints" || method != strings.ToUpper(method) || !strings.Contains(row.cells[0], "`/") {
			continue
		}
		for i, part := range strings.Split(row.cells[0], "`") {
			path, _, _ := strings.Cut(part, "?")
			if endpoint := method + " " + path; i%2 == 1 && !slices.Contains(unspoken(), endpoint) {
				endpoints = append(endpoints, endpoint)
			}
		}
	}
	return endpoints
}

func operationsOf(t *testing.T, document map[string]any) []string {
	t.Helper()
	paths, ok := document["paths"].(map[string]any)
	if !ok {
		t.Fatalf("/openapi.json has no paths: %v", document)
	}
	var operations []string
	for path, item := range paths {
		methods, _ := item.(map[string]any)
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPost, http.MethodPatch, http.MethodDelete} {
			if _, ok := methods[strings.ToLower(method)]; ok {
				operations = append(operations, method+" "+path)
			}
		}
	}
	return operations
}

var makeTarget = regexp.MustCompile("[`\n]make ([a-z]+)")

// TestReadmeNamesWhatIsThere looks for the commands and the automatic checks
// that the pages name.
func TestReadmeNamesWhatIsThere(t *testing.T) {
	for _, mode := range generator.AuthChoice().Names() {
		t.Run(mode, func(t *testing.T) {
			p := newProject(t, mode)
			makefile := p.read(t, "Makefile")
			for _, page := range p.pages(t) {
				for _, match := range makeTarget.FindAllStringSubmatch(p.read(t, page), -1) {
					if !strings.Contains(makefile, "\n"+match[1]+":") {
						t.Errorf("%s names make %s, which the Makefile lacks", page, match[1])
					}
				}
			}
			for file, want := range map[string]string{
				"Makefile":                 "\nlint:",
				".github/workflows/ci.yml": "make vulncheck",
				".github/dependabot.yml":   "gomod",
				"Dockerfile":               "\nUSER ",
			} {
				if !strings.Contains(p.read(t, file), want) {
					t.Errorf("%s lacks %q", file, want)
				}
			}
		})
	}
}
