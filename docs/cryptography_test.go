package docs_test

import (
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/feature"
)

// importsOf lists what the code of a complete project with all features imports, its
// tests apart.
func importsOf(t *testing.T) map[string]string {
	t.Helper()
	imports := make(map[string]string)
	for name, content := range projectFiles(t, "complete", feature.Names(feature.All())...) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "internal/testkit/") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imports[strings.Trim(spec.Path.Value, `"`)] = name
		}
	}
	return imports
}

// section returns a part of docs/security.md, by its heading.
func section(t *testing.T, heading string) string {
	t.Helper()
	content, err := os.ReadFile("security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, ok := strings.Cut(string(content), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("docs/security.md has no %q", heading)
	}
	part, _, _ = strings.Cut(part, "\n## ")
	return part
}

// TestCryptographyIsListed compares the inventory of docs/security.md with the
// packages that do the work.
func TestCryptographyIsListed(t *testing.T) {
	listed, imports := section(t, "Keys and algorithms"), importsOf(t)
	does := map[string]string{
		"crypto/aes": "AES-256", "crypto/cipher": "GCM", "crypto/ecdsa": "ECDSA", "crypto/ed25519": "Ed25519", "crypto/elliptic": "P-256", "crypto/hmac": "HMAC", "crypto/rand": "crypto/rand", "crypto/rsa": "RSA", "crypto/sha1": "SHA-1",
		"crypto/sha256": "SHA-256", "crypto/tls": "crypto/tls", "crypto/x509": "crypto/x509", "golang.org/x/crypto/bcrypt": "golang.org/x/crypto/bcrypt",
	}
	for path, name := range imports {
		if !strings.HasPrefix(path, "crypto/") && !strings.HasPrefix(path, "golang.org/x/crypto/") || path == "crypto/subtle" {
			continue // crypto/subtle compares.
		}
		if does[path] == "" || !strings.Contains(listed, does[path]) {
			t.Errorf("%s uses %s, which the table does not list", name, path)
		}
		delete(does, path)
	}
	for path := range does {
		t.Errorf("the table lists what %s does, and nothing uses it", path)
	}
}

// TestImportsOfProjects keeps out what would need another look: code that is not
// memory-safe, commands of the system, XML, random numbers that can be guessed.
func TestImportsOfProjects(t *testing.T) {
	imports := importsOf(t)
	for _, path := range []string{"C", "unsafe", "os/exec", "encoding/xml", "encoding/gob", "math/rand", "math/rand/v2", "text/template/parse"} {
		if name, ok := imports[path]; ok {
			t.Errorf("%s imports %s", name, path)
		}
	}
}

// TestStatementsAreConstant looks for SQL that is put together from values.
func TestStatementsAreConstant(t *testing.T) {
	built := regexp.MustCompile(`(?i)Sprintf\(\s*["` + "`" + `]\s*(SELECT|INSERT|UPDATE|DELETE|WHERE|ORDER|AND)\b`)
	statement := regexp.MustCompile(`(?i)["` + "`" + `]\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM) `)
	statements := 0
	for name, content := range projectFiles(t, "complete", feature.Names(feature.All())...) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		statements += len(statement.FindAllString(content, -1))
		if found := built.FindString(content); found != "" {
			t.Errorf("%s has %s", name, found)
		}
	}
	if statements < 20 {
		t.Errorf("only %d statements were found", statements)
	}
}

// TestConnectionsAreListed looks for settings that name a server.
func TestConnectionsAreListed(t *testing.T) {
	example := projectFiles(t, "complete", feature.Names(feature.All())...)[".env.example"]
	listed := section(t, "Connections")
	links := map[string]bool{"PUBLIC_URL": true, "FRONTEND_URL": true, "CHANGE_PASSWORD_URL": true} // Browsers follow them.
	found := regexp.MustCompile(`[A-Z_]+_(?:URL|HOST|ADDR|ENDPOINT)\b`).FindAllString(example, -1)
	if len(found) < 5 {
		t.Errorf("only %q were found", found)
	}
	for _, setting := range found {
		if name := map[string]string{"DATABASE_URL": "its database"}[setting]; !links[setting] && !strings.Contains(listed, "`"+setting+"`") && (name == "" || !strings.Contains(listed, name)) {
			t.Errorf("%s is not among the connections", setting)
		}
	}
}

// TestTablesAreListed compares the tables of a project with those in the list of data.
func TestTablesAreListed(t *testing.T) {
	listed := section(t, "Data")
	created := regexp.MustCompile(`CREATE TABLE ([a-z_]+)`)
	tables := 0
	for name, content := range projectFiles(t, "complete", feature.Names(feature.All())...) {
		if !strings.HasSuffix(name, ".sql") {
			continue
		}
		for _, match := range created.FindAllStringSubmatch(content, -1) {
			tables++
			if !strings.Contains(listed, "`"+match[1]+"`") {
				t.Errorf("%s makes the table %s, which is not listed", name, match[1])
			}
		}
	}
	if tables == 0 {
		t.Error("no table was found")
	}
}

// TestTimesOfMendingAreSaid reads what each mode's pages say of vulnerabilities.
func TestTimesOfMendingAreSaid(t *testing.T) {
	for _, mode := range []string{"none", "basic", "complete"} {
		if page := projectFiles(t, mode)["docs/deployment.md"]; !strings.Contains(page, "| Mend known vulnerabilities in time |") || !strings.Contains(page, "within 7 days") {
			t.Errorf("docs/deployment.md of mode %s does not say how soon vulnerabilities are mended", mode)
		}
	}
}
