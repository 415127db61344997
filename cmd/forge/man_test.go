package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// The manual pages are made by a test, so that forge itself does not carry
// what renders them.
var manFolder = flag.String("man", "", "keep the manual pages in this folder")

func TestManPages(t *testing.T) {
	folder := *manFolder
	if folder == "" {
		folder = t.TempDir()
	}
	must(t, os.MkdirAll(folder, 0o755))
	root := newRoot(&common{}, strings.NewReader(""), io.Discard, io.Discard)
	withoutDate := time.Unix(0, 0).UTC() // the same bytes each time
	root.DisableAutoGenTag = true
	must(t, doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "forge", Manual: "forge", Date: &withoutDate}, folder))
	checkPage(t, folder, root)
}

func checkPage(t *testing.T, folder string, cmd *cobra.Command) {
	t.Helper()
	if !cmd.IsAvailableCommand() && cmd.HasParent() {
		return
	}
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
	page, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil || !strings.Contains(string(page), ".SH SYNOPSIS") {
		t.Errorf("%s: %v", name, err)
	}
	for _, sub := range cmd.Commands() {
		checkPage(t, folder, sub)
	}
}
