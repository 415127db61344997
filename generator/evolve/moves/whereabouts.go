package moves

import (
	"bytes"
	"cmp"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
)

// Whereabouts is where the user has moved what forge wrote.
type Whereabouts struct {
	// files has where those of the base are that are not where forge wrote them.
	// No file of the user's is there for two.
	files map[string]string
	// folders has where those of the base are, moved or not.
	folders map[string]string
}

// Of returns where a file is, or belongs: one that is new belongs beside those
// that were moved.
func (w Whereabouts) Of(name string) string {
	if at, ok := w.files[name]; ok {
		return at
	}
	return path.Join(w.Folder(path.Dir(name)), path.Base(name))
}

// Folder returns where a folder is: with its files, or else with the folder that
// it is in.
func (w Whereabouts) Folder(name string) string {
	for dir := name; dir != "."; dir = path.Dir(dir) {
		if to, ok := w.folders[dir]; ok {
			return path.Join(to, strings.TrimPrefix(name, dir))
		}
	}
	return name
}

// HasMoved reports whether a folder is elsewhere than forge wrote it.
func (w Whereabouts) HasMoved() bool {
	for from, to := range w.folders {
		if from != to {
			return true
		}
	}
	return false
}

// Locate looks for the files of the base that are not where forge wrote them,
// among the user's: those of other names than the known ones. The best match is
// taken first.
func Locate(base map[string][]byte, current fs.FS, known func(path string) bool) (Whereabouts, error) {
	w := Whereabouts{files: make(map[string]string), folders: make(map[string]string)}
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(base)) {
		content, err := fs.Lstat(current, name)
		if content == nil || err != nil {
			missing = append(missing, name)
			continue
		}
		w.folders[path.Dir(name)] = path.Dir(name)
	}
	if len(missing) == 0 {
		return w, nil
	}
	own, err := sketchAll(current, func(name string) bool { return !known(name) && base[name] == nil })
	if err != nil {
		return w, err
	}
	var all []match
	for _, name := range missing {
		sketched := sketchOf(name, base[name])
		for _, other := range own {
			if share := sketched.share(other); share > 0 {
				all = append(all, match{name, other.path, share, path.Base(name) == path.Base(other.path)})
			}
		}
	}
	slices.SortFunc(all, compareMatches)
	taken := make(map[string]bool)
	for _, m := range all {
		if w.files[m.name] == "" && !taken[m.at] {
			w.files[m.name], taken[m.at] = m.at, true
		}
	}
	w.learnFolders()
	return w, nil
}

// match is a file of the user's that may be one of the base.
type match struct {
	name, at  string
	share     int
	sameTitle bool
}

func compareMatches(a, b match) int {
	if a.share != b.share {
		return b.share - a.share
	}
	if a.sameTitle != b.sameTitle {
		if a.sameTitle {
			return -1
		}
		return 1
	}
	return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.at, b.at))
}

// learnFolders takes a folder for moved when nothing that forge wrote is there
// any more: to where most of its files are.
func (w Whereabouts) learnFolders() {
	votes := make(map[string]map[string]int)
	for name, at := range w.files {
		from := path.Dir(name)
		if votes[from] == nil {
			votes[from] = make(map[string]int)
		}
		votes[from][path.Dir(at)]++
	}
	for from, targets := range votes {
		if _, stays := w.folders[from]; stays {
			continue
		}
		best := ""
		for _, to := range slices.Sorted(maps.Keys(targets)) {
			if best == "" || targets[to] > targets[best] {
				best = to
			}
		}
		w.folders[from] = best
	}
}

// FollowFolders writes, into what forge wrote and would write, the import paths
// that moved packages have now: into the base where the user has done so too.
func (w Whereabouts) FollowFolders(base map[string][]byte, current fs.FS, next []generator.File, module string) (map[string][]byte, error) {
	if !w.HasMoved() {
		return base, nil
	}
	imported := regexp.MustCompile(`"` + regexp.QuoteMeta(module) + `/([^"\s]+)"`)
	follow := func(content []byte, keep func(quoted []byte) bool) []byte {
		return imported.ReplaceAllFunc(content, func(quoted []byte) []byte {
			if keep(quoted) {
				return quoted
			}
			folder := strings.TrimPrefix(strings.Trim(string(quoted), `"`), module+"/")
			return []byte(`"` + module + "/" + w.Folder(folder) + `"`)
		})
	}
	base = maps.Clone(base)
	for name, content := range base {
		if path.Ext(name) != ".go" {
			continue
		}
		now, err := project.ReadFile(current, w.Of(name))
		if err != nil {
			return nil, err
		}
		base[name] = follow(content, func(quoted []byte) bool { return bytes.Contains(now, quoted) })
	}
	for i, f := range next {
		if path.Ext(f.Path) == ".go" {
			next[i].Content = follow(f.Content, func([]byte) bool { return false })
		}
	}
	return base, nil
}
