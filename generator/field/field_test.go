package field

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func TestParse(t *testing.T) {
	for spec, want := range map[string]Field{
		"first_name:string?":                  {Name: "first_name", GoName: "FirstName", Kind: String, Optional: true},
		"plan:string=free":                    {Name: "plan", GoName: "Plan", Kind: String, Default: "free"},
		"avatar_url:text":                     {Name: "avatar_url", GoName: "AvatarURL", Kind: Text},
		"age:int=-5":                          {Name: "age", GoName: "Age", Kind: Int, Default: "-5"},
		"birthday:date?=2000-02-29":           {Name: "birthday", GoName: "Birthday", Kind: Date, Optional: true, Default: "2000-02-29"},
		"seen:time=2020-01-02T03:04:05+02:00": {Name: "seen", GoName: "Seen", Kind: Time, Default: "2020-01-02T03:04:05+02:00"},
		"a:int=+007":                          {Name: "a", GoName: "A", Kind: Int, Default: "7"},
		"credit:decimal=12.5":                 {Name: "credit", GoName: "Credit", Kind: Decimal, Default: "12.5"},
	} {
		if got, err := Parse(spec); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", spec, got, err, want)
		}
	}
	for _, spec := range []string{
		"", "name", ":string", "Name:string", "a b:string", "a__b:string", "_a:string", "a_:string", "ä:string", "order:string", "float4:string", "xmin:int", "is_verified:bool", "pending_email:string?", "x:strin", "x:", "x:?",
		"x:int=1.5", "x:int=99999999999999999999", "x:bool=yes", "x:date", "x:time", "x:date=2001-02-30", "x:time=today", "x:decimal=1e5", "x:decimal=1.23456",
		"x:string=a`b", "x:string=a\\b", "x:string=a\nb", "x:string=" + strings.Repeat("a", 256), strings.Repeat("a", 41) + ":int",
	} {
		var refused *Error
		if got, err := Parse(spec); !errors.As(err, &refused) {
			t.Errorf("%q is taken as %+v (%v)", spec, got, err)
		}
	}
	for spec, want := range map[string]string{
		"firstName:string?": "first_name:string?", "Plan:string=free": "plan:string=free", "ÄÖ:int": "first_name:int", "Order:int": "first_name:int",
		"order:int=1": "user_order:int=1", "x:float?": "x:decimal?", "x:boolean=true": "x:bool=true", "born:date": "born:date?", "age": "age:string",
		"x:datetime?=2020-01-02T03:04:05Z": "x:time?=2020-01-02T03:04:05Z", "is_verified:bool": "user_is_verified:bool",
	} {
		var refused *Error
		if _, err := Parse(spec); !errors.As(err, &refused) || refused.Hint != want {
			t.Errorf("%q: the hint is %+v, want %q", spec, refused, want)
		} else if _, err := Parse(refused.Hint); err != nil {
			t.Errorf("%q: the hint is refused too: %v", spec, err)
		}
	}
	for _, f := range []Field{{Kind: String, Unique: true}, {Kind: Text, Optional: true, Unique: true}, {Kind: Text, Index: true},
		{Kind: Bool, Optional: true, Unique: true}, {Kind: Int, Optional: true, Default: "1", Unique: true}} {
		if f.CheckIndexes() == nil {
			t.Errorf("%+v may be indexed", f)
		}
	}
}

func TestMigrations(t *testing.T) {
	fields := []Field{
		{Name: "nick", Kind: String, Default: "it's"}, {Name: "phone", Kind: String, Optional: true, Unique: true},
		{Name: "seen", Kind: Time, Default: "2020-01-02T03:04:05+02:00"}, {Name: "bio", Kind: Text},
	}
	for db, wants := range map[string][]string{
		"sqlite":   {"ADD COLUMN nick TEXT NOT NULL DEFAULT 'it''s';", "ADD COLUMN phone TEXT;", "CREATE UNIQUE INDEX users_phone_key ON users (phone);", "DEFAULT '2020-01-02 01:04:05+00:00'", "DROP INDEX users_phone_key;"},
		"postgres": {"ADD COLUMN seen TIMESTAMPTZ NOT NULL DEFAULT '2020-01-02 01:04:05+00:00';", "ADD COLUMN bio TEXT NOT NULL DEFAULT '';"},
		"mysql":    {"ADD COLUMN nick VARCHAR(255) NOT NULL DEFAULT 'it''s',", "DEFAULT '2020-01-02 01:04:05',", "ADD COLUMN bio TEXT NOT NULL DEFAULT (''),", "ADD UNIQUE KEY users_phone_key (phone);"},
	} {
		got := Request{Fields: fields, DB: db}.migration()
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q:\n%s", db, want, got)
			}
		}
		if db == "mysql" && strings.Count(got, ";") != 2 {
			t.Errorf("a migration of MySQL is not one statement:\n%s", got)
		}
	}
}

// project is the golden project of a mode, in memory.
func golden(t *testing.T, mode string) fstest.MapFS {
	t.Helper()
	files := make(fstest.MapFS)
	tree := os.DirFS("../../testdata/golden/" + mode)
	err := fs.WalkDir(tree, "internal/auth", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(tree, path)
		files[path] = &fstest.MapFile{Data: content}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func request(t *testing.T, specs ...string) Request {
	t.Helper()
	r := Request{Module: "example.com/myapi", DB: "sqlite", Migration: "internal/database/migrations/00009_x.sql"}
	for _, spec := range specs {
		f, err := Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		r.Fields = append(r.Fields, f)
	}
	return r
}

// TestEditedProjects adds a field to files that a user has edited.
func TestEditedProjects(t *testing.T) {
	for _, mode := range []string{"basic", "complete"} {
		files := golden(t, mode)
		edit(t, files, userFile, "type User struct {\n", "type User struct {\n\tNickname string // mine\n")
		edit(t, files, changesFile, "return user, join(", "user.Nickname = user.Username // mine\n\treturn user, join(")
		edit(t, files, rowFile, "return []column{\n", "return []column{\n\t\t{\"nickname\", &u.Nickname}, // mine\n")
		edit(t, files, selfFile, "\t\"context\"\n", "\t\"context\"\n\t\"errors\"\n")
		files[responseFile].Data = []byte(strings.ReplaceAll(string(files[responseFile].Data), "\n", "\r\n"))
		files[adminFile].Data = append(files[adminFile].Data, "\n\n\nfunc  unformatted( ) { }\n"...)
		changes, err := Plan(files, request(t, "seen:time?", "born:date?"))
		if err != nil {
			t.Fatalf("%s: %v %+v", mode, err, err)
		}
		for _, c := range changes {
			text := string(c.New)
			switch c.Path {
			case userFile, rowFile:
				if !strings.Contains(text, "mine") || strings.Count(text, "Seen") == 0 {
					t.Errorf("%s: %s", c.Path, text)
				}
			case responseFile:
				if strings.Count(text, "\r\n") != strings.Count(text, "\n") {
					t.Errorf("%s has lost its line ends", c.Path)
				}
			case adminFile:
				if !strings.HasSuffix(text, "\n\n\nfunc  unformatted( ) { }\n") {
					t.Errorf("%s was formatted", c.Path)
				}
			}
		}
		for _, c := range changes {
			files[c.Path] = &fstest.MapFile{Data: c.New}
		}
		var refused *Error
		if _, err := Plan(files, request(t, "seen:time?")); !errors.As(err, &refused) {
			t.Errorf("%s: the second time gives %v", mode, err)
		}
	}
}

// TestUnsure changes each place so that it can't be told what is right there.
func TestUnsure(t *testing.T) {
	for name, e := range map[string]struct{ path, old, new string }{
		"no struct":          {userFile, "type User struct", "type Person struct"},
		"other receiver":     {changesFile, "func (c Changes) apply", "func (changes Changes) apply"},
		"two functions":      {changesFile, "package auth\n", "package auth\n\ntype other int\n\nfunc (c other) apply(user User) {}\n"},
		"built columns":      {rowFile, "\treturn []column{\n", "\treturn []pair{\n"},
		"longer userColumns": {rowFile, "func userColumns(u *auth.User) []column {\n", "func userColumns(u *auth.User) []column {\n\tprintln()\n"},
		"two literals":       {responseFile, "func newUserResponse(u auth.User) UserResponse {\n", "func newUserResponse(u auth.User) UserResponse {\n\tvar _ = UserResponse{ID: 1}\n"},
		"no body":            {adminFile, "\tBody struct {\n\t\tEmail ", "\tContent struct {\n\t\tEmail "},
		"filled otherwise":   {selfFile, "Email: (*string)(in.Body.Email)", "Email: lower(in.Body.Email)"},
		"no keys":            {keysFile, "userKeys =", "theKeys ="},
		"no switch in taken": {takenFile, "func taken(err error) error {\n", "func taken(err error) error {\n\treturn refusal(err)\n}\n\nfunc refusal(err error) error {\n"},
		"broken":             {adminFile, "package authhttp\n", "package authhttp\n}\n"},
		"missing":            {selfFile, "", ""},
	} {
		files := golden(t, "basic")
		if e.old == "" {
			delete(files, e.path)
		} else {
			edit(t, files, e.path, e.old, e.new)
		}
		r := request(t, "phone:string?")
		r.Fields[0].Unique = true
		_, err := Plan(files, r)
		var unsure *UnsureError
		if !errors.As(err, &unsure) || len(unsure.Where) != 1 || !strings.HasPrefix(unsure.Where[0], e.path+": ") || len(unsure.Lines) < 10 {
			t.Errorf("%s: %v %+v", name, err, unsure)
		}
	}
}

// TestReadme tells of fields in READMEs, as far as those are what forge wrote.
func TestReadme(t *testing.T) {
	content, err := os.ReadFile("../../testdata/golden/complete/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		old, new string
		want     []string
	}{
		"untouched": {"", "", []string{"\"created_at\",\n\"phone\", \"plan\"}`", "any of `email`, `username`, `phone`, `plan` | 200", "`is_superuser`, `phone`, `plan` | 200"}},
		"crlf":      {"\n", "\r\n", []string{"\"created_at\",\r\n\"phone\", \"plan\"}`", "`is_superuser`, `phone`, `plan` | 200"}},
		"no table":  {"| PUT ", "| Put ", []string{"\"plan\"}`"}},
		"own words": {"The user is", "Users are", []string{"any of `email`, `username`, `phone`, `plan` | 200"}},
		"empty":     {string(content), "", nil},
	} {
		files := golden(t, "complete")
		readme := strings.ReplaceAll(string(content), c.old, c.new)
		if c.old == "" {
			readme = string(content)
		}
		files[readmeFile] = &fstest.MapFile{Data: []byte(readme)}
		changes, err := Plan(files, request(t, "phone:string?", "plan:string"))
		if err != nil {
			t.Fatal(err)
		}
		if got := changes[0]; (got.Path == readmeFile) != (len(c.want) > 0) {
			t.Errorf("%s: the first change is one of %s", name, got.Path)
		}
		for _, want := range c.want {
			if !strings.Contains(string(changes[0].New), want) {
				t.Errorf("%s: the README lacks %q", name, want)
			}
		}
	}
}

// TestMovedFiles adds a field to files that have other names, that have become
// one, and without a test that was removed.
func TestMovedFiles(t *testing.T) {
	files := golden(t, "complete")
	if _, err := Plan(files, request(t, "phone:string?")); err != nil {
		t.Fatal(err)
	}
	files["internal/auth/authsql/rows.go"], files["internal/auth/authhttp/answers.go"] = files[rowFile], files[responseFile]
	_, declarations, _ := strings.Cut(string(files[errorsFile].Data), "\n)\n")
	edit(t, files, userFile, "import (\n", "import (\n\t\"errors\"\n")
	files[userFile].Data = append(files[userFile].Data, declarations...)
	for _, path := range []string{rowFile, responseFile, errorsFile, keysFile} {
		delete(files, path)
	}
	r := request(t, "phone:string?", "seen:time?")
	r.Fields[0].Unique = true
	changes, err := Plan(files, r)
	if err != nil {
		t.Fatalf("%v: %+v", err, err)
	}
	for _, c := range changes {
		if old := files[c.Path]; (old != nil) != (c.Old != nil) {
			t.Errorf("%s: changed from something else", c.Path)
		}
		files[c.Path] = &fstest.MapFile{Data: c.New}
	}
	for path, want := range map[string][]string{
		userFile:                            {"user.Phone = ", "ErrPhoneTaken "},
		"internal/auth/authsql/rows.go":     {`{"phone", &u.Phone}`},
		"internal/auth/authhttp/answers.go": {"json:\"phone\"", "Phone:     u.Phone"},
	} {
		for _, text := range want {
			if n := strings.Count(string(files[path].Data), text); n != 1 {
				t.Errorf("%s has %q %d times", path, text, n)
			}
		}
	}
	var refused *Error
	if _, err := Plan(files, r); !errors.As(err, &refused) {
		t.Errorf("the second time gives %v", err)
	}
}

func edit(t *testing.T, files fstest.MapFS, path, old, new string) {
	t.Helper()
	text := string(files[path].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s has no %q", path, old)
	}
	files[path] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, new, 1))}
}
