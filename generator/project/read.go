package project

import (
	"errors"
	"fmt"
	"io/fs"
)

// inTheWay is the next step when a file can't be read as one.
const inTheWay = "move what is there out of the way, and run this again"

// ReadFile returns the content of a file of a project, and nil for one that is
// not there. It opens nothing that would keep it waiting, as a named pipe does.
func ReadFile(current fs.FS, name string) ([]byte, error) {
	info, err := fs.Lstat(current, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && info.Mode().Type() == fs.ModeSymlink {
		info, err = fs.Stat(current, name)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %s", err, inTheWay)
	case info.IsDir():
		return nil, errors.New("there is a folder where forge has a file: " + inTheWay)
	case !info.Mode().IsRegular():
		return nil, errors.New("there is no plain file where forge has one: " + inTheWay)
	}
	content, err := fs.ReadFile(current, name)
	if content == nil && err == nil {
		content = []byte{}
	}
	return content, err
}
