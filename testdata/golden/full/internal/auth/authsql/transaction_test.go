package authsql_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/testkit"
)

// A request that runs out of time before its transaction is committed is
// answered so, and not that something is wrong.
func TestTransactionEndsWithItsContext(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	var store auth.Store
	svc.Accounts(t, func(s auth.Store) auth.Store { store = s; return s })
	ctx, cancel := context.WithCancel(t.Context())
	err := store.Update(ctx, func(tx auth.Tx) error {
		cancel()
		for { // until the transaction has been rolled back
			if _, err := tx.LockUser(t.Context(), auth.ByID(1)); errors.Is(err, sql.ErrTxDone) {
				return nil
			}
			time.Sleep(time.Millisecond)
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Update = %v", err)
	}
}
