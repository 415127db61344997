package field

import (
	"io/fs"
	"regexp"
	"strings"

	"github.com/forge-go/forge/generator/txn"
)

const readmeFile = "README.md"

// The places of the README that name a user's fields; their first group ends
// where one more goes.
var (
	answerPlace   = regexp.MustCompile("(The user is `{[^`{}]*\"email\"[^`{}]*)}`")
	ownChange     = regexp.MustCompile("(?m)^(\\| PUT `/api/v1/users/me` \\|[^|\\n]*\\| any of [^|\\n]*`) *\\|")
	foreignChange = regexp.MustCompile("(?m)^(\\| PUT `/api/v1/users/{id}` \\|[^|\\n]*\\| any of [^|\\n]*`) *\\|")
)

// readme tells of the fields in the README, where that is still as forge wrote
// it: what is not there needs no change.
func (r Request) readme(current fs.FS) []txn.Change {
	content, err := fs.ReadFile(current, readmeFile)
	if err != nil {
		return nil
	}
	lineEnd := "\n"
	if strings.Contains(string(content), "\r\n") {
		lineEnd = "\r\n"
	}
	text := string(content)
	add := func(place *regexp.Regexp, before, mark string, names []string) {
		if at := place.FindStringSubmatchIndex(text); at != nil && len(names) > 0 {
			text = text[:at[3]] + before + mark + strings.Join(names, mark+", "+mark) + mark + text[at[3]:]
		}
	}
	name := func(f Field) string { return f.Name }
	add(answerPlace, ","+lineEnd, `"`, r.each(nil, name))
	add(ownChange, ", ", "`", r.each(isOwn, name))
	add(foreignChange, ", ", "`", r.each(nil, name))
	if text == string(content) {
		return nil
	}
	return []txn.Change{{Path: readmeFile, Old: content, New: []byte(text)}}
}
