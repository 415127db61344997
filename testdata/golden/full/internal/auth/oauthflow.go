package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// OAuthFlow is a log-in at a provider, from its beginning to the exchange of our code.
// The provider's own codes and tokens are not kept.
type OAuthFlow struct {
	ID            int64
	StateHash     string
	Provider      string
	Issuer        string
	Nonce         string
	Verifier      string // of our PKCE
	BindingHash   string // of the cookie of the browser that began
	CodeChallenge string // of the client's PKCE
	ReturnTo      string
	ExpiresAt     time.Time
	UsedAt        time.Time // when the browser came back; zero until then

	// Whom the provider has named, and the code for the client.
	Subject       string
	Email         string // as ParseEmail returns it; empty if there is none that an account can have
	EmailVerified bool
	Username      string
	CodeHash      string
	CodeExpiresAt time.Time
	CodeUsedAt    time.Time
}

// OAuthStore is what log-ins with providers need of a Store.
type OAuthStore interface {
	CreateOAuthFlow(ctx context.Context, flow OAuthFlow) error
	// OAuthFlow returns the flow of a state, or ErrNoFlow.
	OAuthFlow(ctx context.Context, stateHash string) (OAuthFlow, error)
	// UseOAuthFlow reports whether it has marked a flow as used, which is neither used
	// nor expired: of several that try, one does.
	UseOAuthFlow(ctx context.Context, id int64, now time.Time) (bool, error)
	// ProveOAuthFlow stores whom the provider has named, and the code.
	ProveOAuthFlow(ctx context.Context, flow OAuthFlow) error
	// OAuthFlowOfCode returns the flow of a code, or ErrNoFlow.
	OAuthFlowOfCode(ctx context.Context, codeHash string) (OAuthFlow, error)
	// SpendOAuthCode reports whether it has spent a code, which is neither spent nor
	// expired: of several that try, one does.
	SpendOAuthCode(ctx context.Context, codeHash string, now time.Time) (bool, error)
	// Identities lists the providers that a user logs in with, in the order in which
	// they were linked.
	Identities(ctx context.Context, userID int64) ([]LinkedIdentity, error)
}

// The errors of the browser's way to a provider and back.
var (
	ErrUnknownProvider = &Error{Kind: KindNotFound, Detail: "Unknown provider"}
	// ErrReturnURL is that of an address that is not in OAUTH_RETURN_URLS.
	ErrReturnURL = errors.New("the browser must not be sent there")
	// ErrNoFlow is that of a browser which did not begin this log-in, or is too late.
	ErrNoFlow = errors.New("no log-in was begun")
)

// ErrOAuthCode is that of a code which is spent, expired or another client's.
var ErrOAuthCode = &Error{Kind: KindUnauthenticated, Detail: "Invalid or expired token"}

const (
	// FlowLifetime is how long the browser may stay at the provider.
	FlowLifetime = 10 * time.Minute
	// OAuthCodeLifetime is how long the client may take to exchange our code.
	OAuthCodeLifetime = time.Minute
	// maxSubject is how long the name of a user at a provider can be (OIDC Core §2).
	maxSubject = 255
)

// Providers lists the providers that are on.
func (s *Service) Providers() []Provider { return s.config.OAuth.Providers }

// Provider returns the provider with that name, or ErrUnknownProvider.
func (s *Service) Provider(name string) (Provider, error) {
	for _, provider := range s.config.OAuth.Providers {
		if provider.Name() == name {
			return provider, nil
		}
	}
	return nil, ErrUnknownProvider
}

// OAuthStart is what a browser needs for the way to a provider.
type OAuthStart struct {
	URL      string // where it goes
	State    string // with which it comes back
	Binding  string // the value of its cookie
	Provider Provider
}

// StartOAuth begins a log-in at a provider. At its end the browser is sent to returnTo
// with a code, for the client that knows the verifier of challenge (RFC 7636, S256).
// The error is ErrUnknownProvider, ErrReturnURL or ErrProviderUnavailable.
func (s *Service) StartOAuth(ctx context.Context, name, returnTo, challenge string) (OAuthStart, error) {
	provider, err := s.Provider(name)
	if err != nil {
		return OAuthStart{}, err
	}
	if !slices.Contains(s.config.OAuth.ReturnURLs, returnTo) {
		return OAuthStart{}, ErrReturnURL
	}
	start := OAuthStart{State: newSecret(), Binding: newSecret(), Provider: provider}
	flow := OAuthFlow{
		StateHash: hash(start.State), Provider: name, Issuer: provider.Issuer(),
		Nonce: newSecret(), Verifier: newSecret(), BindingHash: hash(start.Binding),
		CodeChallenge: challenge, ReturnTo: returnTo, ExpiresAt: s.now().Add(FlowLifetime),
	}
	if start.URL, err = provider.AuthURL(ctx, s.authRequest(flow, start.State)); err != nil {
		return OAuthStart{}, s.providerFailed(ctx, provider, err)
	}
	return start, s.store.CreateOAuthFlow(ctx, flow)
}

func (s *Service) authRequest(flow OAuthFlow, state string) AuthRequest {
	return AuthRequest{State: state, Nonce: flow.Nonce, Verifier: flow.Verifier, RedirectURL: s.config.OAuth.RedirectURL(flow.Provider)}
}

// providerFailed logs what went wrong between us and a provider, and returns it. The
// browser never sees the reason.
func (s *Service) providerFailed(ctx context.Context, provider Provider, err error) error {
	s.log.WarnContext(ctx, "log-in at a provider failed", "provider", provider.Name(), "error", err)
	return err
}

// OAuthAnswer is what a provider has sent the browser back with.
type OAuthAnswer struct {
	State   string
	Binding string // the value of the cookie
	Code    string
	Issuer  string // iss, if it was there (RFC 9207)
	Error   string
	Posted  bool // in a form
}

// FinishOAuth takes the answer of a provider, and returns where the browser goes on:
// with a code for the client, or with an error. Nobody is logged in by that, and no
// account is made. The error is ErrUnknownProvider, or ErrNoFlow for a browser that did
// not begin this log-in, and for a second answer.
func (s *Service) FinishOAuth(ctx context.Context, name string, answer OAuthAnswer) (string, error) {
	provider, err := s.Provider(name)
	if err != nil {
		return "", err
	}
	flow, err := s.store.OAuthFlow(ctx, hash(answer.State))
	if err != nil {
		return "", err
	}
	// Before anything else: who is not the browser that began can't use it up.
	if subtle.ConstantTimeCompare([]byte(hash(answer.Binding)), []byte(flow.BindingHash)) != 1 {
		return "", ErrNoFlow
	}
	if used, err := s.store.UseOAuthFlow(ctx, flow.ID, s.now()); err != nil {
		return "", err
	} else if !used {
		return "", ErrNoFlow
	}
	if flow.Provider != name || flow.Issuer != provider.Issuer() || answer.Posted != provider.PostsForm() {
		return "", ErrNoFlow
	}
	code, err := s.prove(ctx, provider, flow, answer)
	switch {
	case errors.Is(err, errDenied):
		return flow.ReturnTo + "#error=access_denied", nil
	case errors.Is(err, ErrProviderRefused) || errors.Is(err, ErrProviderUnavailable):
		_ = s.providerFailed(ctx, provider, err)
		s.audit(ctx, slog.LevelWarn, "authn_provider_fail", providerName(name))
		return flow.ReturnTo + "#error=provider_error", nil
	case err != nil:
		return "", err
	}
	return flow.ReturnTo + "#code=" + code, nil
}

func providerName(name string) slog.Attr { return slog.String("provider", name) }

// errDenied is that of a person who has declined at the provider.
var errDenied = errors.New("access was denied")

// prove exchanges the provider's code, and stores whom the provider has named. It
// returns the code for the client.
func (s *Service) prove(ctx context.Context, provider Provider, flow OAuthFlow, answer OAuthAnswer) (string, error) {
	if err := checkIssuer(ctx, provider, answer.Issuer); err != nil {
		return "", err
	}
	switch {
	case answer.Error == "access_denied" || answer.Error == "user_cancelled_authorize": // Apple's word for it
		return "", errDenied
	case answer.Error != "" || answer.Code == "":
		return "", ErrProviderRefused
	}
	named, err := provider.Exchange(ctx, answer.Code, s.authRequest(flow, answer.State))
	if err != nil {
		return "", err
	}
	if named.Issuer != flow.Issuer || !isSubject(named.Subject) {
		return "", ErrProviderRefused
	}
	flow.Subject, flow.Username = named.Subject, plainUsername(named.Username)
	// An address that no account can have is none: it could be taken for another one.
	if flow.Email, err = ParseEmail(named.Email); err == nil {
		flow.EmailVerified = named.EmailVerified
	}
	code := newSecret()
	flow.CodeHash, flow.CodeExpiresAt = hash(code), s.now().Add(OAuthCodeLifetime)
	return code, s.store.ProveOAuthFlow(ctx, flow)
}

// checkIssuer defends against an answer of one provider that is passed off as that of
// another (RFC 9207 §2.4).
func checkIssuer(ctx context.Context, provider Provider, issuer string) error {
	if issuer != "" {
		if issuer != provider.Issuer() {
			return ErrProviderRefused
		}
		return nil
	}
	needed, err := provider.NamesIssuer(ctx)
	if err == nil && needed {
		err = ErrProviderRefused
	}
	return err
}

func isSubject(subject string) bool {
	return subject != "" && len(subject) <= maxSubject && utf8.ValidString(subject) && !strings.ContainsRune(subject, 0)
}

// redeemCode spends our code, and returns what the provider has said. Whoever sends the
// code spends it; only the client that began has the verifier (RFC 7636 §4.6).
func (s *Service) redeemCode(ctx context.Context, code, verifier string) (OAuthFlow, error) {
	spent, err := s.store.SpendOAuthCode(ctx, hash(code), s.now())
	if err != nil {
		return OAuthFlow{}, err
	}
	if !spent {
		return OAuthFlow{}, ErrOAuthCode
	}
	flow, err := s.store.OAuthFlowOfCode(ctx, hash(code))
	if errors.Is(err, ErrNoFlow) {
		return OAuthFlow{}, ErrOAuthCode
	}
	if err != nil {
		return OAuthFlow{}, err
	}
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	if subtle.ConstantTimeCompare([]byte(challenge), []byte(flow.CodeChallenge)) != 1 {
		return OAuthFlow{}, ErrOAuthCode
	}
	return flow, nil
}
