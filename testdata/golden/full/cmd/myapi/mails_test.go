package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
)

// registered starts a service to which somebody has registered.
func registered(t *testing.T, configure func(*settings.Settings)) (stop func() error) {
	t.Helper()
	db, config := migrated(t)
	configure(&config)
	accounts, err := newAccounts(config, db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ann := auth.Registration{Email: "ann@example.com", Username: "ann", Password: "SecurePass123!"}
	if _, err := accounts.Register(t.Context(), ann); err != nil {
		t.Fatal(err)
	}
	_, stop = start(t, config)
	return stop
}

// The service sends the mails that wait.
func TestServeSendsMails(t *testing.T) {
	registered(t, func(*settings.Settings) {})
	eventually(t, "no mail was sent", func() bool {
		mails, err := filepath.Glob("var/outbox/*.eml")
		if err != nil {
			t.Fatal(err)
		}
		return len(mails) == 1
	})
}

// A service that stops ends the mail that it has begun to send.
func TestServeFinishesItsMail(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	began, taken := make(chan struct{}), make(chan struct{})
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer connection.Close()
		fmt.Fprint(connection, "220 test\r\n")
		inData := false
		for lines := bufio.NewScanner(connection); lines.Scan(); {
			switch word, _, _ := strings.Cut(lines.Text(), " "); {
			case inData && word == ".":
				close(began)
				time.Sleep(300 * time.Millisecond)
				close(taken)
				inData = false
				fmt.Fprint(connection, "250 ok\r\n")
			case inData:
			case word == "DATA":
				inData = true
				fmt.Fprint(connection, "354 go on\r\n")
			default:
				fmt.Fprint(connection, "250 ok\r\n")
			}
		}
	}()
	stop := registered(t, func(s *settings.Settings) {
		s.EmailBackend, s.SMTPHost, s.SMTPTLS = "smtp", "127.0.0.1", "none"
		s.SMTPPort = uint16(listener.Addr().(*net.TCPAddr).Port)
	})
	select {
	case <-began:
	case <-time.After(10 * time.Second):
		t.Fatal("no mail was sent")
	}
	if err := stop(); err != nil {
		t.Errorf("serve = %v", err)
	}
	select {
	case <-taken:
	default:
		t.Error("the service has stopped before its mail was sent")
	}
}

// Links lead to FRONTEND_URL, if there is one, and else to the service.
func TestLinksOfMails(t *testing.T) {
	config := settings.Settings{Mail: settings.Mail{PublicURL: "https://api.example.com"}}
	if base := composer(config).LinkBase; base != "https://api.example.com" {
		t.Errorf("links lead to %s", base)
	}
	config.FrontendURL = "https://app.example.com"
	if base := composer(config).LinkBase; base != "https://app.example.com" {
		t.Errorf("with FRONTEND_URL, links lead to %s", base)
	}
}

// In development an edit of a template shows at once; elsewhere the binary's own count,
// whatever lies in the working directory.
func TestTemplatesOfMails(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("static/email_template", 0o700); err != nil {
		t.Fatal(err)
	}
	const name, edit = "verification_email.html", "an edit"
	if err := os.WriteFile(filepath.Join("static/email_template", name), []byte(edit), 0o600); err != nil {
		t.Fatal(err)
	}
	for environment, edited := range map[string]bool{settings.Development: true, "production": false} {
		content, err := fs.ReadFile(composer(settings.Settings{Environment: environment}).Templates, name)
		if err != nil || (string(content) == edit) != edited {
			t.Errorf("%s: %.50q, %v", environment, content, err)
		}
	}
}
