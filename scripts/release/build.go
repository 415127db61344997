package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// build writes the archive and the SBOM of each target.
func (r *release) build(ctx context.Context, targets []target) (err error) {
	work := filepath.Join(r.folder, "programs")
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	for _, t := range targets {
		if err := r.buildOne(ctx, t, filepath.Join(work, t.os+"_"+t.arch)); err != nil {
			return fmt.Errorf("building for %s/%s: %w", t.os, t.arch, err)
		}
	}
	return nil
}

func (r *release) buildOne(ctx context.Context, t target, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	path, err := filepath.Abs(filepath.Join(folder, t.program()))
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=true", "-ldflags=-s -w", "-o", path, "./cmd/forge")
	cmd.Dir = r.source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, text)
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return err
	}
	if r.version == "" {
		r.version = versionOf(info.Main.Version)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	r.programs[t] = string(program)
	files := append([]file{{t.program(), program, 0o755}}, r.extras...)
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	archive, err := pack(t, r.name(t), r.time, files)
	if err != nil {
		return err
	}
	bom, err := sbom(info, r.version, r.time, sha256.Sum256(program))
	if err != nil {
		return err
	}
	return errors.Join(r.write(r.name(t)+t.suffix(), archive), r.write(r.name(t)+".cdx.json", bom))
}

// versionOf is a version as file names have it: 1.2.3, or 0.0.0-dev for a
// commit without one.
func versionOf(module string) string {
	if module == "" || module == "(devel)" {
		return "0.0.0-dev"
	}
	return strings.ReplaceAll(strings.TrimPrefix(module, "v"), "+", ".")
}

func (r *release) name(t target) string { return "forge_" + r.version + "_" + t.os + "_" + t.arch }

func (t target) program() string {
	if t.os == "windows" {
		return "forge.exe"
	}
	return "forge"
}

func (t target) suffix() string {
	if t.os == "windows" {
		return ".zip"
	}
	return ".tar.gz"
}

func (r *release) write(name string, content []byte) error {
	r.made = append(r.made, name)
	return os.WriteFile(filepath.Join(r.folder, name), content, 0o644)
}

// checksums writes SHA256SUMS, as sha256sum -c reads it.
func (r *release) checksums() error {
	slices.Sort(r.made)
	var sums strings.Builder
	for _, name := range r.made {
		content, err := os.ReadFile(filepath.Join(r.folder, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), name)
	}
	return r.write("SHA256SUMS", []byte(sums.String()))
}
