//go:build unix

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	remembering "github.com/forge-go/forge/generator/project"
)

// TestDocuments runs forge's own pages: every block of code, in order, as a
// reader of the page would.
//
//	sh        is run
//	console   is run after each "$ ", and what it prints is compared; … stands for anything
//	go        is a file, whose name is its first line
//	diff      is a change of a file
//	sql       is the migration that the block before has made
//	ini       is settings that exist
//
// "make run" and "make demo" go on in the background while the rest of the page
// is followed. A comment before a block may say otherwise:
//
//	<!-- not run: WHY -->             its syntax is checked, and that its make targets are there
//	<!-- older: FILE|NOW|THEN -->     the project is made one that an older forge wrote, and committed
//	<!-- with: TEXT -->               what it prints must have that text
func TestDocuments(t *testing.T) {
	leftToTestAll(t)
	for _, name := range []string{"sh", "make", "curl"} {
		need(t, name, "the documents' commands are not run")
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages in docs: %v", err)
	}
	bin := t.TempDir()
	build := exec.Command("go", "build", "-trimpath", "-o", bin, "./cmd/forge")
	build.Dir = root
	output(t, build)
	for _, page := range append(pages, filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md")) {
		t.Run(filepath.Base(page), func(t *testing.T) {
			content, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			newReader(t, root, bin, page).read(string(content))
		})
	}
}

// reader follows a page. What a shell remembers (its folder, its variables)
// lasts from one block to the next.
type reader struct {
	t         *testing.T
	root      string // forge's own checkout
	home      string
	state     string   // the file with what the shell remembers
	env       []string // beside a clean environment
	migration string   // that the last command made
	port      string   // of the service that was started last
}

func newReader(t *testing.T, root, bin, page string) *reader {
	home := t.TempDir()
	r := &reader{t: t, root: root, home: home, state: filepath.Join(home, ".state")}
	start := home
	if filepath.Dir(page) == root { // README and CONTRIBUTING speak of the checkout.
		start = root
	}
	r.put(r.state, "cd '"+start+"'\n")
	r.put(filepath.Join(home, ".curlrc"), "silent\nshow-error\n")
	r.env = []string{
		"HOME=" + home, "CURL_HOME=" + home, "GOBIN=" + bin, "GOFLAGS=-trimpath", "NO_COLOR=1",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.com",
	}
	for _, name := range []string{"GOPATH", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GONOSUMDB"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		r.env = append(r.env, name+"="+strings.TrimSpace(string(value)))
	}
	r.env = append(r.env, "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return r
}

func (r *reader) read(text string) {
	for _, b := range parseReadme(text).blocks {
		what, why, _ := strings.Cut(b.mark, ": ")
		switch what {
		case "not run":
			r.glance(b, why)
			continue
		case "older":
			r.older(why)
		}
		printed := r.follow(b)
		if what == "with" && !strings.Contains(printed, why) {
			r.t.Errorf("this prints no %q:\n%s\nbut\n%s", why, b.text, printed)
		}
	}
}

func (r *reader) follow(b block) (printed string) {
	here := project{dir: r.folder()}
	switch b.language {
	case "sh":
		return r.commands(b.text)
	case "console":
		return r.session(b.text)
	case "go":
		first, _, _ := strings.Cut(b.text, "\n")
		here.write(r.t, strings.TrimPrefix(first, "// "), b.text)
	case "diff":
		here.patch(r.t, b.text)
	case "sql":
		here.write(r.t, r.migration, b.text)
	case "ini":
		known := settingsOf(newProject(r.t, "complete").read(r.t, ".env.example"))
		for _, name := range settingsOf(b.text) {
			if !slices.Contains(known, name) {
				r.t.Errorf("no service has a setting %s", name)
			}
		}
	case "mermaid":
	default:
		r.t.Errorf("this block is of no language that can be checked (%q); say <!-- not run: WHY --> before it:\n%s", b.language, b.text)
	}
	return ""
}

var makes = regexp.MustCompile(`(?m)\bmake ([a-z]+)`)

// glance looks at a block that can't be run here.
func (r *reader) glance(b block, why string) {
	if why == "" {
		r.t.Errorf("it is not said why this is not run:\n%s", b.text)
	}
	if b.language != "sh" {
		return
	}
	cmd := exec.Command("sh", "-n", "-c", b.text)
	output(r.t, cmd)
	for _, match := range makes.FindAllStringSubmatch(b.text, -1) {
		makefile, err := os.ReadFile(filepath.Join(r.folder(), "Makefile"))
		if err != nil || !strings.Contains(string(makefile), "\n"+match[1]+":") {
			r.t.Errorf("there is no make %s (%v)", match[1], err)
		}
	}
}

var promptLine = regexp.MustCompile(`(?m)^\$ `)

// session runs a block's commands one by one and compares what they print.
func (r *reader) session(text string) (printed string) {
	for _, part := range promptLine.Split(text, -1)[1:] {
		command, rest, _ := strings.Cut(part, "\n")
		for strings.HasSuffix(command, "\\") {
			var more string
			more, rest, _ = strings.Cut(rest, "\n")
			command += "\n" + more
		}
		got := r.commands(command)
		if !like(strings.TrimSpace(rest), strings.TrimSpace(got)) {
			r.t.Errorf("$ %s\nprints\n%s\nwant\n%s", command, got, rest)
		}
		printed += got
	}
	return printed
}

// like compares texts of which the first may have … for anything.
func like(want, got string) bool {
	parts := strings.Split(want, "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(`(?s)\A` + strings.Join(parts, ".*") + `\z`).MatchString(got)
}

// commands runs text in the page's shell, or starts the service that it runs.
func (r *reader) commands(text string) (printed string) {
	command := strings.TrimSuffix(strings.TrimSpace(text), " &")
	if command == "make run" || command == "make demo" {
		r.launch(command)
		return ""
	}
	var out bytes.Buffer
	cmd := r.shell("set -a\n" + r.local(text) + "\nended=$?\n{ echo \"cd '$PWD'\"; export -p; } >'" + r.state + "'\nexit $ended")
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		r.t.Fatalf("%s\n%v\n%s", text, err, out.String())
	}
	if strings.Contains(text, "make migration ") {
		r.migration = strings.TrimSpace(out.String())
	}
	return r.public(out.String())
}

func (r *reader) shell(text string) *exec.Cmd {
	cmd := exec.Command("sh", "-eu", "-c", ". '"+r.state+"'\n"+text)
	cmd.Env = r.env
	return cmd
}

// launch starts a service on a port of its own, which later commands find
// where the page says 8000.
func (r *reader) launch(command string) {
	here := project{dir: r.folder()}
	r.remember(func(line string) bool {
		return !strings.HasPrefix(line, "export PORT=") && !strings.HasPrefix(line, "export DATABASE_URL=")
	})
	cmd := r.shell("exec " + command)
	demo := freePort(r.t)
	if command == "make demo" {
		cmd.Env = append(cmd.Env, "MAKEFLAGS=-- DEMO="+filepath.Join(r.home, "demo")+" PORT="+demo)
	}
	s := here.launch(r.t, cmd)
	if r.port = s.port; command == "make demo" {
		r.port = demo
	}
	var settings []string
	for _, setting := range s.env {
		name, value, _ := strings.Cut(setting, "=")
		settings = append(settings, "export "+name+"='"+value+"'\n")
	}
	r.remember(func(string) bool { return true }, settings...)
}

// remember keeps some lines of what the shell remembers, and adds others.
func (r *reader) remember(keep func(line string) bool, more ...string) {
	content, err := os.ReadFile(r.state)
	if err != nil {
		r.t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(string(content)) {
		if keep(line) {
			kept = append(kept, line)
		}
	}
	r.put(r.state, strings.Join(append(kept, more...), ""))
}

// local returns a page's text with the port of the service.
func (r *reader) local(text string) string {
	if r.port == "" {
		return text
	}
	return strings.ReplaceAll(text, "localhost:8000", "localhost:"+r.port)
}

// older makes the project one that an older forge wrote, with another text in a
// file.
func (r *reader) older(change string) {
	parts := strings.Split(change, "|")
	if len(parts) != 3 {
		r.t.Fatalf("older: want FILE|NOW|THEN, got %q", change)
	}
	here := project{dir: r.folder()}
	here.write(r.t, parts[0], strings.ReplaceAll(here.read(r.t, parts[0]), parts[1], parts[2]))
	p, err := remembering.Open(here.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	var files []remembering.File
	for _, e := range p.Manifest.Files {
		content := string(p.Base[e.Path])
		if e.Path == parts[0] {
			content = strings.ReplaceAll(content, parts[1], parts[2])
		}
		files = append(files, remembering.File{Path: e.Path, Class: e.Class, Content: []byte(content)})
	}
	manifest, err := remembering.NewManifest("v0.0.1", p.Manifest.Answers, files).Encode()
	if err != nil {
		r.t.Fatal(err)
	}
	base, err := remembering.EncodeBase(files)
	if err != nil {
		r.t.Fatal(err)
	}
	here.write(r.t, remembering.ManifestPath, string(manifest))
	here.write(r.t, remembering.BasePath, string(base))
	r.commands("git add --all && git commit --quiet --message=older")
}

// public returns what is printed as the page has it.
func (r *reader) public(text string) string {
	text = strings.ReplaceAll(text, r.home, "~")
	if r.port == "" {
		return text
	}
	return strings.ReplaceAll(text, "localhost:"+r.port, "localhost:8000")
}

func (r *reader) folder() string {
	r.t.Helper()
	return strings.TrimSpace(output(r.t, r.shell("pwd")))
}

func (r *reader) put(name, content string) {
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		r.t.Fatal(err)
	}
}
