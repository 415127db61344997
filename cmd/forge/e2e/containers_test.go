//go:build unix

package e2e

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// TestComposeFiles reads compose.yaml as Docker Compose does: whatever a part
// of it names is there, and can be reached as the others say.
func TestComposeFiles(t *testing.T) {
	for _, names := range [][2]string{{"none", "sqlite"}, {"basic", "sqlite"}, {"complete", "sqlite"}, {"complete", "postgres"}, {"complete", "mysql"}} {
		t.Run(strings.Join(names[:], "-"), func(t *testing.T) {
			p := newProjectWith(t, names[0], names[1], "stdlib")
			composed, image := p.compose(t), p.dockerfile(t)
			own := composed.Services["myapi"]
			if own.Build == nil || own.Build.Context != p.dir || len(own.Ports) != 1 || own.Ports[0].HostIP != "127.0.0.1" ||
				!slices.Contains(image.env, "PORT=8000") || own.Ports[0].Target != 8000 {
				t.Errorf("the service is built from %+v and has the ports %+v", own.Build, own.Ports)
			}
			if own.HealthCheck == nil || !slices.Equal(own.HealthCheck.Test[1:], image.health) {
				t.Errorf("compose.yaml checks %v, Dockerfile %q", own.HealthCheck, image.health)
			}
			for name, needed := range own.DependsOn {
				if needed.Condition == types.ServiceConditionHealthy && composed.Services[name].HealthCheck == nil {
					t.Errorf("%s has to be healthy and has no check", name)
				}
			}
			for name, service := range composed.Services {
				if service.Image != "" && (!strings.Contains(service.Image, ":") || strings.HasSuffix(service.Image, ":latest")) {
					t.Errorf("%s runs any version of %s", name, service.Image)
				}
			}
			checkHosts(t, composed, own)
		})
	}
}

// checkHosts looks whether the hosts that settings name are parts of the file,
// and whether the database has the user whom the service logs in as.
func checkHosts(t *testing.T, composed *types.Project, own types.ServiceConfig) {
	t.Helper()
	setting := func(service types.ServiceConfig, names ...string) string {
		for _, name := range names {
			if value := service.Environment[name]; value != nil {
				return *value
			}
		}
		return ""
	}
	hosts := []string{setting(own, "SMTP_HOST")}
	for _, name := range []string{"DATABASE_URL", "REDIS_URL"} {
		address, err := url.Parse(setting(own, name))
		if err != nil {
			t.Fatal(err)
		}
		hosts = append(hosts, address.Hostname())
		if name != "DATABASE_URL" || address.Scheme == "file" {
			continue
		}
		database := composed.Services["database"]
		secret, _ := address.User.Password()
		if secret != setting(database, "POSTGRES_PASSWORD", "MARIADB_ROOT_PASSWORD") ||
			strings.Trim(address.Path, "/") != setting(database, "POSTGRES_DB", "MARIADB_DATABASE") {
			t.Errorf("DATABASE_URL is %s, and the database has %v", address, database.Environment)
		}
	}
	for _, host := range hosts {
		if _, ok := composed.Services[host]; host != "" && !ok {
			t.Errorf("no part of the file is called %s", host)
		}
	}
}

// compose runs the command that makes a secret, as in a fresh clone, and loads
// compose.yaml with it.
func (p project) compose(t *testing.T) *types.Project {
	t.Helper()
	const documented = "make .env.development && docker compose up --build"
	if !strings.Contains(p.read(t, "docs/deployment.md"), "`"+documented+"`") {
		t.Errorf("docs/deployment.md does not say %q", documented)
	}
	if err := os.Remove(p.path(".env.development")); err != nil {
		t.Fatal(err)
	}
	command, _, _ := strings.Cut(documented, " && docker")
	need(t, "make", "no secret is made")
	p.shell(t, command)
	composed, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir:  p.dir,
		ConfigFiles: []types.ConfigFile{{Filename: p.path("compose.yaml")}},
		Environment: types.Mapping{},
	}, func(options *loader.Options) { options.SetProjectName("myapi", true) })
	if err != nil {
		t.Fatal(err)
	}
	return composed
}

// TestContainer does what docker compose up --build does with the service, but
// for the isolation: it copies what .dockerignore leaves, runs the commands of
// the Dockerfile one by one, and starts what they have built with the
// environment of both files.
func TestContainer(t *testing.T) {
	leftToTestAll(t)
	for _, mode := range []string{"none", "basic", "complete"} {
		t.Run(mode, func(t *testing.T) {
			p := newProject(t, mode)
			composed, image := p.compose(t), p.dockerfile(t)
			root := p.buildImage(t, image)
			in := func(command []string, environment []string) *exec.Cmd {
				cmd := exec.Command(filepath.Join(root, command[0]), command[1:]...)
				cmd.Dir, cmd.Env = root, append([]string{"TMPDIR=/nowhere"}, environment...)
				return cmd
			}
			var environment []string
			for name, value := range composed.Services["myapi"].Environment {
				environment = append(environment, name+"="+*value)
			}
			environment = append(image.env, environment...)
			for i, setting := range environment {
				environment[i] = strings.ReplaceAll(setting, "file:/var", "file:"+root+"/var")
			}
			health := func(s service) int {
				var exit *exec.ExitError
				err := in(image.health, append(environment, s.env...)).Run()
				if errors.As(err, &exit) {
					return exit.ExitCode()
				}
				if err != nil {
					t.Fatal(err)
				}
				return 0
			}
			var s service
			t.Run("up", func(t *testing.T) {
				s = p.launch(t, in(append(image.entrypoint, image.command...), environment),
					"DATABASE_URL=file:"+root+"/var/lib/myapi/myapi.db")
				if code := health(s); code != 0 {
					t.Errorf("the service is there, and its health check ends with %d", code)
				}
				if mode != "none" {
					s.register(t, "johndoe")
					s.login(t, "johndoe")
				}
			})
			if code := health(s); code != 1 {
				t.Errorf("the service is gone, and its health check ends with %d", code)
			}
		})
	}
}

// dockerfile is what this project's Dockerfile says.
type dockerfile struct {
	build                       []string // instructions of the first stage
	copied                      [][2]string
	env                         []string
	health, entrypoint, command []string
}

func (p project) dockerfile(t *testing.T) dockerfile {
	t.Helper()
	var d dockerfile
	stages := 0
	for line := range strings.Lines(strings.ReplaceAll(p.read(t, "Dockerfile"), "\\\n", "")) {
		instruction, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch instruction {
		case "FROM":
			stages++
		case "RUN":
			d.build = append(d.build, rest)
		case "COPY":
			from, to, ok := strings.Cut(strings.Replace(rest, "--chown=65532:65532 ", "", 1), " /out/")
			if stages == 1 {
				d.build = append(d.build, "COPY "+rest)
			} else if from == "--from=build" && ok {
				source, target, _ := strings.Cut(to, " ")
				d.copied = append(d.copied, [2]string{source, target})
			}
		case "ENV":
			d.env = append(d.env, strings.Fields(rest)...)
		case "HEALTHCHECK":
			_, rest, _ = strings.Cut(rest, "CMD ")
			d.health = list(t, rest)
		case "ENTRYPOINT":
			d.entrypoint = list(t, rest)
		case "CMD":
			d.command = list(t, rest)
		}
	}
	if stages != 2 || len(d.copied) == 0 || d.health == nil || d.entrypoint == nil || d.command == nil {
		t.Fatalf("the Dockerfile is read as %+v", d)
	}
	return d
}

func list(t *testing.T, array string) []string {
	t.Helper()
	var words []string
	if err := json.Unmarshal([]byte(array), &words); err != nil {
		t.Fatalf("%s: %v", array, err)
	}
	return words
}

// buildImage runs the commands of the first stage, and returns the folder that
// holds what the second one copies.
func (p project) buildImage(t *testing.T, d dockerfile) string {
	t.Helper()
	sent, source, out, root := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	p.sendContext(t, sent)
	for _, instruction := range d.build {
		cmd := p.command("sh", "-euc", strings.ReplaceAll(instruction, "/out", out))
		if what, ok := strings.CutPrefix(instruction, "COPY "); ok {
			fields := strings.Fields(what)
			from, to := fields[:len(fields)-1], fields[len(fields)-1]
			cmd = p.command("cp", append(append([]string{"-R"}, from...), filepath.Join(source, to))...)
			cmd.Dir = sent
		} else {
			cmd.Dir = source
		}
		output(t, cmd)
	}
	for _, pair := range d.copied {
		target := filepath.Join(root, pair[1])
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		output(t, exec.Command("cp", "-R", filepath.Join(out, pair[0]), target))
	}
	return root
}

// sendContext copies the files that .dockerignore leaves. No secret is among
// them.
func (p project) sendContext(t *testing.T, to string) {
	t.Helper()
	patterns, err := ignorefile.ReadAll(strings.NewReader(p.read(t, ".dockerignore")))
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(p.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(p.dir, path)
		if err != nil {
			return err
		}
		if skip, err := ignored.MatchesOrParentMatches(name); skip || err != nil {
			return err
		}
		if strings.HasPrefix(name, ".env.development") {
			t.Errorf("the image is built with %s", name)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		return errors.Join(os.MkdirAll(filepath.Dir(target), 0o755), os.WriteFile(target, content, 0o644))
	})
	if err != nil {
		t.Fatal(err)
	}
}
