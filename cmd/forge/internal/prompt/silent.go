package prompt

import "context"

// Silent returns a prompter that never asks: every question is ErrUnanswered.
func Silent() Prompter { return silent{} }

type silent struct{}

func (silent) Select(context.Context, Question) (string, error) { return "", ErrUnanswered }

func (silent) MultiSelect(context.Context, Question) ([]string, error) { return nil, ErrUnanswered }

func (silent) Input(context.Context, Question) (string, error) { return "", ErrUnanswered }

func (silent) Confirm(context.Context, Question) (bool, error) { return false, ErrUnanswered }
