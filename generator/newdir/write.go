package newdir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
)

// Writing is how files are written.
type Writing struct {
	// Random is where secrets come from: crypto/rand.Reader.
	Random io.Reader
	// Finish, if not nil, completes the project in the folder dir, which has a
	// temporary name. Its error undoes everything.
	Finish func(ctx context.Context, dir string) error
}

// Write writes files into the folder target, which must be missing or empty:
// otherwise the error is a *RefusedError. It completes secret files.
//
// A target that is missing or an empty folder is written as a whole next to it
// and then renamed: whenever forge is killed, there is nothing under target's
// name or all of it. A target that can't be replaced (the working folder, a
// mount point, a folder in one that is read-only) is written into a folder
// inside it, and its entries are then moved up one by one. A kill among these
// moves leaves some entries; the next Write moves the rest.
//
// Every Write first removes what killed ones left next to its target or inside
// it.
func Write(ctx context.Context, files []generator.File, target string, w Writing) error {
	const tries = 5
	var err error
	for range tries {
		// Two runs may need the same missing parent; one of them looks again.
		if err = writeOnce(ctx, files, target, w); !errors.Is(err, errParentAppeared) {
			break
		}
	}
	return err
}

func writeOnce(ctx context.Context, files []generator.File, path string, w Writing) error {
	at, err := locate(path)
	if err != nil {
		return err
	}
	if err := at.clear(); err != nil {
		return err
	}
	err = writeTo(ctx, files, at, w)
	var reason notReplaceable
	if at.exists && !at.inside && errors.As(err, &reason) {
		at.inside = true
		err = writeTo(ctx, files, at, w)
	}
	return err
}

func writeTo(ctx context.Context, files []generator.File, at target, w Writing) (err error) {
	stage, err := newStage(at.stagingFolder(), filepath.Base(at.path))
	if err != nil {
		return fmt.Errorf("writing %s: %w", at.path, err)
	}
	defer func() { err = errors.Join(err, stage.remove()) }()
	dir := filepath.Join(stage.tree(), at.inner)
	if err := writeFiles(ctx, files, dir, w.Random); err != nil {
		return fmt.Errorf("writing %s: %w", at.path, err)
	}
	if w.Finish != nil {
		if err := w.Finish(ctx, dir); err != nil {
			return err
		}
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return at.take(stage)
}

// writeFiles writes the files into the new folder dir.
func writeFiles(ctx context.Context, files []generator.File, dir string, random io.Reader) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	made := ""
	for _, file := range files {
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
