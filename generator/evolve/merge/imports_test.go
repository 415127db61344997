package merge

import (
	"strings"
	"testing"
)

// TestImportsAreEditedInPlace merges files whose owner has written more between
// imports than imports, and grouped them otherwise.
func TestImportsAreEditedInPlace(t *testing.T) {
	const body = "\n// F does.\nfunc F() {\n\tfmt.Println(os.Args)\n}\n"
	for name, c := range map[string]struct{ base, ours, theirs, want string }{
		"a comment between imports": {
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"os\"\n\n\t// Ours must come last: it registers a driver.\n\t_ \"example.com/ours/driver\"\n\n\t// The end.\n)\n",
			"import (\n\t\"context\"\n\t\"fmt\"\n\t\"os\"\n)\n",
			"import (\n\t\"context\"\n\t\"fmt\"\n\t\"os\"\n\n\t// Ours must come last: it registers a driver.\n\t_ \"example.com/ours/driver\"\n\n\t// The end.\n)\n",
		},
		"go:generate between declarations": {
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n\n//go:generate stringer -type=Kind\n\nimport \"embed\"\n\nvar _ embed.FS\n",
			"import (\n\t\"fmt\"\n\t\"os\"\n\n\t\"github.com/a/b\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"os\"\n\n\t\"github.com/a/b\"\n)\n\n//go:generate stringer -type=Kind\n\nimport \"embed\"\n\nvar _ embed.FS\n",
		},
		"cgo": {
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n",
			"// #include <math.h>\nimport \"C\"\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nvar _ = C.sqrt\n",
			"import (\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n)\n",
			"// #include <math.h>\nimport \"C\"\n\nimport (\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n)\n\nvar _ = C.sqrt\n",
		},
		"cgo behind": {
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n\n/*\n#include <math.h>\n*/\nimport \"C\"\n\nvar _ = C.sqrt\n",
			"import (\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n)\n\n/*\n#include <math.h>\n*/\nimport \"C\"\n\nvar _ = C.sqrt\n",
		},
		"cgo without brackets": {
			"import \"fmt\"\nimport \"os\"\n",
			"import \"fmt\"\nimport \"os\"\n\n// #include <math.h>\nimport \"C\"\n\nvar _ = C.sqrt\n",
			"import \"fmt\"\nimport \"os\"\nimport \"net\"\n",
			"import \"fmt\"\nimport \"os\"\n\n// #include <math.h>\nimport \"C\"\n\nimport \"net\"\n\nvar _ = C.sqrt\n",
		},
		"the owner's groups": {
			"import (\n\t\"fmt\"\n\t\"os\"\n\n\t\"github.com/a/b\"\n\n\t\"example.com/m/internal/x\"\n)\n\nvar _ = b.B + x.X\n",
			"import (\n\t\"example.com/m/internal/x\"\n\n\t\"os\"\n\t\"fmt\"\n\n\t\"github.com/a/b\"\n\n\t\"corp.example.org/log\"\n)\n\nvar _ = b.B + x.X + log.L\n",
			"import (\n\t\"fmt\"\n\t\"os\"\n\n\t\"github.com/a/b\"\n\t\"github.com/a/c\"\n\n\t\"example.com/m/internal/w\"\n\t\"example.com/m/internal/x\"\n)\n\nvar _ = b.B + x.X\n",
			"import (\n\t\"example.com/m/internal/w\"\n\t\"example.com/m/internal/x\"\n\n\t\"os\"\n\t\"fmt\"\n\n\t\"github.com/a/b\"\n\t\"github.com/a/c\"\n\n\t\"corp.example.org/log\"\n)\n\nvar _ = b.B + x.X + log.L\n",
		},
		"a group of the owner's alone": {
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n",
			"import (\n\t// Zones, for machines that have none.\n\t_ \"time/tzdata\" // keep\n\n\t\"fmt\"\n\t\"os\"\n)\n",
			"import (\n\t\"errors\"\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n\t\"time\"\n)\n",
			"import (\n\t// Zones, for machines that have none.\n\t_ \"time/tzdata\" // keep\n\n\t\"errors\"\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n\t\"time\"\n)\n",
		},
		"one of the owner's, out of order": {
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n",
			"import (\n\t\"strings\"\n\t\"fmt\"\n\t\"os\"\n)\n\nvar _ = strings.ToLower\n",
			"import (\n\t\"context\"\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n\t\"time\"\n)\n",
			"import (\n\t\"strings\"\n\t\"context\"\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n\t\"time\"\n)\n\nvar _ = strings.ToLower\n",
		},
		"forge drops what the owner's code does not use": {
			"import (\n\t\"fmt\"\n\t\"os\"\n\n\t// For tokens.\n\t\"github.com/a/b\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"net\" // addresses\n\t\"os\"\n\n\t// For tokens.\n\t\"github.com/a/b\"\n)\n\nvar _ net.Addr\n",
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"net\" // addresses\n\t\"os\"\n)\n\nvar _ net.Addr\n",
		},
		"forge drops what the owner's code uses": {
			"import (\n\t\"fmt\"\n\t\"net/url\"\n\t\"os\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"net/url\"\n\t\"os\"\n)\n\nvar _ url.URL\n",
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"net/url\"\n\t\"os\"\n)\n\nvar _ url.URL\n",
		},
		"a word like a package is no use of it": {
			"import (\n\t\"fmt\"\n\t\"net/url\"\n\t\"os\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"net/url\"\n\t\"os\"\n\t\"path\"\n)\n\n// See the url.\nvar _ = path.Base\n",
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n",
			"import (\n\t\"fmt\"\n\t\"os\"\n\t\"path\"\n)\n\n// See the url.\nvar _ = path.Base\n",
		},
		"without brackets": {
			"import \"fmt\"\nimport \"os\"\n",
			"import \"fmt\" // prints\nimport \"os\"\n\nvar _ = 1\n",
			"import \"fmt\"\nimport \"os\"\nimport \"net\"\n",
			"import \"fmt\" // prints\nimport \"os\"\nimport \"net\"\n\nvar _ = 1\n",
		},
	} {
		file := func(head string) []byte { return []byte("package p\n\n" + head + body) }
		for _, ends := range []string{"\n", "\r\n"} {
			ours := []byte(strings.ReplaceAll(string(file(c.ours)), "\n", ends))
			result := File("p.go", file(c.base), ours, file(c.theirs))
			if want := strings.ReplaceAll(string(file(c.want)), "\n", ends); string(result.Content) != want || len(result.Conflicts) > 0 {
				t.Errorf("%s, %q:\n%s\nwant\n%s", name, ends, result.Content, want)
			}
		}
	}
}
