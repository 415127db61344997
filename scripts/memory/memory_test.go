package memory

import (
	"os"
	"testing"
)

func TestUseForTemp(t *testing.T) {
	t.Setenv("TMPDIR", "/somewhere")
	end, err := UseForTemp()
	if got := os.Getenv("TMPDIR"); err != nil || got != "/somewhere" {
		t.Errorf("TMPDIR was set and is now %q, %v", got, err)
	}
	if err := end(); err != nil {
		t.Error(err)
	}

	t.Setenv("TMPDIR", "")
	if end, err = UseForTemp(); err != nil {
		t.Fatal(err)
	}
	folder := os.Getenv("TMPDIR")
	if hasRoom(place) != (folder != "") {
		t.Errorf("there is room in memory: %v; TMPDIR is %q", hasRoom(place), folder)
	}
	if info, err := os.Stat(os.TempDir()); err != nil || !info.IsDir() {
		t.Errorf("the place of temporary files: %v", err)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(folder); folder != "" && !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", folder, err)
	}
}
