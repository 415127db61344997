package project

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/feature"
)

// ClashError reports that two branches answered the same question differently, so
// that their owners have to decide.
type ClashError struct {
	What         string
	Ours, Theirs string
}

func (e *ClashError) Error() string {
	return fmt.Sprintf("both branches decided about %s: %s here, %s there", e.What, e.Ours, e.Theirs)
}

// Unite returns the answers of a project that two branches changed, given those
// that both began with: what one of them changed is changed, of two modes the
// higher counts, and features, fields and resources that either added are there. The
// error is a *ClashError when both changed the same thing differently.
func Unite(base, ours, theirs Answers) (Answers, error) {
	united := ours
	err := cmp.Or(
		unite("the module's path", base.Module, ours.Module, theirs.Module, &united.Module),
		unite("the program's name", base.Program, ours.Program, theirs.Program, &united.Program),
		unite("the database", base.DB, ours.DB, theirs.DB, &united.DB),
		unite("the router", base.Router, ours.Router, theirs.Router, &united.Router))
	if err != nil {
		return Answers{}, err
	}
	united.Auth = UniteModes(base.Auth, ours.Auth, theirs.Auth)
	united.Example, _ = changed(base.Example, ours.Example, theirs.Example)
	united.WithoutAgents, _ = changed(base.WithoutAgents, ours.WithoutAgents, theirs.WithoutAgents)
	if united.Foreign, err = uniteForeign(base.Foreign, ours.Foreign, theirs.Foreign); err != nil {
		return Answers{}, err
	}
	if united.Features, err = uniteLists("the feature", base.Features, ours.Features, theirs.Features, itself); err != nil {
		return Answers{}, err
	}
	united.Features = feature.Join(united.Features)
	if united.Resources, err = uniteResources(base.Resources, ours.Resources, theirs.Resources); err != nil {
		return Answers{}, err
	}
	united.Fields, err = uniteFields(base.Fields, ours.Fields, theirs.Fields)
	return united, err
}

// unite sets a value to what one side changed it to. It is a *ClashError if the two
// changed it differently.
func unite[T ~string](what string, base, ours, theirs T, into *T) error {
	value, ok := changed(base, ours, theirs)
	if !ok {
		return &ClashError{what, string(ours), string(theirs)}
	}
	*into = value
	return nil
}

// Beyond lists what answers have that others lack: features, fields, resources,
// and a higher mode.
func (a Answers) Beyond(others Answers) []string {
	var more []string
	if UniteModes("", a.Auth, others.Auth) != others.Auth {
		more = append(more, "the accounts of mode "+string(a.Auth))
	}
	for _, name := range a.Features {
		if !slices.Contains(others.Features, name) {
			more = append(more, "the feature "+name)
		}
	}
	for _, f := range a.Fields {
		if !f.Removed && !slices.ContainsFunc(others.Fields, func(o Field) bool { return o.Name == f.Name }) {
			more = append(more, "the field "+f.Name)
		}
	}
	for _, r := range a.Resources {
		if !r.Removed && !slices.ContainsFunc(others.Resources, func(o Resource) bool { return o.Name == r.Name }) {
			more = append(more, "the resource "+r.Name)
		}
	}
	return more
}

// UniteModes returns the mode that one branch changed to, or the higher if both
// changed it.
func UniteModes(base, ours, theirs Mode) Mode {
	if mode, ok := changed(base, ours, theirs); ok {
		return mode
	}
	modes := []Mode{None, Basic, Complete}
	if slices.Index(modes, ours) > slices.Index(modes, theirs) {
		return ours
	}
	return theirs
}

// changed returns the value that one side changed to; false if the two changed
// it differently.
func changed[T comparable](base, ours, theirs T) (T, bool) {
	switch base {
	case ours:
		return theirs, true
	case theirs:
		return ours, true
	}
	return ours, ours == theirs
}

func uniteForeign(base, ours, theirs *Foreign) (*Foreign, error) {
	value := func(f *Foreign) Foreign {
		if f == nil {
			return Foreign{}
		}
		return *f
	}
	united, ok := changed(value(base), value(ours), value(theirs))
	switch {
	case !ok:
		return nil, &ClashError{"how the accounts are wired", fmt.Sprintf("%+v", value(ours)), fmt.Sprintf("%+v", value(theirs))}
	case united == Foreign{}:
		return nil, nil
	}
	return &united, nil
}

// uniteFields unites the fields of users: those that both branches began with
// first, then those that either added, in the order of their migrations.
func uniteFields(base, ours, theirs []Field) ([]Field, error) {
	ours, theirs, err := settleColumns(base, ours, theirs)
	if err != nil {
		return nil, err
	}
	united, err := uniteLists("the field", base, ours, theirs, func(f Field) string { return f.Name })
	if err != nil {
		return nil, err
	}
	isOld := func(f Field) bool {
		return slices.ContainsFunc(base, func(b Field) bool { return b.Name == f.Name })
	}
	slices.SortStableFunc(united, func(a, b Field) int {
		switch {
		case isOld(a) && isOld(b):
			return 0
		case isOld(a):
			return -1
		case isOld(b):
			return 1
		}
		return strings.Compare(a.Migration, b.Migration)
	})
	return united, nil
}

// settleColumns looks at the fields that both branches changed, which may have
// another name since: both may have removed one, and one of them its column too.
// Whatever else they decided differently is a *ClashError.
func settleColumns(base, ours, theirs []Field) ([]Field, []Field, error) {
	ours, theirs = slices.Clone(ours), slices.Clone(theirs)
	for _, b := range base {
		isSame := func(f Field) bool { return f.Migration == b.Migration && f.firstName() == b.firstName() }
		o, t := slices.IndexFunc(ours, isSame), slices.IndexFunc(theirs, isSame)
		if o < 0 || t < 0 || ours[o] == b || theirs[t] == b || ours[o] == theirs[t] {
			continue
		}
		one, other := ours[o], theirs[t]
		switch {
		case one.Removed && other.Removed && one.Name == other.Name && (one.Dropped == "" || other.Dropped == ""):
			ours[o].Dropped = one.Dropped + other.Dropped
			theirs[t] = ours[o]
		case one.Removed || other.Removed:
			return nil, nil, &ClashError{"the field " + b.Name, describe(one, true), describe(other, true)}
		case one.Name != other.Name:
			return nil, nil, &ClashError{"the name of the field " + b.firstName(), one.Name, other.Name}
		}
	}
	return ours, theirs, nil
}

func itself(name string) string { return name }

// uniteLists unites two lists that came from the same one. What a list has is
// known by its name.
func uniteLists[T comparable](what string, base, ours, theirs []T, name func(T) string) ([]T, error) {
	find := func(list []T, wanted string) (found T, ok bool) {
		i := slices.IndexFunc(list, func(t T) bool { return name(t) == wanted })
		if i < 0 {
			return found, false
		}
		return list[i], true
	}
	var united []T
	seen := make(map[string]bool)
	for _, t := range slices.Concat(base, ours, theirs) {
		if seen[name(t)] {
			continue
		}
		seen[name(t)] = true
		b, _ := find(base, name(t))
		o, inOurs := find(ours, name(t))
		h, inTheirs := find(theirs, name(t))
		value, ok := changed(b, o, h)
		if !ok {
			return nil, &ClashError{what + " " + name(t), describe(o, inOurs), describe(h, inTheirs)}
		}
		if value != *new(T) {
			united = append(united, value)
		}
	}
	return united, nil
}

// describe is a value of a list for people.
func describe[T any](value T, there bool) string {
	if !there {
		return "removed"
	}
	if f, ok := any(value).(Field); ok {
		switch {
		case f.Dropped != "":
			return "removed with its column"
		case f.Removed:
			return "removed"
		case f.Was != "":
			return "named " + f.Name
		}
		return f.Name + ":" + f.Type + " (" + f.Migration + ")"
	}
	if r, ok := any(value).(keptResource); ok {
		return r.text
	}
	return fmt.Sprint(value)
}
