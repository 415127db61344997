package authmail

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
)

// fakeServer is an SMTP server for one connection: answers has what it replies
// to a command, by its first word; an empty answer drops the connection.
func fakeServer(t *testing.T, answers map[string]string) (SMTP, <-chan []string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	said := make(chan []string, 1)
	go func() {
		var commands []string
		defer func() { said <- commands }()
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprint(conn, "220 test\r\n")
		inData := false
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			line := lines.Text()
			if inData && line != "." {
				continue
			}
			word, _, _ := strings.Cut(strings.ToUpper(line), " ")
			commands = append(commands, line)
			answer, ok := answers[word]
			if !ok {
				answer = map[string]string{"EHLO": "250-test\r\n250 8BITMIME", "DATA": "354 go on", "QUIT": "221 bye"}[word]
			}
			if answer == "" && ok {
				return
			}
			if answer == "" {
				answer = "250 ok"
			}
			inData = word == "DATA" && strings.HasPrefix(answer, "354")
			fmt.Fprint(conn, answer+"\r\n")
			if word == "QUIT" {
				return
			}
		}
	}()
	addr := listener.Addr().(*net.TCPAddr)
	return SMTP{Host: "127.0.0.1", Port: addr.Port, TLS: "none"}, said
}

func sendOne(t *testing.T, server SMTP) error {
	t.Helper()
	message, err := testComposer(t).Compose(auth.Delivery{Kind: auth.MailReset, To: "user@example.com", Username: "johndoe", Token: "TOKEN"})
	if err != nil {
		t.Fatal(err)
	}
	return server.Send(t.Context(), message)
}

func TestSMTPSends(t *testing.T) {
	server, said := fakeServer(t, nil)
	if err := sendOne(t, server); err != nil {
		t.Fatal(err)
	}
	commands := strings.Join(<-said, "\n")
	if !strings.Contains(commands, "RCPT TO:<user@example.com>") || strings.Count(commands, "RCPT") != 1 {
		t.Errorf("the server heard %s", commands)
	}
}

func TestSMTPTellsRefusalsFromTrouble(t *testing.T) {
	tests := []struct {
		name      string
		answers   map[string]string
		refused   bool
		permanent bool
	}{
		{"no such recipient", map[string]string{"RCPT": "550 5.1.1 no such user"}, true, true},
		{"recipient busy", map[string]string{"RCPT": "450 4.2.1 try later"}, true, false},
		{"content refused", map[string]string{".": "554 5.7.1 spam"}, true, true},
		{"drops the connection", map[string]string{"RCPT": ""}, false, false},
		{"drops the connection after the data", map[string]string{".": ""}, true, false},
		{"sender refused", map[string]string{"MAIL": "550 5.7.1 not yours"}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, _ := fakeServer(t, tt.answers)
			err := sendOne(t, server)
			var refusal *Refusal
			if err == nil || errors.As(err, &refusal) != tt.refused {
				t.Fatalf("Send = %v, want a refusal: %t", err, tt.refused)
			}
			if tt.refused && refusal.Permanent != tt.permanent {
				t.Errorf("Permanent is %t: %v", refusal.Permanent, err)
			}
		})
	}
}

func TestSMTPMailThatWasTakenIsSent(t *testing.T) {
	for name, answers := range map[string]map[string]string{
		"then the server drops the connection": {"QUIT": ""},
		"then it closes down":                  {"QUIT": "421 closing"},
	} {
		server, _ := fakeServer(t, answers)
		if err := sendOne(t, server); err != nil {
			t.Errorf("%s: Send = %v, so the mail would be sent again", name, err)
		}
	}
}

func TestSMTPRefusalDoesNotTellTheLink(t *testing.T) {
	server, _ := fakeServer(t, map[string]string{".": "554 5.7.1 bad link https://api.example.com/reset-password#token=TOKEN"})
	if err := sendOne(t, server); err == nil || strings.Contains(err.Error(), "TOKEN") {
		t.Errorf("Send = %v", err)
	}
}

func TestSMTPWantsTLS(t *testing.T) {
	for _, user := range []string{"johndoe", ""} {
		server, said := fakeServer(t, nil)
		server.TLS, server.User, server.Password = "starttls", user, "smtp-password"
		err := sendOne(t, server)
		if err == nil {
			t.Fatalf("as %q: a mail was sent in plain text", user)
		}
		commands := strings.Join(<-said, "\n")
		if strings.Contains(commands, "AUTH") || strings.Contains(commands, "MAIL") || strings.Contains(err.Error(), "smtp-password") {
			t.Errorf("as %q: the server heard %s; %v", user, commands, err)
		}
	}
}

// Versions of TLS that are broken are as good as none (RFC 8996).
func TestSMTPWantsTLSOfToday(t *testing.T) {
	for version, taken := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true} {
		server, _ := stubbornServer(t, "implicit", map[string]string{
			"greeting": "220 test\r\n", "EHLO": "250-test\r\n250 AUTH PLAIN\r\n", "AUTH": "235 welcome\r\n", "QUIT": "221 bye\r\n",
		}, func(config *tls.Config) { config.MinVersion, config.MaxVersion = tls.VersionTLS10, version })
		if err := server.Check(t.Context()); (err == nil) != taken {
			t.Errorf("%s: Check = %v", tls.VersionName(version), err)
		}
	}
}

func TestSMTPServerThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	server := SMTP{Host: "127.0.0.1", Port: port, TLS: "none"}
	var refusal *Refusal
	if err := sendOne(t, server); err == nil || errors.As(err, &refusal) {
		t.Errorf("Send = %v, want an error that is no refusal", err)
	}
	if err := server.Check(t.Context()); err == nil {
		t.Error("Check found a server")
	}
}

func TestSMTPGreetsWithItsOwnName(t *testing.T) {
	server, said := fakeServer(t, nil)
	server.Helo = "api.example.com"
	if err := sendOne(t, server); err != nil {
		t.Fatal(err)
	}
	if commands := <-said; len(commands) == 0 || commands[0] != "EHLO api.example.com" {
		t.Errorf("the server heard %q", commands)
	}
}

// stubbornServer speaks TLS according to mode and fails at a step: at one of
// its answers, or by silence. The channel is closed when the connection is.
func stubbornServer(t *testing.T, mode string, answers map[string]string, configure ...func(*tls.Config)) (SMTP, <-chan struct{}) {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(web.Close)
	for _, change := range configure {
		change(web.TLS)
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(web.Certificate())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		raw, err := listener.Accept()
		if err != nil {
			return
		}
		t.Cleanup(func() { _ = raw.Close() })
		conn := raw
		if mode == "implicit" {
			conn = tls.Server(raw, web.TLS)
		}
		fmt.Fprint(conn, answers["greeting"])
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			word, _, _ := strings.Cut(strings.ToUpper(lines.Text()), " ")
			fmt.Fprint(conn, answers[word])
			if word == "STARTTLS" {
				conn = tls.Server(raw, web.TLS)
				lines = bufio.NewScanner(conn)
			}
		}
	}()
	return SMTP{
		Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, TLS: mode, Authorities: trusted, User: "johndoe", Password: "smtp-password",
	}, closed
}

// A worker tries again for as long as a server fails, so that a connection left
// open each time would use them all up.
func TestSMTPLeavesNoConnectionOpen(t *testing.T) {
	ehlo := "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"
	for _, mode := range []string{"starttls", "implicit", "none"} {
		for name, answers := range map[string]map[string]string{
			"greeting":  {"greeting": "554 not today\r\n"},
			"EHLO":      {"greeting": "220 test\r\n", "EHLO": "502 no\r\n", "HELO": "502 no\r\n"},
			"log-in":    {"greeting": "220 test\r\n", "EHLO": ehlo, "STARTTLS": "220 go on\r\n", "AUTH": "535 5.7.8 no\r\n", "*": "501 no\r\n"},
			"TLS":       {"greeting": "220 test\r\n", "EHLO": ehlo, "STARTTLS": "454 not available\r\n", "AUTH": "535 no\r\n"},
			"no answer": {},
		} {
			t.Run(mode+" "+name, func(t *testing.T) {
				server, closed := stubbornServer(t, mode, answers)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				begin := time.Now()
				if err := server.Check(ctx); err == nil || strings.Contains(err.Error(), "smtp-password") {
					t.Errorf("Check = %v", err)
				}
				if waited := time.Since(begin); waited > checkPatience/2 {
					t.Errorf("Check went on for %v after its context had ended", waited)
				}
				select {
				case <-closed:
				case <-time.After(10 * time.Second):
					t.Error("the connection is still open")
				}
			})
		}
	}
}

func TestCheckNamesTheSettingThatHelps(t *testing.T) {
	ready := map[string]string{"greeting": "220 test\r\n", "EHLO": "250-test\r\n250 STARTTLS\r\n", "STARTTLS": "220 go on\r\n"}
	private := func(s *SMTP) { s.Authorities = nil }
	for name, tt := range map[string]struct {
		mode   string
		change func(*SMTP)
		want   string
	}{
		"private authority, implicit": {"implicit", private, "SSL_CERT_FILE"},
		"private authority, starttls": {"starttls", private, "SSL_CERT_FILE"},
		"another name":                {"implicit", func(s *SMTP) { s.Host = "localhost" }, "SMTP_HOST to a name"},
		"no TLS at first":             {"starttls", func(s *SMTP) { s.TLS = "implicit" }, "SMTP_TLS=starttls"},
		"nobody":                      {"starttls", func(s *SMTP) { s.Port = 1 }, "check SMTP_HOST, SMTP_PORT"},
	} {
		server, _ := stubbornServer(t, tt.mode, ready)
		tt.change(&server)
		if err := server.Check(t.Context()); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	silent := fmt.Errorf("reading the greeting: %w", os.ErrDeadlineExceeded)
	if got := (SMTP{TLS: "starttls"}).advice(silent); !strings.Contains(got, "SMTP_TLS=implicit") {
		t.Errorf("a silent server: %s", got)
	}
}

func TestSMTPLogsIn(t *testing.T) {
	for _, mode := range []string{"starttls", "implicit"} {
		extensions := map[string]string{"starttls": "250-STARTTLS\r\n", "implicit": ""}[mode]
		server, closed := stubbornServer(t, mode, map[string]string{
			"greeting": "220 test\r\n", "EHLO": "250-test\r\n" + extensions + "250 AUTH PLAIN\r\n", "STARTTLS": "220 go on\r\n",
			"AUTH": "235 welcome\r\n", "QUIT": "221 bye\r\n",
		})
		if err := server.Check(t.Context()); err != nil {
			t.Errorf("%s: %v", mode, err)
		}
		<-closed
	}
}
