package main

import (
	"context"
	"slices"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
)

// examineAPIKeys looks at the rules for API keys, and at those of a user, if there
// is one to look at.
func examineAPIKeys(ctx context.Context, config settings.Settings, accounts *auth.Service, login string, f *findings) error {
	if config.APIKeyMaxDays == 0 {
		f.todo("API keys", "may have no end, since API_KEY_MAX_DAYS is 0: one that leaks unnoticed is good for ever")
	}
	if login == "" {
		return nil
	}
	state, err := accounts.State(ctx, login)
	if err != nil {
		return err
	}
	keys, err := accounts.APIKeys(ctx, state.User.ID)
	if err != nil {
		return err
	}
	live := slices.DeleteFunc(keys, func(k auth.APIKey) bool { return !k.ExpiresAt.IsZero() && !time.Now().Before(k.ExpiresAt) })
	unused := slices.DeleteFunc(slices.Clone(live), func(k auth.APIKey) bool { return !k.LastUsedAt.IsZero() })
	f.ok("API keys", "%d are live, %d of them were never used", len(live), len(unused))
	return nil
}
