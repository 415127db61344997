package takeover

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
)

// Resources returns the resources that a project has, in the order of their
// migrations. Their tables, and the migrations of single fields, tell most of them, and
// the code of their packages the rest: what a resource is called, of which type a
// column is that could be of several, and which fields it has no more. Who reads the
// rows may be left open; see Readers.
func Resources(db project.Database, accounts bool, current fs.FS) ([]project.Resource, error) {
	all, code, err := readAll(current)
	if err != nil {
		return nil, err
	}
	var found []*resource.Resource
	var answers []project.Resource
	for i, m := range all {
		t := table{db: db, accounts: accounts, migration: m, later: all[i+1:], code: code, there: found}
		if r := t.resource(); r != nil {
			found, answers = append(found, r), append(answers, r.Answer())
		}
	}
	return answers, nil
}

// Readers returns the resource with each answer to who reads its rows that its
// table allows.
func Readers(r project.Resource) []project.Resource {
	if r.Owner != resource.User {
		return []project.Resource{r}
	}
	var all []project.Resource
	for _, read := range []string{resource.Owner, resource.User, resource.Public} {
		r.Read = read
		all = append(all, r)
	}
	return all
}

// table is a table that may be one of a resource.
type table struct {
	db        project.Database
	accounts  bool
	migration migration
	later     []migration
	code      string // of the whole project, with single blanks
	there     []*resource.Resource
}

var (
	createdTable  = lazyregexp.New(`(?s)^-- \+goose Up\nCREATE TABLE ([a-z0-9_]+) \(\n(.*?)\n\)[^\n]*;\n`)
	tableColumn   = lazyregexp.New(`(?m)^    ([a-z][a-z0-9_]*) +(.+?),?$`)
	createdByPost = lazyregexp.New(`OperationID: "create-([a-z0-9-]+)", Method: http\.MethodPost, Path: "/api/v1/([a-z0-9-]+)"`)
	allowedWords  = lazyregexp.New(` CHECK \([a-z0-9_]+ IN \((.*)\)\)$`)
)

// resource returns the resource whose table it is, or nil if forge did not write
// the migrations. One that the project has no code for was removed.
func (t table) resource() *resource.Resource {
	parts := createdTable.FindStringSubmatch(t.migration.content)
	if parts == nil {
		return nil
	}
	asked := resource.Asked{Name: t.nameOf(parts[1]), Plural: parts[1], Owner: resource.None}
	removed := asked.Name == ""
	if removed {
		asked.Name = resource.NameOf(asked.Plural)
	}
	var tracks []*track
	for _, column := range tableColumn.FindAllStringSubmatch(parts[2], -1) {
		switch column[1] {
		case "id", "version", "created_at", "updated_at":
		case "user_id":
			asked.Owner = resource.User
		default:
			tracks = append(tracks, &track{first: column[1], definition: column[2], by: t.migration, name: column[1]})
		}
	}
	for _, m := range t.later {
		tracks = follow(tracks, asked.Plural, m)
	}
	r := t.of(asked, tracks)
	if r != nil && removed {
		t.remove(r)
	}
	return r
}

// remove marks a resource as one that was removed as a whole, with its table if a
// migration drops that.
func (t table) remove(r *resource.Resource) {
	r.Removed = true
	for i, f := range r.Fields {
		r.Fields[i].Removed = f.Dropped != ""
	}
	for _, m := range t.later {
		if m.title == r.DropTitle() && m.content == r.DropTable(t.db) {
			r.Dropped = m.name
		}
	}
}

// of returns the resource with these columns.
func (t table) of(asked resource.Asked, tracks []*track) *resource.Resource {
	gone := make([]bool, len(tracks))
	for i, c := range tracks {
		spec, inCode := t.spec(asked, *c)
		switch {
		case spec == "":
			return nil
		case mentions(c.by, asked.Plural+"_"+c.first+"_key"):
			asked.Unique = append(asked.Unique, c.name)
		case mentions(c.by, asked.Plural+"_"+c.first) && !strings.Contains(spec, ":ref("):
			asked.Index = append(asked.Index, c.name)
		}
		asked.Specs = append(asked.Specs, spec)
		gone[i] = !inCode
	}
	for _, read := range []string{resource.Owner, resource.User} { // Public has the same table.
		asked.Read = read
		r := t.parse(asked)
		if r == nil {
			continue
		}
		r.Migration = t.migration.name
		for i, c := range tracks {
			f := &r.Fields[i]
			f.Renames, f.Dropped, f.Removed = c.renames, c.dropped, gone[i] || c.dropped != ""
			if c.by.name != t.migration.name {
				f.Migration = c.by.name
			}
		}
		if t.isWritten(*r) {
			return r
		}
	}
	return nil
}

// isWritten reports whether the migrations are those that forge writes for r.
func (t table) isWritten(r resource.Resource) bool {
	if t.migration.title != r.MigrationTitle() || r.Table(t.db) != t.migration.content {
		return false
	}
	written := r.FieldMigrations(t.db)
	for _, m := range t.later {
		if content, ok := written[m.name]; ok && content != m.content {
			return false
		}
	}
	return true
}

// nameOf returns the name of the resource of a table, by the operation that creates
// one.
func (t table) nameOf(plural string) string {
	for _, found := range createdByPost.FindAllStringSubmatch(t.code, -1) {
		if found[2] == strings.ReplaceAll(plural, "_", "-") {
			return strings.ReplaceAll(found[1], "-", "_")
		}
	}
	return ""
}

func mentions(m migration, index string) bool {
	return regexp.MustCompile(`\b` + index + `\b`).MatchString(m.content)
}

func (t table) parse(asked resource.Asked) *resource.Resource {
	r, err := resource.Parse(asked, t.accounts)
	if err != nil || r.Link(t.there) != nil {
		return nil
	}
	return r
}

// spec returns the field of a column as an argument of the command: of all that the
// column could be of, the one that most of the code is as forge writes it for. It
// reports whether there is any. The argument is empty if the column is none of forge's.
func (t table) spec(asked resource.Asked, c track) (best string, inCode bool) {
	most := -1
	for _, end := range t.specs(asked, c) {
		asked.Specs, asked.Unique, asked.Index = []string{argument(c.first, end)}, nil, nil
		r := t.parse(asked)
		if r == nil || !strings.Contains(oneBlank(r.Table(t.db)), " "+c.first+" "+c.definition) {
			continue
		}
		asked.Specs = []string{argument(c.name, end)}
		if r = t.parse(asked); r == nil {
			continue
		}
		matches := 0
		for _, line := range []string{r.StructFields(), r.CreateFields(), r.UpdateFields()} {
			if strings.Contains(t.code, " "+oneBlank(line)+" ") {
				matches++
			}
		}
		if matches > most {
			best, most = argument(c.name, end), matches
		}
	}
	return best, most > 0
}

// argument returns the argument for a column; that of a ref names no id.
func argument(column, end string) string {
	if strings.HasPrefix(end, ":ref(") {
		column = strings.TrimSuffix(column, "_id")
	}
	return column + end
}

func oneBlank(text string) string { return strings.Join(strings.Fields(text), " ") }

// specs lists what a column could come from, without its name.
func (t table) specs(asked resource.Asked, c track) []string {
	end := ""
	if !strings.Contains(c.definition, " NOT NULL") {
		end = "?"
	}
	bare, words := c.definition, ""
	if check := allowedWords.FindStringSubmatch(bare); check != nil {
		words = strings.ReplaceAll(strings.ReplaceAll(check[1], "'", ""), ", ", ",")
		bare = strings.TrimSuffix(bare, check[0])
	}
	if _, preset, ok := strings.Cut(bare, " DEFAULT "); ok {
		end += "=" + typed(preset)
	}
	var all []string
	for _, kind := range resource.KindNames() {
		switch field.Kind(kind) {
		case resource.Enum:
			if words != "" {
				all = append(all, ":enum("+words+")"+end)
			}
		case resource.Ref:
			if to := t.target(asked, c); to != "" {
				all = append(all, ":ref("+to+")"+end)
			}
		case field.String:
			for _, size := range t.sizes(c.name) {
				all = append(all, fmt.Sprintf(":string(%d)%s", size, end))
			}
		default:
			all = append(all, ":"+kind+end)
		}
	}
	return all
}

// target returns the name of the resource that a column refers to.
func (t table) target(asked resource.Asked, c track) string {
	found := regexp.MustCompile(`\b` + c.first + `\b.* REFERENCES ([a-z0-9_]+) \(id\)`).FindStringSubmatch(c.by.content)
	if found == nil {
		return ""
	}
	if found[1] == asked.Plural {
		return asked.Name
	}
	if i := slices.IndexFunc(t.there, func(r *resource.Resource) bool { return r.Plural == found[1] }); i >= 0 {
		return t.there[i].Name
	}
	return ""
}

// sizes lists the sizes that strings of a name have in requests, that of the
// command's default first.
func (t table) sizes(name string) []int {
	sizes := []int{255}
	for _, found := range regexp.MustCompile("`json:\""+name+`(?:,omitempty)?" maxLength:"([0-9]+)"`).FindAllStringSubmatch(t.code, -1) {
		if size, err := strconv.Atoi(found[1]); err == nil && !slices.Contains(sizes, size) {
			sizes = append(sizes, size)
		}
	}
	return sizes
}
