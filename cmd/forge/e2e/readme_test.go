package e2e

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// readme is the blocks of code and the rows of tables on the pages of a project
// or of forge, in order.
type readme struct {
	blocks []block
	rows   []row
}

// block is one block of code.
type block struct {
	section  string // the nearest heading
	language string
	text     string
	mark     string // the comment on the line before the block, which pages don't show
}

// row is one row of a table.
type row struct {
	section string
	cells   []string
}

func parseReadme(text string) readme {
	var r readme
	var section, mark string
	var open *block
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && open == nil:
			open = &block{section: section, language: fence, mark: mark}
		case isFence:
			r.blocks = append(r.blocks, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		case strings.HasPrefix(line, "#"):
			section = strings.TrimSpace(strings.TrimLeft(line, "#"))
		case strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "|-"):
			cells := strings.Split(strings.Trim(line, "|"), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			r.rows = append(r.rows, row{section, cells})
		}
		mark = ""
		if text, ok := strings.CutPrefix(line, "<!-- "); ok && open == nil {
			mark = strings.TrimSuffix(text, " -->")
		}
	}
	return r
}

// join adds what is on another page.
func (r readme) join(other readme) readme {
	return readme{append(r.blocks, other.blocks...), append(r.rows, other.rows...)}
}

// section returns the blocks under a heading.
func (r readme) section(t *testing.T, name string) []block {
	t.Helper()
	blocks := slices.DeleteFunc(slices.Clone(r.blocks), func(b block) bool { return b.section != name })
	if len(blocks) == 0 {
		t.Fatalf("no page has code under %q", name)
	}
	return blocks
}

// only returns the one block of a language under a heading.
func (r readme) only(t *testing.T, section, language string) string {
	t.Helper()
	blocks := slices.DeleteFunc(r.section(t, section), func(b block) bool { return b.language != language })
	if len(blocks) != 1 {
		t.Fatalf("the pages have %d blocks of %s under %q, want one", len(blocks), language, section)
	}
	return blocks[0].text
}

// follow makes the changes under the headings: Go blocks are whole
// files, diffs change one, and SQL goes into the migration that the command
// before it has made.
func (p project) follow(t *testing.T, sections ...string) {
	t.Helper()
	for _, section := range sections {
		migration := ""
		for _, b := range p.readme.section(t, section) {
			switch {
			case b.language == "go":
				first, _, _ := strings.Cut(b.text, "\n")
				p.write(t, strings.TrimPrefix(first, "// "), b.text)
			case b.language == "diff":
				p.patch(t, b.text)
			case b.language == "sql":
				p.write(t, migration, b.text)
			case strings.HasPrefix(b.text, "make migration "):
				need(t, "make", "the README's migrations are not made")
				migration = strings.TrimSpace(p.shell(t, b.text))
			}
		}
	}
	p.run(t, "gofmt", "-w", "internal")
}

// patch makes the change of a diff, whose place must be found exactly once, and
// holds it against what git apply makes of it.
func (p project) patch(t *testing.T, diff string) {
	t.Helper()
	name, hunk := splitDiff(t, diff)
	var before, after strings.Builder
	for line := range strings.Lines(hunk) {
		sign, rest := line[0], line[1:]
		if line == "\n" {
			sign, rest = ' ', "\n"
		}
		if sign != '+' {
			before.WriteString(rest)
		}
		if sign != '-' {
			after.WriteString(rest)
		}
	}
	content := "\n" + p.read(t, name)
	if found := strings.Count(content, "\n"+before.String()); found != 1 {
		t.Fatalf("the place of this change is %d times in %s, want once:\n%s", found, name, diff)
	}
	want := strings.Replace(content, "\n"+before.String(), "\n"+after.String(), 1)[1:]
	if _, err := exec.LookPath("git"); err != nil {
		p.write(t, name, want)
		return
	}
	apply := p.command("git", "apply", "-")
	apply.Stdin = strings.NewReader(diff)
	output(t, apply)
	if got := p.read(t, name); got != want {
		t.Fatalf("git apply makes another change of\n%s\nnamely\n%s", diff, got)
	}
}

// splitDiff returns the file that a diff of one hunk is about, and the hunk's
// lines.
func splitDiff(t *testing.T, diff string) (name, hunk string) {
	t.Helper()
	lines := strings.SplitN(diff, "\n", 4)
	name, ok := strings.CutPrefix(lines[0], "--- a/")
	if !ok || len(lines) < 4 || lines[1] != "+++ b/"+name || !strings.HasPrefix(lines[2], "@@ -") {
		t.Fatalf("this diff does not begin with --- a/FILE, +++ b/FILE and @@:\n%s", diff)
	}
	return name, lines[3]
}
