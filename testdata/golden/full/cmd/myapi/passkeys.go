package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
)

// examinePasskeys looks for passkeys of another domain than PASSKEY_RP_ID: browsers
// find them no more.
func examinePasskeys(ctx context.Context, config settings.Settings, accounts *auth.Service, _ string, f *findings) error {
	counts, err := accounts.PasskeysByRPID(ctx)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		if id != config.PasskeyRPID {
			f.fail("passkeys", "%d were made for %s, and PASSKEY_RP_ID is %s: nobody can use them", counts[id], id, config.PasskeyRPID)
		}
	}
	f.ok("passkeys", "%d were made for %s, which pages of %s use", counts[config.PasskeyRPID], config.PasskeyRPID, strings.Join(config.PasskeyOrigins, ", "))
	return nil
}
