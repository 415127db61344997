package generator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/forge-go/forge/generator/project"
)

// Writing is how a plan is written.
type Writing struct {
	// Random is where secrets come from: crypto/rand.Reader.
	Random io.Reader
	// Finish, if not nil, completes the project in the folder dir before it
	// gets its name. Its error undoes everything.
	Finish func(ctx context.Context, dir string) error
}

// Apply writes the plan into the folder target, which must be missing or
// empty, or gives a *RefusedError.
//
// A target that is missing or an empty folder is written whole beside it and
// then renamed: whenever forge is killed, there is nothing under target's
// name or all of it. A target that can't be replaced (the working folder, a
// mount point, a folder in one that is read-only) is written into a folder
// inside it, and its entries are then moved up one by one. A kill among these
// moves leaves some entries; the next Apply moves the others.
//
// Every Apply first removes what killed ones left beside or inside its target.
func Apply(ctx context.Context, plan *Plan, target string, w Writing) error {
	const tries = 5
	var err error
	for range tries {
		// Two runs may need the same missing parent; one of them looks again.
		if err = applyOnce(ctx, plan, target, w); !errors.Is(err, errParentAppeared) {
			break
		}
	}
	return err
}

func applyOnce(ctx context.Context, plan *Plan, target string, w Writing) error {
	place, err := locate(target)
	if err != nil {
		return err
	}
	if err := place.clear(); err != nil {
		return err
	}
	err = applyTo(ctx, plan, place, w)
	var reason notReplaceable
	if place.exists && !place.inside && errors.As(err, &reason) {
		place.inside = true
		err = applyTo(ctx, plan, place, w)
	}
	return err
}

func applyTo(ctx context.Context, plan *Plan, place place, w Writing) (err error) {
	stage, err := newStage(place.stagingFolder(), filepath.Base(place.path))
	if err != nil {
		return fmt.Errorf("writing %s: %w", place.path, err)
	}
	defer func() { err = errors.Join(err, stage.remove()) }()
	dir := filepath.Join(stage.tree(), place.inner)
	if err := writeFiles(ctx, plan, dir, w.Random); err != nil {
		return fmt.Errorf("writing %s: %w", place.path, err)
	}
	if w.Finish != nil {
		if err := w.Finish(ctx, dir); err != nil {
			return err
		}
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return place.take(stage)
}

// writeFiles writes the plan's files into the new folder dir.
func writeFiles(ctx context.Context, plan *Plan, dir string, random io.Reader) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	made := ""
	for _, file := range plan.Files {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		content := file.Content
		if file.Class == project.Secret {
			if content, err = project.CompleteSecret(content, random); err != nil {
				return err
			}
		}
		if folder := path.Dir(file.Path); folder != made {
			if err := root.MkdirAll(folder, 0o755); err != nil {
				return err
			}
			made = folder
		}
		if err := writeFile(root, file.Path, content, file.Perm); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(root *os.Root, name string, content []byte, perm fs.FileMode) (err error) {
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = file.Write(content)
	return err
}
