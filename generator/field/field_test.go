package field

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/project"
)

// TestParse reads what is asked for, and refuses the rest with a reason.
func TestParse(t *testing.T) {
	for spec, want := range map[string]string{
		"first_name:string?":                   "first_name FirstName string optional",
		"avatar_url:string":                    "avatar_url AvatarURL string",
		"plan:string=free":                     `plan Plan string default "free"`,
		"age:int=007":                          `age Age int default "7"`,
		"born:date=2001-02-03":                 `born Born date default "2001-02-03"`,
		"rate:decimal?=1.5":                    `rate Rate decimal optional default "1.5"`,
		"x":                                    "no type",
		"X:int":                                "a name is of",
		"order:int":                            "meaning of its own in SQL",
		"pending_email:string":                 "complete accounts",
		"password:string":                      "name of secrets",
		"totp_secret:string?":                  "name of secrets",
		"hashed_password:string":               "name of secrets",
		"reset_token:string?":                  "name of secrets",
		"api_key:string":                       "name of secrets",
		"tokenised:bool":                       "tokenised Tokenised bool",
		"x:uint8":                              "unknown",
		"x:date":                               "no obvious one",
		"x:int=1.5":                            "is no int: not a whole number like 12",
		"x:int=9223372036854775808":            "is no int: not a whole number like 12",
		"x:date=2026-02-30":                    "is no date: not a day like 2026-01-31",
		"x:time=noon":                          "is no time: not a time like 2026-01-31T09:30:00Z",
		"x:date=0000-01-01":                    "begin with the year 0001",
		"x:date=10000-01-01":                   "is no date",
		"x:time=9999-12-31T23:59:59-01:00":     "1000 to 9998",
		"x:time=2020-01-02T03:04:05.5Z":        "no fractions",
		"x:decimal=0.12345":                    "not a number like",
		"x:string=a -- b":                      "something to migrations",
		"x:string=`":                           "not for defaults",
		"x:string=" + strings.Repeat("a", 256): "255 bytes",
	} {
		f, err := Parse(spec)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = f.Name + " " + f.GoName + " " + string(f.Kind)
			if f.Optional {
				got += " optional"
			}
			if f.Default != "" {
				got += ` default "` + f.Default + `"`
			}
		}
		if err == nil && got != want || err != nil && !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", spec, got, want)
		}
	}
}

// TestHints for names that can't be are names that can.
func TestHints(t *testing.T) {
	for spec, want := range map[string]string{
		"HTTPCode:int?":    "http_code:int?",
		"firstName:string": "first_name:string",
		"userID:int":       "user_id:int",
		"Order:int":        "user_order:int",
		"Order":            "user_order:string",
		"order:int":        "user_order:int",
		"9 lives:int":      "first_name:int",
		"":                 "first_name:string",
		"token:string":     "",
	} {
		var odd *Error
		if _, err := Parse(spec); !errors.As(err, &odd) || odd.Hint != want {
			t.Errorf("%q: %+v, want the hint %q", spec, err, want)
		}
	}
}

// TestFieldsComeBackFromAnswers, those that Parse refuses by name today too.
func TestFieldsComeBackFromAnswers(t *testing.T) {
	for _, spec := range []string{"a:string?", "b:text", "c:int=5", "d:bool?=true", "e:date?", "f:time=2020-01-02T03:04:05Z", "g:decimal", "token:string"} {
		f, err := ParseOld(spec)
		if err != nil {
			t.Fatal(err)
		}
		f.Index, f.BySuperuser, f.Migration = true, true, "20260102030405_add_user_a"
		again, err := Of([]project.Field{f.Answer()})
		if err != nil || len(again) != 1 || !reflect.DeepEqual(again[0], f) {
			t.Errorf("%s: %+v, %v", spec, again, err)
		}
	}
}

// TestAnswersOfOthers are refused where they would become something else in
// code or SQL, and known as a newer forge's where they may be.
func TestAnswersOfOthers(t *testing.T) {
	const migration = "00004_add_user_a"
	for _, a := range []project.Field{
		{Name: "a b", Type: "string", Migration: migration},
		{Name: "a", Type: "string", Default: "`", Migration: migration},
		{Name: "a", Type: "int", Default: "1); DROP TABLE users; --", Migration: migration},
		{Name: "a", Type: "string", Migration: "../../main"},
		{Name: "a", Type: "date", Migration: migration},
	} {
		if _, err := Of([]project.Field{a}); err == nil {
			t.Errorf("%+v is taken", a)
		}
	}
	var unknown *project.UnknownError
	if _, err := Of([]project.Field{{Name: "a", Type: "geo?", Migration: migration}}); !errors.As(err, &unknown) {
		t.Errorf("an unknown type: %v", err)
	}
	if _, err := Of([]project.Field{{Name: "a_b", Type: "int", Migration: migration}, {Name: "ab", Type: "int", Migration: migration}}); err != nil {
		t.Errorf("two names: %v", err)
	}
	if _, err := Of([]project.Field{{Name: "a", Type: "int", Migration: migration}, {Name: "a", Type: "int", Migration: migration}}); err == nil {
		t.Error("a field that is there twice is taken")
	}
}

// TestMigration is one file for fields that came together, in each database.
func TestMigration(t *testing.T) {
	fields := []Field{
		{Name: "phone", Kind: String, Optional: true, Unique: true},
		{Name: "plan", Kind: String, Default: "it's", Index: true},
		{Name: "seen", Kind: Time, Optional: true},
	}
	for db, want := range map[project.Database]string{
		"sqlite": `-- +goose Up
ALTER TABLE users ADD COLUMN phone TEXT;
ALTER TABLE users ADD COLUMN plan TEXT NOT NULL DEFAULT 'it''s';
ALTER TABLE users ADD COLUMN seen TIMESTAMP;
CREATE UNIQUE INDEX users_phone_key ON users (phone);
CREATE INDEX users_plan ON users (plan);

-- +goose Down
DROP INDEX users_phone_key;
DROP INDEX users_plan;
ALTER TABLE users DROP COLUMN seen;
ALTER TABLE users DROP COLUMN plan;
ALTER TABLE users DROP COLUMN phone;
`,
		"mysql": `-- +goose Up
ALTER TABLE users
    ADD COLUMN phone VARCHAR(255),
    ADD COLUMN plan VARCHAR(255) NOT NULL DEFAULT 'it''s',
    ADD COLUMN seen DATETIME(6),
    ADD UNIQUE KEY users_phone_key (phone),
    ADD KEY users_plan (plan);

-- +goose Down
ALTER TABLE users
    DROP COLUMN seen,
    DROP COLUMN plan,
    DROP COLUMN phone;
`,
	} {
		if got := Migration(db, fields); got != want {
			t.Errorf("%s:\n%s", db, got)
		}
	}
}
