package authprovider

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// keptFor is how long what a provider says of itself, and its keys, are used before it
// is asked again.
const keptFor = 24 * time.Hour

// metadata is what a provider says of itself (OpenID Connect Discovery 1.0 §3).
type metadata struct {
	endpoint    oauth2.Endpoint
	userinfo    string // empty for none
	namesIssuer bool
	keys        *keySet
	verifier    *oidc.IDTokenVerifier
	fetched     time.Time
}

// discover returns what the provider says of itself. Requests that come while it is
// asked wait for the answer, each no longer than its own time.
func (p *openID) discover(ctx context.Context) (*metadata, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, away(ctx.Err())
	}
	if p.found != nil && p.now().Sub(p.found.fetched) < keptFor {
		return p.found, nil
	}
	found, err := p.fetch(ctx)
	if err != nil {
		return nil, away(err)
	}
	p.found = found
	return found, nil
}

func (p *openID) fetch(ctx context.Context) (*metadata, error) {
	described, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.issuer)
	if err != nil {
		return nil, withoutURL(err)
	}
	var more struct {
		Keys        string   `json:"jwks_uri"`
		Algorithms  []string `json:"id_token_signing_alg_values_supported"`
		Proofs      []string `json:"token_endpoint_auth_methods_supported"`
		NamesIssuer bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := described.Claims(&more); err != nil {
		return nil, err
	}
	found := &metadata{endpoint: described.Endpoint(), userinfo: described.UserInfoEndpoint(), namesIssuer: more.NamesIssuer, fetched: p.now()}
	for _, address := range []string{found.endpoint.AuthURL, found.endpoint.TokenURL, more.Keys} {
		if err := p.gate.admitsURL(address); err != nil {
			return nil, err
		}
	}
	if found.endpoint.AuthStyle, err = authStyle(more.Proofs); err != nil {
		return nil, err
	}
	algorithms := slices.DeleteFunc(accepted(), func(name string) bool { return !slices.Contains(more.Algorithms, name) })
	if len(algorithms) == 0 {
		return nil, errors.New("it signs ID tokens with none of RS256, ES256 and EdDSA")
	}
	found.keys = newKeySet(more.Keys, algorithms, p.client, p.now)
	found.verifier = oidc.NewVerifier(p.issuer, found.keys, &oidc.Config{ClientID: p.clientID, SupportedSigningAlgs: algorithms, Now: p.now})
	return found, nil
}

// authStyle returns where the client's secret is sent. Trying both would spend the code.
func authStyle(supported []string) (oauth2.AuthStyle, error) {
	switch {
	case len(supported) == 0 || slices.Contains(supported, "client_secret_basic"): // OpenID Connect Core 1.0 §9
		return oauth2.AuthStyleInHeader, nil
	case slices.Contains(supported, "client_secret_post"):
		return oauth2.AuthStyleInParams, nil
	}
	return oauth2.AuthStyleAutoDetect, errors.New("it takes the client's secret neither by client_secret_basic nor by client_secret_post")
}
