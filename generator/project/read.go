package project

import (
	"errors"
	"io/fs"
	"syscall"
)

// InTheWayError means that something else is where a project has a file.
type InTheWayError struct {
	Path   string // of what is in the way
	Reason string
}

func (e *InTheWayError) Error() string { return e.Path + " " + e.Reason }

// ReadFile returns the content of a file of a project, and nil for one that is
// not there. It opens nothing that would keep it waiting, as a named pipe does.
func ReadFile(current fs.FS, name string) ([]byte, error) {
	info, err := fs.Lstat(current, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && info.Mode().Type() == fs.ModeSymlink {
		if info, err = fs.Stat(current, name); err != nil && !errors.Is(err, fs.ErrPermission) {
			return nil, &InTheWayError{name, "is a link that leads to no file of the project"}
		}
	}
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		return nil, &InTheWayError{fileAbove(current, name), "is a file, where forge has a folder"}
	case err != nil && linkAbove(current, name) != "":
		return nil, &InTheWayError{linkAbove(current, name), "is a link that leads out of the project"}
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, &InTheWayError{name, "is a folder, where forge has a file"}
	case !info.Mode().IsRegular():
		return nil, &InTheWayError{name, "is no plain file, where forge has one"}
	}
	content, err := fs.ReadFile(current, name)
	if content == nil && err == nil {
		content = []byte{}
	}
	return content, err
}

// fileAbove returns the first element of a path that is no folder.
func fileAbove(current fs.FS, name string) string {
	for i, r := range name {
		if r != '/' {
			continue
		}
		if info, err := fs.Stat(current, name[:i]); err == nil && !info.IsDir() {
			return name[:i]
		}
	}
	return name
}

// linkAbove returns the first element of a path that is a link to what is outside
// of the project, or an empty string.
func linkAbove(current fs.FS, name string) string {
	for i, r := range name {
		if r != '/' {
			continue
		}
		if info, err := fs.Lstat(current, name[:i]); err != nil || info.Mode().Type() != fs.ModeSymlink {
			continue
		}
		if _, err := fs.Stat(current, name[:i]); err != nil {
			return name[:i]
		}
	}
	return ""
}
