package authhttp

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/problem"
)

type mailInput struct {
	Name string `path:"name" maxLength:"100"`
}

// RegisterMailbox adds /dev/mailbox, which shows the mails that Folder wrote
// to dir. It is for development: links in mails are as good as passwords, so
// it answers only a browser on this machine.
func RegisterMailbox(api huma.API, dir string) {
	box := mailbox{dir}
	huma.Register(api, huma.Operation{
		OperationID: "dev-mailbox", Method: http.MethodGet, Path: "/dev/mailbox", Hidden: true,
		Middlewares: huma.Middlewares{onlyLocal},
	}, func(context.Context, *struct{}) (*pageOutput, error) {
		entries, err := box.list()
		if err != nil {
			return nil, err
		}
		unread := 0
		for _, e := range entries {
			if e.Unread {
				unread++
			}
		}
		return mailboxPage("mailbox.html", "'"+digest(file("mailbox.css"))+"'", map[string]any{"Entries": entries, "Unread": unread})
	})
	huma.Register(api, huma.Operation{
		OperationID: "dev-mail", Method: http.MethodGet, Path: "/dev/mailbox/{name}", Hidden: true,
		Middlewares: huma.Middlewares{onlyLocal},
	}, func(_ context.Context, in *mailInput) (*pageOutput, error) {
		letter, err := box.open(in.Name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, huma.Error404NotFound("Not found")
		}
		if err != nil {
			return nil, err
		}
		// The frame of the mail has the policy of its page, and mails have styles.
		return mailboxPage("mail.html", "'unsafe-inline'; img-src data:", map[string]any{"Letter": letter})
	})
}

// mailboxPage renders a page of the mailbox, whose styles may come from where
// styles says.
func mailboxPage(name, styles string, values map[string]any) (*pageOutput, error) {
	script := file("mailbox.js")
	values["Style"], values["Script"] = template.CSS(file("mailbox.css")), template.JS(script)
	var page bytes.Buffer
	if err := parsed(name).Execute(&page, values); err != nil {
		return nil, err
	}
	policy := "default-src 'none'; script-src '" + digest(script) + "'; connect-src 'self'; style-src " + styles +
		"; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return &pageOutput{ContentType: "text/html; charset=utf-8", Policy: policy, Body: page.Bytes()}, nil
}

// onlyLocal hides the mailbox from other machines: from a peer that is not this
// one, from a page of another host name that leads here (DNS rebinding), and
// from requests through a proxy. Nor is it for scripts of other pages of this
// machine, which CORS lets use the API: browsers send an Origin with their requests.
func onlyLocal(ctx huma.Context, next func(huma.Context)) {
	peer, err := netip.ParseAddrPort(ctx.RemoteAddr())
	foreign := false
	ctx.EachHeader(func(name, _ string) {
		foreign = foreign || slices.Contains([]string{"Forwarded", "Via", "X-Real-Ip", "Origin"}, name) || strings.HasPrefix(name, "X-Forwarded-")
	})
	if err != nil || !peer.Addr().Unmap().IsLoopback() || !isLoopbackHost(ctx.Host()) || foreign {
		problem.WriteOperation(ctx, http.StatusNotFound, "Not found")
		return
	}
	next(ctx)
}

func isLoopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || (err == nil && addr.IsLoopback())
}
