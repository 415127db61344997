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
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/wneessen/go-mail"

	"example.com/myapi/internal/problem"
)

const mailboxPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

var mailboxPage = template.Must(template.New("mailbox").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox</title>
<style>
body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color:#1c2430}
table{width:100%;border-collapse:collapse}
th,td{padding:.5rem;text-align:left;border-bottom:1px solid #d5dbe3;overflow-wrap:anywhere}
</style>
</head>
<body>
<h1>Mailbox</h1>
<p>The mails this service sent in development, the newest first. Reload for new ones.</p>
{{if .}}<table>
<tr><th>Subject</th><th>To</th><th>Date</th></tr>
{{range .}}<tr><td><a href="mailbox/{{.Name}}">{{.Subject}}</a></td><td>{{.To}}</td><td>{{.Date}}</td></tr>
{{end}}</table>{{else}}<p>No mail yet.</p>{{end}}
</body>
</html>
`))

// entry is a row of the mailbox.
type entry struct{ Name, Subject, To, Date string }

type mailInput struct {
	Name string `path:"name" maxLength:"100"`
}

// RegisterMailbox adds /dev/mailbox, which shows the mails that Folder wrote
// to dir. It is for development: links in mails are as good as passwords, so
// it answers only a browser on this machine.
func RegisterMailbox(api huma.API, dir string) {
	huma.Register(api, huma.Operation{
		OperationID: "dev-mailbox", Method: http.MethodGet, Path: "/dev/mailbox", Hidden: true,
		Middlewares: huma.Middlewares{onlyLocal},
	}, func(context.Context, *struct{}) (*pageOutput, error) {
		entries, err := list(dir)
		if err != nil {
			return nil, err
		}
		var page bytes.Buffer
		if err := mailboxPage.Execute(&page, entries); err != nil {
			return nil, err
		}
		return &pageOutput{ContentType: "text/html; charset=utf-8", Policy: mailboxPolicy, Body: page.Bytes()}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "dev-mail", Method: http.MethodGet, Path: "/dev/mailbox/{name}", Hidden: true,
		Middlewares: huma.Middlewares{onlyLocal},
	}, func(_ context.Context, in *mailInput) (*pageOutput, error) {
		body, err := htmlPart(dir, in.Name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, huma.Error404NotFound("Not found")
		}
		if err != nil {
			return nil, err
		}
		return &pageOutput{ContentType: "text/html; charset=utf-8", Policy: mailboxPolicy, Body: body}, nil
	})
}

// onlyLocal hides the mailbox from other machines: from a peer that is not this
// one, from a page of another host name that leads here (DNS rebinding), and
// from requests through a proxy.
func onlyLocal(ctx huma.Context, next func(huma.Context)) {
	peer, err := netip.ParseAddrPort(ctx.RemoteAddr())
	forwarded := false
	ctx.EachHeader(func(name, _ string) {
		forwarded = forwarded || name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-")
	})
	if err != nil || !peer.Addr().Unmap().IsLoopback() || !isLoopbackHost(ctx.Host()) || forwarded {
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

func list(dir string) ([]entry, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	slices.Reverse(names)
	var entries []entry
	for _, name := range names {
		message, err := mail.EMLToMsgFromFile(name)
		if err != nil {
			continue // Being deleted, or not a mail of ours.
		}
		entries = append(entries, entry{
			Name:    filepath.Base(name),
			Subject: strings.Join(message.GetGenHeader(mail.HeaderSubject), " "),
			To:      strings.Trim(strings.Join(message.GetToString(), ", "), "<>"),
			Date:    strings.Join(message.GetGenHeader(mail.HeaderDate), " "),
		})
	}
	return entries, nil
}

// htmlPart returns the HTML of a mail in dir, from which no name leads out.
func htmlPart(dir, name string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if filepath.Ext(name) != ".eml" {
		return nil, fs.ErrNotExist
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, fs.ErrNotExist
	}
	defer file.Close()
	message, err := mail.EMLToMsgFromReader(file)
	if err != nil {
		return nil, err
	}
	for _, part := range message.GetParts() {
		if part.GetContentType() == mail.TypeTextHTML {
			return part.GetContent()
		}
	}
	return nil, fs.ErrNotExist
}
