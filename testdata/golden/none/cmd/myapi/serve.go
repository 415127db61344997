package main

import (
	"context"
	"errors"
	"io"
	"time"

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
	listener, err := listen(config)
	if err != nil {
		return err
	}
	log.Info("listening", "address", "http://"+listener.Addr().String(), "environment", config.Environment)
	return server.New(server.Dependencies{
		Settings: config,
		DB:       db,
		Log:      log,
		Now:      time.Now,
	}).Serve(ctx, listener)
}
