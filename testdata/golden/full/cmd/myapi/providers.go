package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authprovider"
	"example.com/myapi/internal/settings"
)

// examineProviders asks each provider whether it knows this service, and prints the
// address to enter there.
func examineProviders(ctx context.Context, config settings.Settings, _ *auth.Service, _ string, f *findings) error {
	providers := config.OAuthConfig()
	if len(providers.Providers) == 0 {
		f.todo("providers", "none is on: set GOOGLE_CLIENT_ID, GITHUB_CLIENT_ID, APPLE_CLIENT_ID or OIDC_CLIENT_ID: docs/oauth.md")
	}
	for _, p := range providers.Providers {
		redirect := providers.RedirectURL(p.Name())
		f.ok(p.Name(), "redirect URI to enter at %s: %s", p.Title(), redirect)
		if u, err := url.Parse(redirect); err == nil && p.PostsForm() && u.Scheme != "https" {
			f.todo(p.Name(), "takes no redirect URI without https, and its answer would lack the cookie: try it on a host with TLS")
		}
		switch cure, err := examineProvider(ctx, p, redirect); {
		case err != nil:
			f.fail(p.Name(), "%s: %v", cure, err)
		default:
			f.ok(p.Name(), "knows this service")
		}
	}
	return nil
}

// examineProvider redeems a code that the provider never gave out. One that knows its
// client refuses the code alone.
func examineProvider(ctx context.Context, p auth.Provider, redirect string) (cure string, err error) {
	request := auth.AuthRequest{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), RedirectURL: redirect}
	prefix := strings.ToUpper(p.Name())
	_, err = p.Exchange(ctx, rand.Text(), request)
	var refused *authprovider.CodeError
	switch {
	case !errors.As(err, &refused):
		return "can't be asked: check the network" + issuerCure(p), err
	case slices.Contains([]string{"invalid_grant", "bad_verification_code"}, refused.Code):
		return "", nil
	case strings.Contains(refused.Code, "redirect"):
		return "does not know the redirect URI", err
	}
	return "does not know this service: check the settings that begin with " + prefix + "_", err
}

func issuerCure(p auth.Provider) string {
	if p.Name() == "oidc" {
		return " and OIDC_ISSUER, which must be exactly what the provider calls itself"
	}
	return ""
}
