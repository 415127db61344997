package resource

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/field"
)

// The methods of this file return the pieces of a resource's tests that depend on
// its fields.

// sample returns a value for tests, as Go code in which u.made is the number of rows
// that the user u has created.
func (f Field) sample(depth int) string {
	switch f.Kind {
	case field.String:
		if f.Size >= 12 {
			return fmt.Sprintf("fmt.Sprint(%q, u.made)", strings.ReplaceAll(f.short(), "_", " ")+" ")
		}
		return fmt.Sprintf("fmt.Sprint(u.made%%%d)", []int{10, 10, 100, 1000, 10000}[min(f.Size, 4)])
	case field.Text:
		return fmt.Sprintf("fmt.Sprint(%q, u.made)", "a long "+strings.ReplaceAll(f.Name, "_", " ")+" ")
	case field.Int:
		return "u.made"
	case field.Bool:
		return "u.made%2 == 0"
	case field.Date:
		return "time.Date(2001, 1, u.made, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)"
	case field.Time:
		return "time.Date(2001, 1, 1, 0, u.made, 0, 0, time.UTC).Format(time.RFC3339)"
	case field.Decimal:
		return `fmt.Sprintf("%d.5", u.made)`
	case Enum:
		return fmt.Sprintf("[]string{%s}[u.made%%%d]", quoted(f.Words), len(f.Words))
	}
	return fmt.Sprintf("u.create(t, \"/api/v1/%s\", map[string]any{\n%s\n})", f.target.Path(), f.target.samples(depth+1))
}

// short is the name, cut to leave room for a number in a string of 12.
func (f Field) short() string { return f.Name[:min(len(f.Name), 6)] }

func quoted(words []string) string {
	var parts []string
	for _, w := range words {
		parts = append(parts, strconv.Quote(w))
	}
	return strings.Join(parts, ", ")
}

// needs reports whether there can't be a row before one of the resource of a name.
func (r Resource) needs(name string) bool {
	return r.Name == name || slices.ContainsFunc(r.Refs(), func(f Field) bool { return f.required() && f.target.needs(name) })
}

// loops reports whether the field of r refers to what needs a row of r itself.
func (f Field) loops(r Resource) bool { return f.Kind == Ref && f.target.needs(r.Name) }

// Samples returns the members of a body that creates a row: all of them, and the
// required ones of the rows that it refers to.
func (r Resource) Samples() string { return r.samples(0) }

func (r Resource) samples(depth int) string {
	return each(r.Fields, func(f Field) string {
		if f.loops(r) || depth > 0 && !f.required() {
			return ""
		}
		return fmt.Sprintf("%q: %s,\n", f.Name, f.sample(depth))
	})
}

// Values returns the lines of a table of values, and whether each is valid.
func (r Resource) Values() string {
	return each(r.Fields, func(f Field) string {
		var out strings.Builder
		line := func(value string, good bool) { fmt.Fprintf(&out, "{%q, %s, %t},\n", f.Name, value, good) }
		f.values(line)
		line("nil", f.Optional)
		return out.String()
	})
}

func (f Field) values(line func(value string, good bool)) {
	switch f.Kind {
	case field.String, field.Text:
		size := max(f.Size, 1)
		if f.Kind == field.Text {
			size = 10000
		}
		line(fmt.Sprintf(`strings.Repeat("é", %d)`, size), true)
		line(fmt.Sprintf(`strings.Repeat("x", %d)`, size+1), false)
		line(`"😀"`, true)
		line(`"\x00"`, false)
		line("7", false)
	case field.Int:
		line("0", true)
		line("-1", true)
		line(`json.Number("9223372036854775807")`, true)
		line(`json.Number("9223372036854775808")`, false)
		line("1.5", false)
		line(`"1"`, false)
	case field.Bool:
		line("true", true)
		line(`"true"`, false)
		line("1", false)
	case field.Date:
		line(`"2000-02-29"`, true)
		line(`"2001-02-29"`, false)
		line(`"0000-01-01"`, false)
		line(`"today"`, false)
	case field.Time:
		line(`"2001-02-03T04:05:06.123456+02:00"`, true)
		line(`"2001-02-03"`, false)
		line(`"2001-02-03T04:05:06"`, false)
		line(`"2001-02-03T04:05:06.1234567Z"`, false)
		line(`"9999-01-01T00:00:00Z"`, false)
		line(`"0999-12-31T00:00:00Z"`, false)
	case field.Decimal:
		line(`"-12.5"`, true)
		line(`"99999999999999.9999"`, true)
		line(`"100000000000000"`, false)
		line(`"1.23456"`, false)
		line(`"x"`, false)
		line("12.5", false)
	case Enum:
		line(strconv.Quote(f.Words[len(f.Words)-1]), true)
		line(`"none-of-them"`, false)
		line(`""`, false)
	case Ref:
		line("0", false)
		line("999999", false)
		line(`"1"`, false)
	}
}

// Zones sends each point in time from another zone, and wants it back in UTC.
func (r Resource) Zones() string {
	var out strings.Builder
	for _, f := range r.Fields {
		if f.Kind == field.Time {
			fmt.Fprintf(&out, `has(t, svc.Expect(t, 200, u.request("PATCH", at, map[string]any{%[1]q: "2001-02-03T04:05:06+02:00"})), map[string]any{%[1]q: "2001-02-03T02:05:06Z"})`+"\n", f.Name)
		}
	}
	return out.String()
}

// Required lists the fields that a client has to send, in Go's quotes.
func (r Resource) Required() string {
	var names []string
	for _, f := range r.Fields {
		if f.required() {
			names = append(names, f.Name)
		}
	}
	return quoted(names)
}

// Filtered lists the names of the parameters by which lists are filtered.
func (r Resource) Filtered() string {
	var names []string
	for _, f := range r.Filters() {
		names = append(names, f.Name)
	}
	return quoted(names)
}

// Names lists the fields, for the README.
func (r Resource) Names() string {
	var names []string
	for _, f := range r.Fields {
		names = append(names, "`"+f.Name+"`")
	}
	return strings.Join(names, ", ")
}

// Presets returns the members of a response that have a default.
func (r Resource) Presets() string {
	return each(r.Fields, func(f Field) string {
		switch {
		case f.Default == "":
			return ""
		case f.Kind == field.Int || f.Kind == field.Bool:
			return fmt.Sprintf("%q: %s,\n", f.Name, f.Default)
		case f.Kind == field.Time:
			return fmt.Sprintf("%q: %s.Format(time.RFC3339),\n", f.Name, f.Kind.GoLiteral(f.Default))
		}
		return fmt.Sprintf("%q: %q,\n", f.Name, f.Default)
	})
}

// ReaderTest is a user's id as an argument, where only the owner reads.
func (r Resource) ReaderTest(name string) string { return r.private(name + ".me(t), ") }

// Gone is the error for a row whose owner does not exist: then neither does what it
// refers to, if only its owner sees that.
func (r Resource) Gone() string {
	for _, f := range r.Refs() {
		if f.target.Private() && !f.loops(r) {
			return f.Missing()
		}
	}
	return "ErrGone"
}

// UniqueScenarios try a change to a value that another row has.
func (r Resource) UniqueScenarios() string {
	text := "svc.Run(t, []testkit.Scenario{\n" + each(r.Uniques(), func(f Field) string {
		return fmt.Sprintf("{Name: %[1]q, Request: u.request(\"PATCH\", other, map[string]any{%[1]q: body[%[1]q]}), Status: 409, Detail: %[2]q},\n", f.Name, f.Label()+" already taken")
	}) + "\n})"
	if r.Owned() && len(r.Refs()) == 0 {
		text += "\nnewUser(t, svc, \"eve\").create(t, path, body) // Another's may be alike."
	}
	return text
}

// RefScenarios try references that are not allowed, and delete what a row refers
// to.
func (r Resource) RefScenarios() string {
	text := ""
	if r.Owned() {
		text = "theirs := shown(t, newUser(t, svc, \"eve\"))\n"
	}
	used := false
	text += each(r.Refs(), func(f Field) string {
		ids, member := "999999", f.Name
		if f.target.Name == r.Name {
			member = "id"
		}
		switch {
		case f.target.Private() && f.loops(r) && member != "id":
			ids += fmt.Sprintf(", func() any {\nu := newUser(t, svc, \"mallory\")\nreturn %s\n}()", f.sample(0))
		case f.target.Private():
			ids, used = fmt.Sprintf("999999, theirs[%q]", member), true
		}
		return fmt.Sprintf(`for _, id := range []any{%[1]s} {
	body := u.body(t)
	body[%[2]q] = id
	told := map[string]string{%[3]q: %[4]q}
	svc.Run(t, []testkit.Scenario{
		{Name: "new", Request: u.request("POST", path, body), Status: 422, Messages: told},
		{Name: "changed", Request: u.request("PATCH", at, map[string]any{%[2]q: id}), Status: 422, Messages: told},
	})
}
`, ids, f.Name, "body."+f.Name, "no such "+f.target.Label()) + r.afterDeletion(f)
	})
	if !used {
		text = strings.TrimPrefix(text, "theirs := shown(t, newUser(t, svc, \"eve\"))\n")
	}
	return text
}

// afterDeletion returns a test that deletes what a row refers to.
func (r Resource) afterDeletion(f Field) string {
	if f.target.Name == r.Name {
		return fmt.Sprintf(`{
	child := u.body(t)
	child[%[1]q] = u.create(t, path, u.body(t))
	id := u.create(t, path, child)
	svc.Expect(t, 204, u.request("DELETE", fmt.Sprint(path, "/", child[%[1]q]), nil))
	has(t, svc.Expect(t, 200, u.request("GET", fmt.Sprint(path, "/", id), nil)), map[string]any{%[1]q: nil})
}
`, f.Name)
	}
	if f.loops(r) {
		return fmt.Sprintf(`{
	u.made++
	id := %[1]s
	svc.Expect(t, 200, u.request("PATCH", at, map[string]any{%[2]q: id}))
	svc.Expect(t, 204, u.request("DELETE", fmt.Sprint("/api/v1/%[3]s/", id), nil))
	has(t, svc.Expect(t, 200, u.request("GET", at, nil)), map[string]any{%[2]q: nil})
}
`, f.sample(0), f.Name, f.target.Path())
	}
	after := `svc.Expect(t, 404, u.request("GET", fmt.Sprint(path, "/", own["id"]), nil))`
	if f.Optional {
		after = fmt.Sprintf(`has(t, svc.Expect(t, 200, u.request("GET", fmt.Sprint(path, "/", own["id"]), nil)), map[string]any{%q: nil})`, f.Name)
	}
	return fmt.Sprintf(`{
	own := shown(t, u)
	svc.Expect(t, 204, u.request("DELETE", fmt.Sprint("/api/v1/%s/", own[%q]), nil))
	%s
}
`, f.target.Path(), f.Name, after)
}
