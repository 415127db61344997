package generator

import (
	"fmt"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// The prefixes that accounts take in a module that has a table or a path of
// their names, unless told otherwise.
const (
	DefaultTablePrefix = "accounts_"
	DefaultPathPrefix  = "/accounts"
)

var (
	// tablePrefix leaves room for the longest name within the 63 bytes of
	// PostgreSQL. Capital letters would need quotes in every statement.
	tablePrefix = lazyregexp.New(`^[a-z][a-z0-9_]{0,19}$`)
	// pathPrefix has what no router takes for a variable.
	pathPrefix = lazyregexp.New(`^(/[A-Za-z0-9][A-Za-z0-9._~-]*)+$`)
)

// PrefixError reports a prefix of tables or paths that can't be used.
type PrefixError struct{ Flag, Value, Reason string }

func (e *PrefixError) Error() string {
	return fmt.Sprintf("--%s=%s can't be used: %s", e.Flag, e.Value, e.Reason)
}

// CheckTablePrefix returns a *PrefixError when no table can have the prefix.
func CheckTablePrefix(prefix string) error {
	if prefix == "" || tablePrefix.MatchString(prefix) {
		return nil
	}
	return &PrefixError{"table-prefix", prefix, "it needs a small letter, then at most 19 of a-z, 0-9 and _"}
}

// CheckPathPrefix returns a *PrefixError when no route can have the prefix.
func CheckPathPrefix(prefix string) error {
	if prefix == "" || pathPrefix.MatchString(prefix) {
		return nil
	}
	return &PrefixError{"prefix", prefix, "it needs a path such as /accounts, of letters, digits and . _ ~ -, without a slash at its end"}
}
