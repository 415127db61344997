package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authsql"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/logging"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
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
	listener, err := listen(config)
	if err != nil {
		return err
	}
	log.Info("listening", "address", "http://"+listener.Addr().String(), "environment", config.Environment)
	return server.New(server.Dependencies{
		Settings: config,
		DB:       db,
		Auth:     accounts,
		Log:      log,
		Now:      time.Now,
	}).Serve(ctx, listener)
}

// newAccounts returns the accounts in db.
func newAccounts(config settings.Settings, db *database.DB, log *slog.Logger) (*auth.Service, error) {
	return auth.New(config.Accounts(), authsql.New(db.Write, db.Read, db.Lookup), log, time.Now)
}
