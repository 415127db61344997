package prompt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// choose returns the index of the option that text means: its value, its number
// from 1, or a prefix that no other option has. Letter case does not count.
func choose(options []Option, text string) (int, error) {
	folded := strings.ToLower(text)
	var starts []string
	found := -1
	for i, o := range options {
		value := strings.ToLower(o.Value)
		if value == folded {
			return i, nil
		}
		if folded != "" && strings.HasPrefix(value, folded) {
			starts = append(starts, printable(o.Value))
			found = i
		}
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(options) {
		return n - 1, nil
	}
	switch len(starts) {
	case 1:
		return found, nil
	case 0:
		return 0, fmt.Errorf("%q is not one of the choices; answer with a name or a number from 1 to %d", text, len(options))
	}
	return 0, fmt.Errorf("%q could be %s; type more of the name", text, strings.Join(starts, " or "))
}

// chooseMany returns the indices of the options that text means, separated by
// commas or spaces; "none" means none of them.
func chooseMany(options []Option, text string) ([]int, error) {
	if i, err := choose(options, text); err == nil {
		return []int{i}, nil
	}
	if strings.EqualFold(text, "none") {
		return nil, nil
	}
	var chosen []int
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		i, err := choose(options, word)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(chosen, i) {
			chosen = append(chosen, i)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("%q names no choice; answer with names or numbers, or none", text)
	}
	return chosen, nil
}

// How well an option answers to the letters typed.
const (
	other = iota
	contains
	begins
	equals
)

func likeness(typed, value string) int {
	typed, value = strings.ToLower(typed), strings.ToLower(value)
	switch {
	case typed == value:
		return equals
	case strings.HasPrefix(value, typed):
		return begins
	case strings.Contains(value, typed):
		return contains
	}
	return other
}

// narrow returns a survey filter that keeps the options most like what was typed:
// "sql" is sql if there is one, not mysql. It never leaves the list empty, since
// survey then ignores Enter without a word and panics on other keys.
func narrow(labels []string) func(typed, label string, i int) bool {
	return func(typed, label string, _ int) bool {
		return likeness(typed, label) == greatest(typed, labels)
	}
}

// greatest returns how well the best of the labels answers to what was typed.
func greatest(typed string, labels []string) int {
	best := other
	for _, label := range labels {
		best = max(best, likeness(typed, label))
	}
	return best
}

// matched refuses letters that match none of the labels.
func matched(typed string, labels []string) error {
	if greatest(typed, labels) == other {
		return fmt.Errorf("%q matches none of these: %s", printable(typed), strings.Join(labels, ", "))
	}
	return nil
}
