package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"strings"

	"example.com/myapi/internal/client"
)

// The refusals of a log-in with a provider.
var (
	ErrProviderEmail = &Error{Kind: KindForbidden, Detail: "Email not verified by the provider"}
	ErrLinkFirst     = &Error{Kind: KindConflict, Detail: "Log in and link this provider"}
)

// methodProvider is how a session was proved by a provider. Which factors that has
// asked for is not known.
const methodProvider = "oauth"

// LoginWithProvider opens a session for whom a provider has named, with our code and
// the verifier of the client that began. Somebody who is new gets an account, unless
// another one has their address: see findArrival.
func (s *Service) LoginWithProvider(ctx context.Context, from client.Client, code, verifier string) (TokenPair, error) {
	flow, err := s.redeemCode(ctx, code, verifier)
	if err != nil {
		return TokenPair{}, err
	}
	user, err := s.admitArrival(ctx, flow)
	var refused *Error
	if errors.As(err, &refused) {
		s.audit(ctx, slog.LevelWarn, "authn_login_fail", userID(user.ID), providerName(flow.Provider))
	}
	if err != nil {
		return TokenPair{}, err
	}
	try := attempt{user: user, account: AccountOf(user.ID), network: from.Network(), wrong: ErrInvalidCredentials}
	try.how, try.arrival = proof{amr: []string{methodProvider}, authTime: s.now()}, &flow
	if err := s.checkLock(ctx, try); err != nil {
		return TokenPair{}, err
	}
	return s.finish(ctx, from, try, user, nil)
}

// maxRaces is how often a log-in is tried that others get in the way of: those of the
// same person in another tab, or of somebody who takes the same name.
const maxRaces = 5

// admitArrival returns the user whom a provider has named. Of several first log-ins at
// a time, one makes the account, and the others find it.
func (s *Service) admitArrival(ctx context.Context, flow OAuthFlow) (User, error) {
	for race := 1; ; race++ {
		user, how, err := s.findArrival(ctx, flow)
		raced := errors.Is(err, ErrLinkedToOther) || errors.Is(err, ErrEmailTaken) || errors.Is(err, ErrUsernameTaken)
		if raced && race < maxRaces {
			continue
		}
		if err != nil {
			return user, err
		}
		switch how {
		case arrivalCreated:
			s.audit(ctx, slog.LevelInfo, "user_created", userID(user.ID), slog.Bool("superuser", false), providerName(flow.Provider))
		case arrivalTaken:
			s.audit(ctx, slog.LevelWarn, "user_taken_over", userID(user.ID), providerName(flow.Provider))
			s.wake()
		}
		return user, nil
	}
}

// arrival is how a user was found.
type arrival int

const (
	arrivalKnown arrival = iota
	arrivalCreated
	arrivalTaken
)

// findArrival decides who it is that a provider has named. An identity that is linked
// is its user's, whatever address it has by now. An unknown one needs an address that
// the provider has verified. If nobody has that here, it is a new user's. An account
// whose owner has confirmed the address is not linked by it, whatever the provider: the
// owner does that. One that nobody ever confirmed is the work of somebody who knew the
// address alone, so it becomes that of the owner, and whoever made it is out.
func (s *Service) findArrival(ctx context.Context, flow OAuthFlow) (user User, how arrival, err error) {
	err = s.store.Update(ctx, func(tx Tx) error {
		user, how = User{}, arrivalKnown
		linked, err := tx.Identity(ctx, flow.Issuer, flow.Subject)
		if err == nil {
			user, err = tx.LockUser(ctx, ByID(linked.UserID))
			if errors.Is(err, ErrUserNotFound) {
				return ErrInvalidCredentials // deleted at this moment
			}
			return err
		}
		if !errors.Is(err, ErrIdentityNotFound) {
			return err
		}
		if flow.Email == "" || !flow.EmailVerified {
			return ErrProviderEmail
		}
		user, err = tx.LockUser(ctx, ByLogin(flow.Email))
		switch {
		case errors.Is(err, ErrUserNotFound):
			how = arrivalCreated
			user, err = s.createArrival(ctx, tx, flow)
		case err != nil:
		case user.IsVerified || user.FormerEmail != "": // A superuser has set the address of the latter.
			return checkArrived(ctx, tx, user, flow)
		case !Allowed(user):
			err = ErrInvalidCredentials
		default:
			how = arrivalTaken
			err = s.accountTaken(ctx, tx, &user)
		}
		if err != nil {
			return err
		}
		return tx.CreateIdentity(ctx, s.newIdentity(user, flow))
	})
	return user, how, err
}

// checkArrived returns ErrLinkFirst, unless the identity is the user's since a moment ago:
// another first log-in of the same person was faster.
func checkArrived(ctx context.Context, tx Tx, user User, flow OAuthFlow) error {
	linked, err := tx.Identity(ctx, flow.Issuer, flow.Subject)
	if errors.Is(err, ErrIdentityNotFound) || err == nil && linked.UserID != user.ID {
		return ErrLinkFirst
	}
	return err
}

// createArrival makes the account of a new user, who has no password.
func (s *Service) createArrival(ctx context.Context, tx Tx, flow OAuthFlow) (User, error) {
	if s.config.RegistrationClosed || !s.config.OAuth.Registration {
		return User{}, ErrRegistrationClosed
	}
	username, err := s.freeUsername(ctx, tx, flow.Username)
	if err != nil {
		return User{}, err
	}
	user := User{Email: flow.Email, Username: username, IsActive: true, IsVerified: true, CreatedAt: s.now()}
	user.ID, err = tx.CreateUser(ctx, user)
	return user, err
}

// accountTaken gives an account, whose address nobody has confirmed, to its owner, as a
// password reset does. All that opens it ends, the password, too.
func (s *Service) accountTaken(ctx context.Context, tx Tx, user *User) error {
	user.setPassword("")
	user.confirm()
	if err := s.rightsChanged(ctx, tx, user); err != nil {
		return err
	}
	if err := endAPIKeys(ctx, tx, *user); err != nil {
		return err
	}
	if err := deleteFactors(ctx, tx, user.ID); err != nil {
		return err
	}
	if err := tx.DeleteIdentities(ctx, user.ID); err != nil {
		return err
	}
	if err := tx.ClearAllLoginFailures(ctx, AccountOf(user.ID)); err != nil {
		return err
	}
	if err := s.notify(ctx, tx, MailAccountTaken, *user); err != nil {
		return err
	}
	return tx.UpdateUser(ctx, *user)
}

// noteArrival stores the use of the identity that a log-in was proved by, unless it was
// proved otherwise. The identity may have been unlinked since it was found.
func (s *Service) noteArrival(ctx context.Context, tx Tx, user User, try attempt) error {
	if try.arrival == nil {
		return nil
	}
	used := s.newIdentity(user, *try.arrival)
	linked, err := tx.UseIdentity(ctx, used)
	if err == nil && !linked {
		return try.wrong
	}
	return err
}

// provider is what the log says of the way in: empty for a password.
func (a attempt) provider() slog.Attr {
	if a.arrival == nil {
		return slog.Attr{} // which handlers leave out
	}
	return providerName(a.arrival.Provider)
}

// defaultUsername is the beginning of the names of those whose providers tell none.
const defaultUsername = "user"

// plainUsername returns of a name at a provider what can be a user name here, or what
// stands for one.
func plainUsername(name string) string {
	name, _, _ = strings.Cut(name, "@")
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return -1
	}, name)
	if len(plain) < 3 {
		return defaultUsername
	}
	return plain[:min(len(plain), maxPlainUsername)]
}

// maxPlainUsername leaves room for what tells namesakes apart.
const maxPlainUsername = 40

// freeUsername returns wanted, or with a number after it what nobody has.
func (s *Service) freeUsername(ctx context.Context, tx Tx, wanted string) (string, error) {
	if s.checkReserved(wanted) != nil {
		wanted = defaultUsername
	}
	candidate := wanted
	for n := 2; ; n++ {
		_, err := tx.LockUser(ctx, ByLogin(candidate))
		if errors.Is(err, ErrUserNotFound) {
			return candidate, nil
		}
		if err != nil {
			return "", err
		}
		candidate = fmt.Sprintf("%s-%d", wanted, n)
		if n > 9 { // It is a common name.
			random, err := rand.Int(rand.Reader, big.NewInt(1_000_000_000))
			if err != nil {
				return "", fmt.Errorf("looking for a user name: %w", err)
			}
			candidate = fmt.Sprintf("%s-%d", wanted, random)
		}
	}
}
