package docs_test

import (
	"os"
	"testing"

	"github.com/forge-go/forge/generator/feature"
)

// The tests that docs/features.md names are in a project with all features.
func TestFeaturesPage(t *testing.T) {
	content, err := os.ReadFile("features.md")
	if err != nil {
		t.Fatal(err)
	}
	files := projectFiles(t, "complete", feature.Names(feature.All())...)
	names := namedTests(string(content))
	if len(names) == 0 {
		t.Error("the page names no test")
	}
	for _, name := range names {
		checkTest(t, "docs/features.md", "complete", name, files)
	}
}
