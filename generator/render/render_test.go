package render

import (
	"strings"
	"testing"
	"testing/fstest"
)

func tree(names ...string) fstest.MapFS {
	files := make(fstest.MapFS)
	for _, name := range names {
		files["t/"+name] = &fstest.MapFile{Data: []byte("[[ . ]]\n")}
	}
	return files
}

func TestTreeRendersWhatTagsHoldFor(t *testing.T) {
	tags := Tags{
		Hold:    map[string]bool{"gin": true, "chi": false, "server": true},
		Folders: []Folder{{Path: "a/b", Tags: []string{"gin"}}, {Path: "a", Tags: []string{"chi"}}},
	}
	for name, want := range map[string]string{
		"x.go.tmpl":               "x.go",
		"x.go.gin.tmpl":           "x.go",
		"x.go.gin.server.tmpl":    "x.go",
		"x.go.chi.tmpl":           "",
		"x.go.server.chi.tmpl":    "",
		"x.go.gin":                "x.go.gin", // no template, hence no tags
		"x.other.tmpl":            "x.other",
		"gin.tmpl":                "gin",
		"a/x.tmpl":                "",
		"a/b/x.tmpl":              "a/b/x",
		"cmd/_program_/x.go.tmpl": "cmd/myapi/x.go",
		"_parts_/x.md.gin.tmpl":   "",
	} {
		files, err := Tree(tree(name), "t", Request{Tags: tags, Data: "data", Program: "myapi"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		switch {
		case want == "" && len(files) == 0:
		case len(files) != 1 || files[0].Path != want:
			t.Errorf("%s gives %v, want %q", name, files, want)
		case strings.HasSuffix(name, ".tmpl") != (string(files[0].Content) == "data\n"):
			t.Errorf("%s gives %q", name, files[0].Content)
		}
	}
}

func TestTreeRefusesTwoTemplatesForOnePath(t *testing.T) {
	tags := Tags{Hold: map[string]bool{"gin": true}}
	_, err := Tree(tree("x.go.gin.tmpl", "x.go.tmpl"), "t", Request{Tags: tags})
	if err == nil || !strings.Contains(err.Error(), "x.go.gin.tmpl and x.go.tmpl both give it") {
		t.Errorf("got %v", err)
	}
}
