package render

import (
	"bytes"
	"path"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

// tables are the tables of accounts, and what is named after one: an index, a
// constraint.
var tables = lazyregexp.New(`\b(users|tokens|login_failures|login_networks|outbox|api_keys|recovery_codes|totp|user_identities|oauth_flows|webauthn_handles|passkeys|passkey_challenges)(_\w+)?\b`)

// WithTablePrefix returns SQL in which the names of the tables of accounts, and
// of their indexes and constraints, begin with prefix.
func WithTablePrefix(sql []byte, prefix string) []byte {
	if prefix == "" {
		return sql
	}
	var out []byte
	for line := range bytes.Lines(sql) {
		code, comment := line, []byte(nil)
		if i := bytes.Index(line, []byte("--")); i >= 0 {
			code, comment = line[:i], line[i:]
		}
		out = append(append(out, tables.ReplaceAll(code, []byte(prefix+"$0"))...), comment...)
	}
	return out
}

// prefixed renames the tables in the statements of a rendered file.
func (r Request) prefixed(output string, content []byte) []byte {
	switch path.Ext(output) {
	case ".sql":
		return WithTablePrefix(content, r.TablePrefix)
	case ".go":
		return inStatements(content, func(text []byte, _ bool) []byte { return WithTablePrefix(text, r.TablePrefix) })
	}
	return content
}
