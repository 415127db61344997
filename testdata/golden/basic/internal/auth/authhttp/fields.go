package authhttp

import (
	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

// The fields whose rules are those of package auth, which names all faults of a
// request at once. huma would refuse the first in words of its own, so it only
// tells these rules in the OpenAPI document.
type (
	emailField    string
	usernameField string
	passwordField string // a new one
)

func (emailField) Schema(huma.Registry) *huma.Schema {
	return text(map[string]any{"format": "email", "maxLength": 254})
}

func (usernameField) Schema(huma.Registry) *huma.Schema {
	return text(map[string]any{"pattern": auth.UsernamePattern, "minLength": 3, "maxLength": 50})
}

func (passwordField) Schema(huma.Registry) *huma.Schema {
	return text(map[string]any{"format": "password", "minLength": 8, "maxLength": 72})
}

func text(rules map[string]any) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Extensions: rules}
}
