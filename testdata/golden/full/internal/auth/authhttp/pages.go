package authhttp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

//go:embed page.css page.js verify_email.html reset_password.html mailbox.css mailbox.js mailbox.html mail.html oauth_expired.html providers.js account.css account.js account.html passkeys.js
var pageFiles embed.FS

// pageOutput is a page with its own content security policy.
type pageOutput struct {
	ContentType string `header:"Content-Type"`
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

// RegisterPages adds the pages that links in mails open. They carry the token
// in the fragment and send it only when the person presses the button, so a
// scanner that opens every link of a mail consumes nothing. Without a token,
// they offer a new mail.
func RegisterPages(api huma.API, config auth.Config) {
	style, script := file("page.css"), file("page.js")
	policy := "default-src 'none'; script-src '" + digest(script) + "'; style-src '" + digest(style) + "'; " +
		"connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	for path, name := range map[string]string{"/verify-email": "verify_email.html", "/reset-password": "reset_password.html"} {
		var body bytes.Buffer
		err := parsed(name).Execute(&body, map[string]any{
			"AppName": config.AppName, "Passwords": config.Passwords, "Style": template.CSS(style), "Script": template.JS(script),
		})
		if err != nil {
			panic(err)
		}
		huma.Register(api, huma.Operation{
			OperationID: "page-" + strings.Trim(path, "/"), Method: http.MethodGet, Path: path, Hidden: true,
		}, func(context.Context, *struct{}) (*pageOutput, error) {
			return &pageOutput{ContentType: "text/html; charset=utf-8", Policy: policy, Body: body.Bytes()}, nil
		})
	}
}

// file returns an embedded file, which is always there.
func file(name string) string {
	content, err := pageFiles.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(content)
}

// parsed returns an embedded page, whose values are escaped where they stand.
func parsed(name string) *template.Template {
	return template.Must(template.New(name).Parse(file(name)))
}

// digest names an inline script or style in a policy. A checkout on Windows may
// have CRLF, which browsers read as LF before they compare.
func digest(source string) string {
	sum := sha256.Sum256([]byte(strings.ReplaceAll(source, "\r\n", "\n")))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
