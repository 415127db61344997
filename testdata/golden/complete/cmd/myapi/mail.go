package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"example.com/myapi/internal/auth/authmail"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/logging"
	"example.com/myapi/internal/settings"
	"example.com/myapi/static"
)

// composer writes mails from the templates in the binary, or in development
// from those on disk, where an edit shows at once.
func composer(config settings.Settings) authmail.Composer {
	const dir = "email_template"
	templates, err := fs.Sub(static.EmailTemplates, dir)
	if err != nil {
		panic(err) // The folder is embedded.
	}
	if info, err := os.Stat("static/" + dir); config.Environment == settings.Development && err == nil && info.IsDir() {
		templates = os.DirFS("static/" + dir)
	}
	base := config.FrontendURL
	if base == "" {
		base = config.PublicURL
	}
	return authmail.Composer{
		Templates: templates,
		AppName:   config.AppName,
		FromName:  config.EmailsFromName,
		FromEmail: config.EmailsFromEmail,
		LinkBase:  base,
		Now:       time.Now,
	}
}

// sender delivers mails as EMAIL_BACKEND says.
func sender(config settings.Settings) authmail.Sender {
	if config.EmailBackend == "file" {
		return authmail.Folder{Dir: config.EmailOutboxDir, Now: time.Now}
	}
	return smtp(config)
}

func smtp(config settings.Settings) authmail.SMTP {
	return authmail.SMTP{
		Host:     config.SMTPHost,
		Port:     int(config.SMTPPort),
		User:     config.SMTPUser,
		Password: config.SMTPPassword,
		TLS:      config.SMTPTLS,
	}
}

// examineMail checks that mail can be sent, and looks for mails that were not.
func examineMail(ctx context.Context, config settings.Settings, db *database.DB, pending int, stdout io.Writer) error {
	if config.EmailBackend == "file" {
		fmt.Fprintf(stdout, "ok    mail        goes to files in %s; /dev/mailbox shows them\n", config.EmailOutboxDir)
	} else if err := smtp(config).Check(ctx); err != nil {
		fmt.Fprintln(stdout, "FAIL  mail        check SMTP_HOST, SMTP_PORT, SMTP_TLS, SMTP_USER and SMTP_PASSWORD (Gmail: an app password)")
		return err
	} else {
		fmt.Fprintf(stdout, "ok    mail        %s:%d takes the log-in\n", config.SMTPHost, config.SMTPPort)
	}
	if pending > 0 {
		return nil
	}
	accounts, err := newAccounts(config, db, logging.New(io.Discard, config.LogLevel, config.LogFormat))
	if err != nil {
		return err
	}
	stuck, err := accounts.StuckMails(ctx, 10*time.Minute)
	if err != nil {
		return err
	}
	if stuck > 0 {
		fmt.Fprintf(stdout, "todo  outbox      %d mails have waited for more than 10 minutes: look for \"mails wait\" and \"mail was refused\" in the log\n", stuck)
		return nil
	}
	fmt.Fprintln(stdout, "ok    outbox      no mail is stuck")
	return nil
}
