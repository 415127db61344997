package authmail

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/wneessen/go-mail"
)

// Folder is a Sender for development: each mail becomes a file in it.
type Folder struct {
	Dir string
	Now func() time.Time
}

// Send writes the message under another name first, so that whoever waits for
// *.eml files sees whole ones only.
func (f Folder) Send(_ context.Context, message *mail.Msg) (err error) {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return fmt.Errorf("making the folder of mails: %w", err)
	}
	file, err := os.CreateTemp(f.Dir, ".mail-*")
	if err != nil {
		return fmt.Errorf("writing a mail: %w", err)
	}
	_, err = message.WriteTo(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return errors.Join(fmt.Errorf("writing a mail: %w", err), os.Remove(file.Name()))
	}
	name := f.Now().UTC().Format("20060102T150405.000000Z") + "-" + rand.Text()[:8] + ".eml"
	if err := os.Rename(file.Name(), filepath.Join(f.Dir, name)); err != nil {
		return fmt.Errorf("writing a mail: %w", err)
	}
	return nil
}
