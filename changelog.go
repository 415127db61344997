// Package forge holds the history of forge, which forge upgrade tells.
package forge

import _ "embed"

// Changelog is CHANGELOG.md.
//
//go:embed CHANGELOG.md
var Changelog string
