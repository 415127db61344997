package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/joho/godotenv"
)

var environmentName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// layer is one of the places that settings are read from.
type layer struct {
	file   string // empty for the process
	values map[string]string
}

// layers returns .env, .env.<ENVIRONMENT> and the process: a later one wins.
func layers(environ []string, dir string) ([]layer, error) {
	process := map[string]string{}
	for _, entry := range environ {
		if name, value, _ := strings.Cut(entry, "="); value != "" {
			process[name] = value
		}
	}
	common, err := readFile(dir, ".env")
	if err != nil {
		return nil, err
	}
	environment := strings.TrimSpace(firstOf(process["ENVIRONMENT"], common["ENVIRONMENT"], "production"))
	if !environmentName.MatchString(environment) {
		return nil, fmt.Errorf("ENVIRONMENT %.100q: use lower-case letters, digits, - and _, such as production", environment)
	}
	specific, err := readFile(dir, ".env."+environment)
	if err != nil {
		return nil, err
	}
	process["ENVIRONMENT"] = environment
	return []layer{{".env", common}, {".env." + environment, specific}, {"", process}}, nil
}

// readFile returns the variables of a file that need not exist.
func readFile(dir, name string) (map[string]string, error) {
	path := filepath.Join(dir, name)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s", path, unreadable(err))
	}
	content = bytes.TrimPrefix(content, []byte("\uFEFF"))
	if !utf8.Valid(content) || bytes.ContainsRune(content, 0) {
		return nil, fmt.Errorf("%s is not UTF-8 but UTF-16 or another encoding: save it as UTF-8", path)
	}
	values, err := godotenv.UnmarshalBytes(content)
	if err != nil {
		// The parser's own error repeats the line, which may contain a secret.
		return nil, fmt.Errorf("%s cannot be read: check for a line that is not NAME=value, or an open quote", path)
	}
	maps.DeleteFunc(values, func(_, value string) bool { return value == "" })
	return values, nil
}

// secretNames lists the settings that no message repeats. Each can also be read
// from the file that <NAME>_FILE names, as Docker and Kubernetes mount secrets.
func secretNames() []string {
	return []string{
		"DATABASE_URL", "REDIS_URL",
		"SECRET_KEY", "SECRET_KEY_PREVIOUS",
		"SMTP_PASSWORD",
		"GOOGLE_CLIENT_SECRET",
		"GITHUB_CLIENT_SECRET",
		"APPLE_PRIVATE_KEY",
		"OIDC_CLIENT_SECRET",
		"ENCRYPTION_KEY",
		"ENCRYPTION_KEY_PREVIOUS",
	}
}

// merge returns the values of all layers, with secrets read from their files.
func merge(all []layer, c *check) map[string]string {
	values := map[string]string{}
	for _, l := range all {
		for name, value := range l.values {
			values[name] = bare(value)
		}
	}
	for _, name := range secretNames() {
		values[name] = c.secret(name, all)
	}
	return values
}

// secret returns a secret as it is, blanks included, from the last layer that
// has it or its file.
func (c *check) secret(name string, all []layer) string {
	for _, l := range slices.Backward(all) {
		value, file := l.values[name], l.values[name+"_FILE"]
		switch {
		case value != "" && file != "":
			c.add(name, "%s and %s_FILE are both set: keep one", name, name)
			return value
		case file != "":
			return c.secretFrom(name, bare(file))
		case value != "" && strings.HasSuffix(name, "_URL"):
			return bare(value)
		case value != "":
			return value
		}
	}
	return ""
}

// secretFrom reads a secret from its file, without the end of the line. The path
// is not repeated in a fault: it may be the secret itself.
func (c *check) secretFrom(name, path string) string {
	content, err := os.ReadFile(path)
	secret := strings.TrimRight(string(content), "\r\n")
	switch {
	case err != nil:
		c.add(name, "%s_FILE: %s", name, unreadable(err))
	case secret == "":
		c.add(name, "%s_FILE: the file is empty", name)
	}
	return secret
}

func unreadable(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "the file may not be read"
	}
	return "this is no file that can be read"
}

// bare removes blanks around a value, and the quotes that docker's --env-file
// and Kubernetes keep.
func bare(value string) string {
	value = strings.TrimSpace(value)
	for _, quote := range []string{`"`, `'`} {
		if len(value) > 1 && strings.HasPrefix(value, quote) && strings.HasSuffix(value, quote) {
			return value[1 : len(value)-1]
		}
	}
	return value
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
