package resource

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// KindNames lists the types of fields.
func KindNames() []string { return append(field.KindNames(), string(Enum), string(Ref)) }

var (
	specPattern = lazyregexp.New(`^([^:=()?]*):([^:=()?]*)(?:\(([^()]*)\))?(\?)?(?:=(.*))?$`)
	wordPattern = lazyregexp.New(`^[a-z0-9_-]{1,32}$`)
)

const longestString = 255

// ParseField reads NAME:TYPE[(ARG)][?][=DEFAULT]. The error is a *field.Error.
func ParseField(spec string) (Field, error) {
	parts := specPattern.FindStringSubmatch(spec)
	refuse := func(reason, hint string) (Field, error) {
		return Field{}, &field.Error{Spec: spec, Reason: reason, Hint: hint}
	}
	if parts == nil {
		name, _, typed := strings.Cut(spec, ":")
		if typed {
			return refuse("it is not written as NAME:TYPE, with a size or words in brackets, then ? or a default", "")
		}
		if another, _ := nameFault(name); another != "" {
			name = another
		}
		return refuse("it has no type", name+":string")
	}
	name, kind, argument, optional, preset := parts[1], parts[2], parts[3], parts[4] != "", parts[5]
	if another, reason := nameFault(name); reason != "" {
		hint := ""
		if another != "" {
			hint = another + strings.TrimPrefix(spec, name)
		}
		return refuse(reason, hint)
	}
	f := Field{Field: field.Field{Name: name, Kind: field.Kind(kind), Optional: optional, Default: preset}}
	if !slices.Contains(KindNames(), kind) {
		hint := ""
		if known := field.KnownAs(kind); known != "" {
			hint = name + ":" + string(known) + strings.TrimPrefix(spec, name+":"+kind)
		}
		return refuse(fmt.Sprintf("the type %q is unknown; there are %s", kind, strings.Join(KindNames(), ", ")), hint)
	}
	if reason := f.take(argument, strings.Contains(spec, "=")); reason != "" {
		return refuse(reason, "")
	}
	f.GoName = field.GoName(f.Name)
	return f, nil
}

// nameFault returns why a field can't have a name, and another that it could have,
// if there is one; both are empty for a good name.
func nameFault(name string) (another, reason string) {
	switch {
	case !namePattern.MatchString(name) || len(name) > longestName:
		another = field.Possible(name)
		if better, _ := nameFault(another); better != "" {
			another = better
		}
		return another, fmt.Sprintf("a name is of a-z, 0-9 and single _ between them, begins with a letter, and has at most %d characters", longestName)
	case field.IsReserved(name):
		return "its_" + name, "the name has a meaning of its own in SQL"
	case slices.Contains(strings.Fields("id user_id user organization_id organization version created_at updated_at"), name):
		return "its_" + name, "every resource has that by itself"
	case slices.Contains(strings.Fields("limit cursor sort"), name):
		return "its_" + name, "lists have a parameter of that name"
	case field.IsSecret(name):
		return "", "fields are shown in every answer, and that is a name of secrets"
	}
	return "", ""
}

// take sets what follows the type, and returns what is wrong with it, if anything.
func (f *Field) take(argument string, hasDefault bool) (reason string) {
	switch f.Kind {
	case field.String:
		f.Size = longestString
		if size, err := strconv.Atoi(argument); err == nil && size >= 1 && size <= longestString {
			f.Size = size
		} else if argument != "" {
			return fmt.Sprintf("a string has 1 to %d characters", longestString)
		}
	case Enum:
		return f.takeWords(argument, hasDefault)
	case Ref:
		f.To = argument
		if argument == "" {
			f.To = f.Name
		}
		f.Name += "_id"
		switch {
		case !namePattern.MatchString(f.To):
			return fmt.Sprintf("%q can't be the name of a resource", f.To)
		case hasDefault:
			return "a row to refer to is no default"
		}
		return ""
	default:
		if argument != "" {
			return fmt.Sprintf("only strings have a size, and a %s is none", f.Kind)
		}
	}
	if !hasDefault {
		return ""
	}
	var err error
	if f.Default, err = f.Kind.Normal(f.Default); err != nil {
		return err.Error()
	}
	if f.Kind == field.String && len([]rune(f.Default)) > f.Size {
		return fmt.Sprintf("its default is longer than %d characters", f.Size)
	}
	if f.Default == "" {
		return "an empty default is none"
	}
	return ""
}

func (f *Field) takeWords(argument string, hasDefault bool) (reason string) {
	for word := range strings.SplitSeq(argument, ",") {
		f.Words = append(f.Words, strings.TrimSpace(word))
	}
	for i, word := range f.Words {
		if !wordPattern.MatchString(word) || slices.Contains(f.Words[:i], word) {
			return "an enum has different words of a-z, 0-9, _ and -, as in enum(open,done)"
		}
	}
	switch {
	case len(f.Words) < 2 || len(f.Words) > 20:
		return "an enum has 2 to 20 words, as in enum(open,done)"
	case hasDefault && !slices.Contains(f.Words, f.Default):
		return fmt.Sprintf("its default %q is none of its words", f.Default)
	}
	return ""
}
