package settings

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/joho/godotenv"
)

var environmentName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

func collect(environ []string, dir string) (map[string]string, error) {
	process := map[string]string{}
	for _, entry := range environ {
		if name, value, _ := strings.Cut(entry, "="); value != "" {
			process[name] = value
		}
	}
	values, err := readFile(filepath.Join(dir, ".env"))
	if err != nil {
		return nil, err
	}
	environment := firstOf(process["ENVIRONMENT"], values["ENVIRONMENT"], "production")
	if !environmentName.MatchString(environment) {
		return nil, fmt.Errorf("ENVIRONMENT %q: use lower-case letters, digits, - and _, such as production", environment)
	}
	specific, err := readFile(filepath.Join(dir, ".env."+environment))
	if err != nil {
		return nil, err
	}
	maps.Copy(values, specific)
	maps.Copy(values, process)
	values["ENVIRONMENT"] = environment
	return values, nil
}

func readFile(path string) (map[string]string, error) {
	values, err := godotenv.Read(path)
	if errors.Is(err, os.ErrNotExist) {
		return map[string]string{}, nil
	}
	if err != nil {
		// The parser's own error repeats the line, which may hold a secret.
		return nil, fmt.Errorf("%s cannot be read: check for a line that is not NAME=value, or an open quote", path)
	}
	maps.DeleteFunc(values, func(_, value string) bool { return value == "" })
	return values, nil
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

// parseFaults names the variables that could not be read. Values of secrets
// are texts, which always can be.
func parseFaults(err error) []error {
	if err == nil {
		return nil
	}
	var all env.AggregateError
	if !errors.As(err, &all) {
		return []error{err}
	}
	faults := make([]error, len(all.Errors))
	for i, fault := range all.Errors {
		var parse env.ParseError
		if errors.As(fault, &parse) {
			fault = fmt.Errorf("%s: %w", variable(parse.Name), parse.Err)
		}
		faults[i] = fault
	}
	return faults
}

var wordStart = regexp.MustCompile(`([a-z])([A-Z])`)

// variable gives the environment variable of a field: Port is PORT, and
// AccessTokenExpireMinutes is ACCESS_TOKEN_EXPIRE_MINUTES.
func variable(field string) string {
	field = strings.NewReplacer("CORS", "Cors", "SMTP", "Smtp", "URL", "Url").Replace(field)
	return strings.ToUpper(wordStart.ReplaceAllString(field, "${1}_${2}"))
}
