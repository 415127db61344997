package auth

import "context"

// factors are the second factors that a user has.
type factors struct {
	passkeys int
	app      TOTP
}

// factorReader is a Store or a Tx.
type factorReader interface {
	CountPasskeys(ctx context.Context, userID int64) (int, error)
	TOTP(ctx context.Context, userID int64) (TOTP, error)
}

// factorsOf returns the second factors of a user.
func factorsOf(ctx context.Context, from factorReader, userID int64) (factors, error) {
	var found factors
	var err error
	if found.passkeys, err = from.CountPasskeys(ctx, userID); err != nil {
		return factors{}, err
	}
	if found.app, err = from.TOTP(ctx, userID); err != nil {
		return factors{}, err
	}
	return found, nil
}

// active reports whether log-ins take one of them.
func (f factors) active() bool { return f.passkeys > 0 || f.app.Active() }

// methods are the ways to take the second step of a log-in.
func (f factors) methods() []string {
	var methods []string
	if f.app.Active() {
		methods = append(methods, "totp")
	}
	methods = append(methods, "recovery_code")
	if f.passkeys > 0 {
		methods = append(methods, "passkey")
	}
	return methods
}
