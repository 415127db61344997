package auth

import (
	"slices"
	"strings"
)

// The scopes of API keys. Write includes read; admin is for what only superusers
// may do, and of use to their keys only.
const (
	ScopeRead  = "read"
	ScopeWrite = "write"
	ScopeAdmin = "admin"
)

// Scopes lists the scopes that a key can have. One of your own, such as
// "reports:read" and "reports:write", is needed by the operations with
// Metadata: map[string]any{"scope": "reports"}.
func Scopes() []string {
	return []string{
		ScopeRead, ScopeWrite, ScopeAdmin,
		"notes:read", "notes:write",
		"tasks:read", "tasks:write",
		"articles:read", "articles:write",
	}
}

// NeededScope returns the scope that a request needs which reads only, or not. Of
// is what narrows it, such as "reports"; it may be empty, or ScopeAdmin.
func NeededScope(of string, reads bool) string {
	scope := ScopeWrite
	if reads {
		scope = ScopeRead
	}
	switch of {
	case "":
		return scope
	case ScopeAdmin:
		return ScopeAdmin
	}
	return of + ":" + scope
}

// ScopeError reports that an API key lacks a scope.
type ScopeError struct{ Scope string }

func (e *ScopeError) Error() string { return "API key lacks the scope " + e.Scope }

// CheckScope returns a *ScopeError unless the key of a user has a scope, or one
// that includes it. That of superusers is gone as soon as the user is none.
func (k APIKey) CheckScope(user User, needed string) error {
	if needed == ScopeAdmin && !user.IsSuperuser || !k.includes(needed) {
		return &ScopeError{Scope: needed}
	}
	return nil
}

func (k APIKey) includes(needed string) bool {
	of, verb, isNarrow := strings.Cut(needed, ":")
	if !isNarrow {
		verb = needed
	}
	return slices.ContainsFunc(k.Scopes, func(scope string) bool {
		if isNarrow {
			scope = strings.TrimPrefix(scope, of+":")
		}
		return scope == verb || scope == ScopeWrite && verb == ScopeRead
	})
}

// sortScopes returns scopes as they are stored: each once, and in order. It
// refuses those that there are not.
func sortScopes(scopes []string) ([]string, error) {
	if len(scopes) == 0 {
		return nil, invalid("scopes", "expected at least one scope")
	}
	for _, scope := range scopes {
		if !slices.Contains(Scopes(), scope) {
			return nil, invalid("scopes", "unknown scope")
		}
	}
	sorted := slices.Sorted(slices.Values(scopes))
	return slices.Compact(sorted), nil
}
