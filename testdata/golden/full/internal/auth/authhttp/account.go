package authhttp

import (
	"bytes"
	"context"
	"html/template"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// RegisterAccount adds /dev/account, where a developer registers, logs in and
// tries what an account can do, and sees the requests. As the mailbox, it is for
// development and answers only a browser on this machine.
func RegisterAccount(api huma.API) {
	style, script := file("mailbox.css")+file("account.css"), file("account.js")+file("providers.js")+file("passkeys.js")
	var page bytes.Buffer
	err := parsed("account.html").Execute(&page, map[string]any{"Style": template.CSS(style), "Script": template.JS(script)})
	if err != nil {
		panic(err)
	}
	policy := "default-src 'none'; script-src '" + digest(script) + "'; connect-src 'self'; style-src '" + digest(style) + "'" +
		"; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	huma.Register(api, huma.Operation{
		OperationID: "dev-account", Method: http.MethodGet, Path: "/dev/account", Hidden: true,
		Middlewares: huma.Middlewares{onlyLocal},
	}, func(context.Context, *struct{}) (*pageOutput, error) {
		return &pageOutput{ContentType: "text/html; charset=utf-8", Policy: policy, Body: page.Bytes()}, nil
	})
}
