package resource

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

var namePattern = lazyregexp.New(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

const longestName = 40

// Asked is a resource as the user describes it.
type Asked struct {
	Name, Plural  string
	Owner, Read   string
	Specs         []string
	Unique, Index []string
}

// Parse returns the resource that a is a description of. accounts reports whether
// the project has users. The error is an *Error, or a *field.Error for one of the
// fields.
func Parse(a Asked, accounts bool) (*Resource, error) {
	r := &Resource{Name: a.Name, Plural: a.Plural, Owner: a.Owner, Read: cmp.Or(a.Read, Owner)}
	if err := r.checkOwner(accounts); err != nil {
		return nil, err
	}
	if !namePattern.MatchString(a.Name) {
		r.Name = field.SnakeCase(a.Name)
	}
	if bare := strings.NewReplacer("_", "", "-", ""); r.Name == "" || !strings.EqualFold(bare.Replace(r.Name), bare.Replace(a.Name)) {
		return nil, noName(a.Name)
	}
	if r.Plural == "" {
		r.Plural = pluralOf(r.Name)
	}
	if r.Plural == "" {
		return nil, &Error{Reason: fmt.Sprintf("the plural of %s can't be told; it becomes the table and the path", r.Name), Hint: r.Name + " --plural=" + r.Name + "_items"}
	}
	if err := r.checkNames(); err != nil {
		return nil, err
	}
	for _, spec := range a.Specs {
		f, err := ParseField(spec)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(r.Fields, func(other Field) bool { return other.GoName == f.GoName }) {
			return nil, &field.Error{Spec: spec, Reason: "there is another of that name"}
		}
		if f.Kind == Ref && f.To == r.Name && !f.Optional {
			return nil, &field.Error{Spec: spec, Reason: r.Labels() + " could have no first row: each would need one before it", Hint: spec + "?"}
		}
		r.Fields = append(r.Fields, f)
	}
	if len(r.Fields) == 0 {
		return nil, &Error{Reason: r.Plural + " need a field", Hint: r.Name + " title:string"}
	}
	return r, r.mark(a.Unique, a.Index)
}

func (r *Resource) checkOwner(accounts bool) error {
	switch {
	case r.Owner == "" && !accounts:
		return &Error{Reason: "the project has no users who could own rows; everybody who reaches the service would see and change all of them", Hint: "--owner=none"}
	case r.Owner == User && !accounts:
		return &Error{Reason: "the project has no users who could own rows", Hint: "--owner=none"}
	}
	r.Owner = cmp.Or(r.Owner, User)
	switch {
	case r.Owner != User && r.Owner != None:
		return &Error{Reason: fmt.Sprintf("--owner=%s is unknown; there are user and none", r.Owner), Hint: "--owner=user"}
	case !slices.Contains([]string{Owner, User, Public}, r.Read):
		return &Error{Reason: fmt.Sprintf("--read=%s is unknown; there are owner, user and public", r.Read), Hint: "--read=owner"}
	case r.Owner == None && r.Read != Owner:
		return &Error{Reason: "--read says who sees the rows of an owner, and with --owner=none there is none", Hint: "--owner=user --read=" + r.Read}
	}
	return nil
}

// checkNames refuses names that have another meaning in Go, in SQL or in the code
// of projects.
func (r *Resource) checkNames() error {
	refuse := func(name, reason string) error {
		return &Error{Reason: name + " " + reason, Hint: "my_" + r.Name}
	}
	for _, name := range []string{r.Name, r.Plural} {
		switch {
		case !namePattern.MatchString(name) || len(name) > longestName:
			return noName(name)
		case slices.Contains([]string{"user", "users"}, name):
			return &Error{Reason: "users exist already, with their own fields", Hint: "forge add field NAME:TYPE"}
		case field.IsReserved(name):
			return refuse(name, "is a word of SQL")
		}
	}
	switch name := r.Package(); {
	case r.Name == r.Plural:
		return &Error{Reason: "one and many have the same name, and both are needed", Hint: r.Name + " --plural=" + r.Name + "s"}
	case token.IsKeyword(name) || types.Universe.Lookup(name) != nil:
		return refuse(name, "is a word of Go")
	case slices.Contains(taken(), name):
		return refuse(name, "has a meaning of its own in the code")
	}
	return nil
}

func noName(name string) error {
	return &Error{Reason: fmt.Sprintf("%q can't be the name of a resource: a name consists of a-z, 0-9 and single _ between them, begins with a letter, and has at most %d characters", name, longestName)}
}

// taken lists the names of packages, variables and schemas that the code of every
// resource uses.
func taken() []string {
	return strings.Fields(`
		ada adapter adas after answered api args ascending at auth authhttp b base64 body calendar changed columns compare decimal
		context count created ctx current cursor db decode decoder defaults e endpoints err errors eve example fault field
		fields fmt found gone good got guard guest handler has healthy http httpkit huma id ids in init input internal item
		items json linger list listed log made main maps math method missing more mu n name new next normalized now ok one op
		order other out output own owner param parameter patch path precondition problem public q query r read reading refusal
		refused remove replica request requests required response result router row rows s scan send server service session
		settings show shown slices slog sort sql sqlerror status stmtcache store strconv strings svc sync t taken test testing testkit
		theirs time times token told tt u unescaped url user users values version walked want wrapped write`)
}

// mark marks the fields that are unique and those that have an index.
func (r *Resource) mark(unique, index []string) error {
	for _, list := range [][]string{unique, index} {
		for _, name := range list {
			at := slices.IndexFunc(r.Fields, func(f Field) bool { return f.Name == name || f.Name == name+"_id" })
			if at < 0 {
				return &Error{Reason: fmt.Sprintf("%s have no field %s to make unique, or an index for", r.Plural, name)}
			}
		}
	}
	for i := range r.Fields {
		f := &r.Fields[i]
		f.Unique = slices.Contains(unique, f.Name)
		f.Index = slices.Contains(index, f.Name) && !f.Unique
		if err := f.checkIndexes(); err != nil {
			return err
		}
	}
	return nil
}

func (f Field) checkIndexes() error {
	bare := f.Name + ":" + string(f.Kind)
	switch {
	case (f.Unique || f.Index) && f.Kind == field.Text:
		return &field.Error{Spec: bare, Reason: "long texts can't be indexed in every database", Hint: f.Name + ":string"}
	case f.Unique && (f.Kind == field.Bool || f.Kind == Enum || f.Kind == Ref || f.Kind == field.String && f.Size < 4):
		return &field.Error{Spec: bare, Reason: "so few values can't be unique"}
	case f.Unique && f.Default != "":
		return &field.Error{Spec: bare, Reason: "a default that is unique allows for one row"}
	}
	return nil
}
