package notice_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/forge-go/forge/generator/adopt/notice"
	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/project"
)

// Where imports leave open which database a program has, its driver's name tells.
func TestDialects(t *testing.T) {
	const (
		mysql, postgres = `_ "github.com/go-sql-driver/mysql"`, `_ "github.com/lib/pq"`
		open            = "const driver = \"mysql\"\n\nfunc main() { _, _ = sql.Open(driver, \"root@/blog\") }\n"
	)
	for _, tt := range []struct {
		name, imports, rest string
		want                []project.Database
	}{
		{"no database", "", "func main() {}\n", nil},
		{"one driver", mysql, "func main() {}\n", []project.Database{project.MySQL}},
		{"two drivers", mysql + "\n" + postgres, "func main() {}\n", []project.Database{project.MySQL, project.Postgres}},
		{"two drivers, one in use", mysql + "\n" + postgres + "\n\"database/sql\"", open, []project.Database{project.MySQL}},
		{"a driver that is imported elsewhere", `"database/sql"`, open, []project.Database{project.MySQL}},
		{"another driver", `"database/sql"`, "func main() { _, _ = sql.Open(\"oracle\", \"\") }\n", nil},
		{"a driver that the settings name", mysql + "\n" + postgres + "\n\"database/sql\"", "func main() { _, _ = sql.Open(os.Args[1], \"\") }\n", []project.Database{project.MySQL, project.Postgres}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			program := "package main\n\nimport (\n\"os\"\n" + tt.imports + "\n)\n\nvar _ = os.Args\n\n" + tt.rest
			for name, content := range map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n", "main.go": program} {
				if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			module, err := scan.Load(t.Context(), root, "example.com/m", func(string) bool { return false })
			if err != nil {
				t.Fatal(err)
			}
			if got := notice.Dialects(module); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
