package generator

import (
	"path"
	"slices"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
)

// userField is a field as templates see it.
type userField struct {
	field.Field
	// Apart is the line end that sets the first field apart from what is above
	// it; the others follow it.
	Apart string
	kit   bool // There is httpkit, since there are resources.
}

func (d data) userFields(fields []field.Field) []userField {
	var all []userField
	for i, f := range fields {
		all = append(all, userField{f, pick(i == 0, "\n", ""), len(d.resources) > 0})
	}
	return all
}

// Input is the field in the struct of a request's body.
func (f userField) Input() string {
	return f.Field.Input(pick(f.kit, "httpkit.Nullable", "nullable"))
}

// Sent is the field of a request's body as a change.
func (f userField) Sent() string { return f.Field.Sent(pick(f.kit, "Change", "change")) }

// Fields are the fields that the project's owner gave to users.
func (d data) Fields() []userField { return d.userFields(d.fields) }

// OwnFields are those that users change for themselves.
func (d data) OwnFields() []userField {
	return d.userFields(slices.DeleteFunc(slices.Clone(d.fields), func(f field.Field) bool { return f.BySuperuser }))
}

// UniqueFields are those of which no two users have the same value.
func (d data) UniqueFields() []userField {
	return d.userFields(slices.DeleteFunc(slices.Clone(d.fields), func(f field.Field) bool { return !f.Unique }))
}

// PresetFields are those of which new users have a value other than Go's zero value.
func (d data) PresetFields() []userField {
	return d.userFields(slices.DeleteFunc(slices.Clone(d.fields), func(f field.Field) bool { return !f.HasPreset() }))
}

// fieldTags are the tags that follow from the fields of users.
func fieldTags(fields []field.Field) map[string]bool {
	return map[string]bool{"fields": len(fields) > 0}
}

// fieldMigrations are the migrations that add the fields, each with those that
// came together, rename them and drop their columns.
func fieldMigrations(folder string, db project.Database, fields []field.Field) []File {
	var files []File
	add := func(name, content string) {
		files = append(files, newFile(path.Join(folder, name+".sql"), []byte(content)))
	}
	for _, f := range fields {
		for i, r := range f.Renames {
			to := f.Name
			if i+1 < len(f.Renames) {
				to = f.Renames[i+1].From
			}
			add(r.Migration, f.RenameMigration(db, r.From, to))
		}
		if f.Dropped != "" {
			add(f.Dropped, f.DropMigration(db))
		}
	}
	for len(fields) > 0 {
		name := fields[0].Migration
		together := slices.DeleteFunc(slices.Clone(fields), func(f field.Field) bool { return f.Migration != name })
		fields = slices.DeleteFunc(slices.Clone(fields), func(f field.Field) bool { return f.Migration == name })
		for i, f := range together {
			together[i] = f.Added()
		}
		add(name, field.Migration(db, together))
	}
	return files
}
