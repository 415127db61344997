// Command site makes forge's pages a static site that anybody can host: HTML
// without a server behind it, with a search that runs in the browser and asks
// nobody.
//
//	go run ./scripts/site FOLDER
package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: site FOLDER")
		os.Exit(2)
	}
	if err := build(".", os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}

//go:embed page.html
var pageHTML string

//go:embed site.css
var siteCSS []byte

//go:embed search.js
var searchJS []byte

// build reads the pages of a checkout and writes the site to folder.
func build(checkout, folder string) error {
	pages, err := readPages(checkout)
	if err != nil {
		return err
	}
	files, err := render(pages)
	if err != nil {
		return err
	}
	files["site.css"], files["search.js"] = siteCSS, searchJS
	pictures, err := filepath.Glob(filepath.Join(checkout, "docs", "pictures", "*"))
	if err != nil {
		return err
	}
	for _, picture := range pictures {
		if files["pictures/"+filepath.Base(picture)], err = os.ReadFile(picture); err != nil {
			return err
		}
	}
	for name, content := range files {
		name = filepath.Join(folder, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, content, 0o644)); err != nil {
			return err
		}
	}
	return nil
}
