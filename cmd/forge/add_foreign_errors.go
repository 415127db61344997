package main

import (
	"errors"

	"github.com/forge-go/forge/generator/adopt"
	"github.com/forge-go/forge/generator/adopt/wire"
	"github.com/forge-go/forge/generator/gomod"
)

// leftError says that a step is left to the user, who has been told which.
type leftError struct{ why string }

func (e *leftError) Error() string { return "the line is left to you, since " + e.why }

// isForeignRefusal says whether an error of "forge add auth" protects files.
func isForeignRefusal(err error) bool {
	var (
		left     *leftError
		old      *gomod.TooOldError
		inTheWay *adopt.InTheWayError
	)
	return errors.As(err, &left) || errors.As(err, &old) || errors.As(err, &inTheWay)
}

// isForeignUsage says whether an error of "forge add auth" is a wrong or a
// missing answer.
func isForeignUsage(err error) bool {
	var at *wire.AtError
	return errors.As(err, &at) || errors.Is(err, adopt.ErrNoModule)
}

// foreignHint gives the command that helps.
func foreignHint(err error) string {
	var at *wire.AtError
	switch {
	case errors.As(err, &at):
		return "forge add auth --help"
	case errors.Is(err, adopt.ErrNoModule):
		return "forge new NAME"
	}
	return ""
}
