package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authmail"
	"example.com/myapi/internal/auth/authsql"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/logging"
	"example.com/myapi/internal/ratelimit"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
	"example.com/myapi/static"
)

func serveCommand(ctx context.Context, config settings.Settings, std streams) error {
	return serve(ctx, config, std.err)
}

// serve updates the database and answers requests until ctx ends.
func serve(ctx context.Context, config settings.Settings, stderr io.Writer) (err error) {
	log := logging.New(stderr, config.LogLevel, config.LogFormat)
	for _, unknown := range config.Unknown {
		log.Warn(unknown)
	}
	db, err := database.Open(ctx, config.DatabaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	accounts, err := newAccounts(config, db, log)
	if err != nil {
		return err
	}
	if config.SecretKey == "" {
		log.Warn("SECRET_KEY is missing, so log-ins end when this process does; make run writes one")
	}
	ctx, cancel := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer func() { cancel(); background.Wait() }()
	background.Go(func() { accounts.PurgeEvery(ctx, 10*time.Minute) })
	worker := authmail.Worker{Accounts: accounts, Composer: composer(config), Sender: sender(config), Log: log}
	background.Go(func() { worker.Run(ctx) })
	redis, err := ratelimit.Connect(config.RedisURL, config.AppName, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, redis.Close()) }()
	listener, err := listen(config)
	if err != nil {
		return err
	}
	log.Info("listening", "address", "http://"+listener.Addr().String(), "environment", config.Environment)
	return server.New(server.Dependencies{
		Settings: config,
		DB:       db,
		Auth:     accounts,
		Redis:    redis,
		Log:      log,
		Now:      time.Now,
	}).Serve(ctx, listener)
}

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

// sender delivers mails by EMAIL_BACKEND.
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
		Helo:     config.SMTPHelo,
	}
}

// newAccounts returns the accounts in db.
func newAccounts(config settings.Settings, db *database.DB, log *slog.Logger) (*auth.Service, error) {
	return auth.New(config.Accounts(), authsql.New(db.Write, db.Read, db.Lookup), log, time.Now)
}
