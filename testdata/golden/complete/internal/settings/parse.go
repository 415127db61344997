package settings

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/caarlos0/env/v11"
)

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
