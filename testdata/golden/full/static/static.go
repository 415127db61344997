// Package static holds the files that are part of the binary.
package static

import "embed"

// EmailTemplates has the mails, in the folder email_template.
//
//go:embed email_template
var EmailTemplates embed.FS
