package main

import (
	"context"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
)

// examineSecrets counts what ENCRYPTION_KEY and those before it open.
func examineSecrets(ctx context.Context, config settings.Settings, accounts *auth.Service, _ string, f *findings) error {
	if config.EncryptionKey == "" {
		f.todo("secrets", "ENCRYPTION_KEY is missing, so authenticator apps are lost when the process ends: openssl rand -base64 32")
		return nil
	}
	n, err := accounts.SealedSecrets(ctx)
	if err != nil {
		return err
	}
	switch {
	case n.Lost > 0:
		f.fail("secrets", "%d of authenticator apps are sealed by a key that is neither ENCRYPTION_KEY nor in ENCRYPTION_KEY_PREVIOUS: those users can't log in", n.Lost)
	case n.Previous > 0:
		f.todo("secrets", "%d of authenticator apps are sealed by ENCRYPTION_KEY, %d yet by one before it, until they are used", n.Current, n.Previous)
	default:
		f.ok("secrets", "%d of authenticator apps are sealed by ENCRYPTION_KEY", n.Current)
	}
	return nil
}
