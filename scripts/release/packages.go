package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
)

// nfpm makes the packages; go run fetches it once.
const nfpm = "github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0"

const nfpmConfig = `name: forge
arch: {{ .Arch }}
platform: linux
version: "{{ .Version }}"
mtime: {{ .Time }}
maintainer: The forge authors <forge@example.com>
description: Writes Go web services with authentication.
license: MIT
section: devel
contents:
{{- range .Contents }}
  - {src: "{{ .Source }}", dst: "{{ .Target }}", file_info: {mode: {{ .Mode }}, mtime: {{ $.Time }}}}
{{- end }}
`

type installed struct{ Source, Target, Mode string }

// packages writes a deb and an rpm for each Linux.
func (r *release) packages(ctx context.Context) error {
	for _, t := range targets() {
		if t.os != "linux" {
			continue
		}
		for _, format := range []string{"deb", "rpm"} {
			if err := r.packageOne(ctx, t, format); err != nil {
				return fmt.Errorf("making the %s for %s: %w", format, t.arch, err)
			}
		}
	}
	return nil
}

func (r *release) packageOne(ctx context.Context, t target, format string) (err error) {
	work, err := os.MkdirTemp("", "forge-package-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	var contents []installed
	for i, f := range append([]file{{"forge", []byte(r.programs[t]), 0o755}}, r.extras...) {
		place, ok := installPath(f.name)
		if !ok {
			continue
		}
		source := filepath.Join(work, fmt.Sprint(i))
		if err := os.WriteFile(source, f.content, 0o600); err != nil {
			return err
		}
		contents = append(contents, installed{source, place, fmt.Sprintf("0%o", f.mode)})
	}
	var config bytes.Buffer
	if err := template.Must(template.New("nfpm").Parse(nfpmConfig)).Execute(&config, map[string]any{
		"Arch": t.arch, "Version": r.version, "Time": r.time.Format("2006-01-02T15:04:05Z"), "Contents": contents,
	}); err != nil {
		return err
	}
	path := filepath.Join(work, "nfpm.yaml")
	if err := os.WriteFile(path, config.Bytes(), 0o600); err != nil {
		return err
	}
	name := r.name(t) + "." + format
	cmd := exec.CommandContext(ctx, "go", "run", nfpm, "package", "--config", path, "--packager", format, "--target", filepath.Join(r.folder, name))
	cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", r.time.Unix()))
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, text)
	}
	r.made = append(r.made, name)
	return nil
}

// installPath says where a file of the archive goes on a Linux system.
func installPath(name string) (string, bool) {
	switch name {
	case "forge":
		return "/usr/bin/forge", true
	case "LICENSE":
		return "/usr/share/doc/forge/copyright", true
	case "completions/forge.bash":
		return "/usr/share/bash-completion/completions/forge", true
	case "completions/_forge":
		return "/usr/share/zsh/vendor-completions/_forge", true
	case "completions/forge.fish":
		return "/usr/share/fish/vendor_completions.d/forge.fish", true
	}
	return "/usr/share/" + name, strings.HasPrefix(name, "man/")
}
