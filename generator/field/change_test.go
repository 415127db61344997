package field

import (
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/project"
)

// TestRenameMigration renames a column with each kind of index, forth and back.
func TestRenameMigration(t *testing.T) {
	for name, want := range map[project.Database][2]string{
		"sqlite": {
			"ALTER TABLE users RENAME COLUMN phone TO mobile;\nDROP INDEX users_phone_key;\nCREATE UNIQUE INDEX users_mobile_key ON users (mobile);\n",
			"ALTER TABLE users RENAME COLUMN mobile TO phone;\nDROP INDEX users_mobile_key;\nCREATE UNIQUE INDEX users_phone_key ON users (phone);\n",
		},
		"postgres": {
			"ALTER TABLE users RENAME COLUMN phone TO mobile;\nALTER INDEX users_phone_key RENAME TO users_mobile_key;\n",
			"ALTER TABLE users RENAME COLUMN mobile TO phone;\nALTER INDEX users_mobile_key RENAME TO users_phone_key;\n",
		},
		"mysql": {
			"ALTER TABLE users\n    RENAME COLUMN phone TO mobile,\n    RENAME INDEX users_phone_key TO users_mobile_key;\n",
			"ALTER TABLE users\n    RENAME COLUMN mobile TO phone,\n    RENAME INDEX users_mobile_key TO users_phone_key;\n",
		},
	} {
		f := Field{Name: "mobile", Kind: String, Optional: true, Unique: true}
		if got := f.RenameMigration(name, "phone", "mobile"); got != "-- +goose Up\n"+want[0]+"\n-- +goose Down\n"+want[1] {
			t.Errorf("%s:\n%s", name, got)
		}
		f.Unique = false
		if got := f.RenameMigration(name, "phone", "mobile"); !strings.HasPrefix(got, "-- +goose Up\nALTER TABLE users RENAME COLUMN phone TO mobile;\n\n-- +goose Down\n") {
			t.Errorf("%s, without an index:\n%s", name, got)
		}
	}
}

// TestDropMigration drops a column as the migration that adds it does when it is
// undone, and the other way round.
func TestDropMigration(t *testing.T) {
	f := Field{Name: "plan", Kind: String, Default: "free", Index: true}
	for db, want := range map[project.Database]string{
		"sqlite": "-- +goose Up\nDROP INDEX users_plan;\nALTER TABLE users DROP COLUMN plan;\n\n" +
			"-- +goose Down\nALTER TABLE users ADD COLUMN plan TEXT NOT NULL DEFAULT 'free';\nCREATE INDEX users_plan ON users (plan);\n",
		"postgres": "-- +goose Up\nDROP INDEX users_plan;\nALTER TABLE users DROP COLUMN plan;\n\n" +
			"-- +goose Down\nALTER TABLE users ADD COLUMN plan TEXT NOT NULL DEFAULT 'free';\nCREATE INDEX users_plan ON users (plan);\n",
		"mysql": "-- +goose Up\nALTER TABLE users\n    DROP COLUMN plan;\n\n" +
			"-- +goose Down\nALTER TABLE users\n    ADD COLUMN plan VARCHAR(255) NOT NULL DEFAULT 'free',\n    ADD KEY users_plan (plan);\n",
	} {
		if got := f.DropMigration(db); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", db, got, want)
		}
	}
}

// TestAnswersOfChangedFields turns fields that were renamed and removed into
// answers and back, and refuses what no forge wrote.
func TestAnswersOfChangedFields(t *testing.T) {
	f := Field{Name: "cell", GoName: "Cell", Kind: String, Optional: true, Migration: "00009_add_user_phone", Removed: true, Dropped: "00012_drop_user_cell",
		Renames: []project.Rename{{From: "phone", Migration: "00010_rename_user_phone"}, {From: "mobile", Migration: "00011_rename_user_mobile"}}}
	back, err := Of([]project.Field{f.Answer()})
	if err != nil || len(back) != 1 || back[0].Answer() != f.Answer() || back[0].Added().Name != "phone" {
		t.Errorf("%+v, %v", back, err)
	}
	if len(Present(back)) != 0 {
		t.Error("users have a field that was removed")
	}
	for _, was := range []string{"phone", "phone ../x", "Phone 00010_rename_user_phone", "phone 00010_rename_user_phone,"} {
		odd := f.Answer()
		odd.Was = was
		if _, err := Of([]project.Field{odd}); err == nil {
			t.Errorf("%q was read", was)
		}
	}
}
