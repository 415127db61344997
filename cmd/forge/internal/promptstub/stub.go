// Package promptstub stands in until prompt lands.
package promptstub

import (
	"context"
	"errors"
	"os"
)

type Question struct {
	Message, Help, Default string
	Options                []Option
	Validate               func(string) error
}
type Option struct{ Value, Description string }
type Prompter interface {
	Select(context.Context, Question) (string, error)
	MultiSelect(context.Context, Question) ([]string, error)
	Input(context.Context, Question) (string, error)
	Confirm(context.Context, Question) (bool, error)
}

var ErrInterrupted = errors.New("interrupted")
var ErrUnanswered = errors.New("unanswered")

type silent struct{}

func (silent) Select(context.Context, Question) (string, error)        { return "", ErrUnanswered }
func (silent) MultiSelect(context.Context, Question) ([]string, error) { return nil, ErrUnanswered }
func (silent) Input(context.Context, Question) (string, error)         { return "", ErrUnanswered }
func (silent) Confirm(context.Context, Question) (bool, error)         { return false, ErrUnanswered }
func Silent() Prompter                                                 { return silent{} }
func New(in, out *os.File, plain bool) Prompter                        { return silent{} }
