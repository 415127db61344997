package takeover

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
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
// migrations. Their tables tell most of them, and the code of their packages the
// rest: what a resource is called, and of which type a column is that could be of
// several. Who reads the rows may be left open; see Readers.
func Resources(db project.Database, accounts bool, current fs.FS) ([]project.Resource, error) {
	entries, err := fs.ReadDir(current, project.MigrationsDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	code, err := codeBelow(current, ".")
	if err != nil {
		return nil, err
	}
	var found []*resource.Resource
	var answers []project.Resource
	for _, entry := range entries {
		name, isSQL := strings.CutSuffix(entry.Name(), ".sql")
		if !isSQL || !entry.Type().IsRegular() {
			continue
		}
		content, err := fs.ReadFile(current, path.Join(project.MigrationsDir, entry.Name()))
		if err != nil {
			return nil, err
		}
		t := table{db: db, accounts: accounts, migration: unixLines(content), code: code, there: found}
		if r := t.resource(); r != nil && strings.HasSuffix(name, "_"+r.MigrationTitle()) {
			r.Migration = name
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
	db              project.Database
	accounts        bool
	migration, code string // the latter of the whole project, with single blanks
	there           []*resource.Resource
}

var (
	createdTable  = lazyregexp.New(`(?s)^-- \+goose Up\nCREATE TABLE ([a-z0-9_]+) \(\n(.*?)\n\)[^\n]*;\n`)
	tableColumn   = lazyregexp.New(`(?m)^    ([a-z][a-z0-9_]*) +(.+?),?$`)
	createdByPost = lazyregexp.New(`OperationID: "create-([a-z0-9-]+)", Method: http\.MethodPost, Path: "/api/v1/([a-z0-9-]+)"`)
	allowedWords  = lazyregexp.New(` CHECK \([a-z0-9_]+ IN \((.*)\)\)$`)
)

// resource returns the resource whose table it is, or nil if forge did not write
// the migration, or the project has no code for it.
func (t table) resource() *resource.Resource {
	parts := createdTable.FindStringSubmatch(t.migration)
	if parts == nil {
		return nil
	}
	asked := resource.Asked{Name: t.nameOf(parts[1]), Plural: parts[1], Owner: resource.None}
	if asked.Name == "" {
		return nil
	}
	for _, column := range tableColumn.FindAllStringSubmatch(parts[2], -1) {
		name, definition := column[1], column[2]
		switch name {
		case "id", "version", "created_at", "updated_at":
			continue
		case "user_id":
			asked.Owner = resource.User
			continue
		}
		spec := t.spec(asked, name, definition)
		switch {
		case spec == "":
			return nil
		case t.mentions(asked.Plural + "_" + name + "_key"):
			asked.Unique = append(asked.Unique, name)
		case t.mentions(asked.Plural+"_"+name) && !strings.Contains(spec, ":ref("):
			asked.Index = append(asked.Index, name)
		}
		asked.Specs = append(asked.Specs, spec)
	}
	for _, read := range []string{resource.Owner, resource.User} { // Public has the same table.
		asked.Read = read
		if r := t.parse(asked); r != nil && r.Table(t.db) == t.migration {
			return r
		}
	}
	return nil
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

func (t table) mentions(index string) bool {
	return regexp.MustCompile(`\b` + index + `\b`).MatchString(t.migration)
}

func (t table) parse(asked resource.Asked) *resource.Resource {
	r, err := resource.Parse(asked, t.accounts)
	if err != nil || r.Link(t.there) != nil {
		return nil
	}
	return r
}

// spec returns the field of a column as an argument of the command: of all that the
// column could be of, the one that most of the code is as forge writes it for. It is
// empty if the column is none of forge's.
func (t table) spec(asked resource.Asked, name, definition string) string {
	best, most := "", -1
	for _, spec := range t.specs(asked, name, definition) {
		asked.Specs, asked.Unique, asked.Index = []string{spec}, nil, nil
		r := t.parse(asked)
		if r == nil || !strings.Contains(oneBlank(r.Table(t.db)), " "+name+" "+definition) {
			continue
		}
		matches := 0
		for _, line := range []string{r.StructFields(), r.CreateFields(), r.UpdateFields()} {
			if strings.Contains(t.code, " "+oneBlank(line)+" ") {
				matches++
			}
		}
		if matches > most {
			best, most = spec, matches
		}
	}
	return best
}

func oneBlank(text string) string { return strings.Join(strings.Fields(text), " ") }

// specs lists what a column could come from.
func (t table) specs(asked resource.Asked, name, definition string) []string {
	end := ""
	if !strings.Contains(definition, " NOT NULL") {
		end = "?"
	}
	bare := definition
	words := ""
	if check := allowedWords.FindStringSubmatch(definition); check != nil {
		words = strings.ReplaceAll(strings.ReplaceAll(check[1], "'", ""), ", ", ",")
		bare = strings.TrimSuffix(definition, check[0])
	}
	if _, preset, ok := strings.Cut(bare, " DEFAULT "); ok {
		end += "=" + typed(preset)
	}
	var all []string
	for _, kind := range resource.KindNames() {
		switch field.Kind(kind) {
		case resource.Enum:
			if words != "" {
				all = append(all, name+":enum("+words+")"+end)
			}
		case resource.Ref:
			if to := t.target(asked, name); to != "" {
				all = append(all, strings.TrimSuffix(name, "_id")+":ref("+to+")"+end)
			}
		case field.String:
			for _, size := range t.sizes(name) {
				all = append(all, fmt.Sprintf("%s:string(%d)%s", name, size, end))
			}
		default:
			all = append(all, name+":"+kind+end)
		}
	}
	return all
}

// target returns the name of the resource that a column refers to.
func (t table) target(asked resource.Asked, column string) string {
	found := regexp.MustCompile(`(?m)\b` + column + `\b.* REFERENCES ([a-z0-9_]+) \(id\)`).FindStringSubmatch(t.migration)
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
