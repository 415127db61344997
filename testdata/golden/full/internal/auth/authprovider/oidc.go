package authprovider

import (
	"context"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"example.com/myapi/internal/auth"
)

// GoogleIssuer is how Google names itself.
const GoogleIssuer = "https://accounts.google.com"

// openID is a provider with OpenID Connect.
type openID struct {
	name, title, issuer string

	clientID string
	secret   func(now time.Time) (string, error)
	scopes   []string
	form     bool                         // it answers by a form
	verified func(emailVerified any) bool // whether an address counts, by this claim

	client *http.Client
	gate   gate
	now    func() time.Time
	turn   chan struct{} // is full while somebody looks at found
	found  *metadata     // nil before the first use
}

// newOpenID returns a provider that is asked for addresses and names, and has to call
// an address verified for it to count.
func newOpenID(name, title, issuer string, client Client, web Web) *openID {
	return &openID{
		name: name, title: title, issuer: issuer,
		clientID: client.ID,
		secret:   func(time.Time) (string, error) { return client.Secret, nil },
		scopes:   []string{oidc.ScopeOpenID, "email", "profile"},
		verified: func(emailVerified any) bool { return emailVerified == true },
		client:   web.client(),
		gate:     gate{loopback: web.Loopback},
		now:      web.clock(),
		turn:     make(chan struct{}, 1),
	}
}

// NewGoogle returns Google.
func NewGoogle(client Client, web Web) auth.Provider {
	return newOpenID("google", "Google", GoogleIssuer, client, web)
}

// Other is another provider with OpenID Connect.
type Other struct {
	Client
	Title  string
	Issuer string
	Scopes []string
	// EmailsVerified says that it verifies all addresses, even if it does not tell.
	EmailsVerified bool
}

// NewOIDC returns another provider with OpenID Connect.
func NewOIDC(other Other, web Web) auth.Provider {
	p := newOpenID("oidc", other.Title, other.Issuer, other.Client, web)
	p.scopes = other.Scopes
	if other.EmailsVerified {
		p.verified = func(any) bool { return true }
	}
	return p
}

// Name, Title, Issuer and PostsForm describe the provider: see auth.Provider.
func (p *openID) Name() string { return p.name }

// Title is what users read.
func (p *openID) Title() string { return p.title }

// Issuer is how the provider names itself.
func (p *openID) Issuer() string { return p.issuer }

// PostsForm reports whether it answers by a form.
func (p *openID) PostsForm() bool { return p.form }

// NamesIssuer reports whether the provider says that all its answers have iss.
func (p *openID) NamesIssuer(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	found, err := p.discover(ctx)
	return err == nil && found.namesIssuer, err
}

// AuthURL returns the address at the provider where a log-in begins.
func (p *openID) AuthURL(ctx context.Context, request auth.AuthRequest) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(request.Verifier), oidc.Nonce(request.Nonce)}
	if p.form {
		options = append(options, oauth2.SetAuthURLParam("response_mode", "form_post"))
	}
	return p.config(found, request).AuthCodeURL(request.State, options...), nil
}

// Exchange redeems a code for an ID token, and returns whom it is about. A provider
// whose ID tokens have no address is asked for it (OpenID Connect Core 1.0 §5.3).
func (p *openID) Exchange(ctx context.Context, code string, request auth.AuthRequest) (auth.ProviderIdentity, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	found, err := p.discover(ctx)
	if err != nil {
		return auth.ProviderIdentity{}, err
	}
	config := p.config(found, request)
	if config.ClientSecret, err = p.secret(p.now()); err != nil {
		return auth.ProviderIdentity{}, err
	}
	token, err := redeem(ctx, p.client, *config, code, request.Verifier)
	if err != nil {
		return auth.ProviderIdentity{}, err
	}
	idToken, _ := token.Extra("id_token").(string)
	user, err := p.verify(ctx, found, idToken, request.Nonce)
	if err != nil {
		return auth.ProviderIdentity{}, err
	}
	if user.Email == "" && found.userinfo != "" {
		if user, err = p.userinfo(ctx, found.userinfo, token.AccessToken, user.Subject); err != nil {
			return auth.ProviderIdentity{}, err
		}
	}
	return auth.ProviderIdentity{
		Issuer:        p.issuer,
		Subject:       user.Subject,
		Email:         user.Email,
		EmailVerified: user.Email != "" && p.verified(user.EmailVerified),
		Username:      bareName(user.PreferredUsername),
	}, nil
}

func (p *openID) config(found *metadata, request auth.AuthRequest) *oauth2.Config {
	return &oauth2.Config{ClientID: p.clientID, Endpoint: found.endpoint, RedirectURL: request.RedirectURL, Scopes: p.scopes}
}

// userinfo asks the provider about the user of an access token, who must be that of the
// ID token.
func (p *openID) userinfo(ctx context.Context, address, accessToken, subject string) (claims, error) {
	var user claims
	if err := get(ctx, p.client, address, accessToken, &user); err != nil {
		return claims{}, err
	}
	if user.Subject != subject {
		return claims{}, refused("its userinfo is about another user than the ID token")
	}
	return user, nil
}
