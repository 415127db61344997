package authprovider

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// accepted lists the algorithms that may sign an ID token. Those of shared secrets and
// none are not among them, whatever a provider offers.
func accepted() []string {
	return []string{string(jose.RS256), string(jose.ES256), string(jose.EdDSA)}
}

// refetchAfter is how long at least lies between two requests for a provider's keys.
const refetchAfter = time.Minute

// keySet is the keys of a provider. An unknown one makes it ask again, since providers
// change theirs, but at most once a minute.
type keySet struct {
	address    string
	algorithms []jose.SignatureAlgorithm
	client     *http.Client
	now        func() time.Time

	turn    chan struct{} // is full while somebody looks at what follows
	keys    []jose.JSONWebKey
	fetched time.Time // zero: never
}

func newKeySet(address string, algorithms []string, client *http.Client, now func() time.Time) *keySet {
	s := &keySet{address: address, client: client, now: now, turn: make(chan struct{}, 1)}
	for _, name := range algorithms {
		s.algorithms = append(s.algorithms, jose.SignatureAlgorithm(name))
	}
	return s
}

// VerifySignature returns the payload of a token that a key of the provider has signed.
func (s *keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	signed, keys, err := s.candidates(ctx, token)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if payload, err := signed.Verify(key.Key); err == nil {
			return payload, nil
		}
	}
	return nil, errors.New("no key of the provider has signed it")
}

// candidates returns a token, and the keys that may have signed it. The error is that of
// the token, or auth.ErrProviderUnavailable.
func (s *keySet) candidates(ctx context.Context, token string) (*jose.JSONWebSignature, []jose.JSONWebKey, error) {
	signed, err := jose.ParseSignedCompact(token, s.algorithms)
	if err != nil {
		return nil, nil, err
	}
	header := signed.Signatures[0].Header
	keys, err := s.find(ctx, header.KeyID, header.Algorithm)
	return signed, keys, err
}

// find returns the keys that may have signed with an algorithm: the one with the id, or
// all if the token names none.
func (s *keySet) find(ctx context.Context, id, algorithm string) ([]jose.JSONWebKey, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, away(ctx.Err())
	}
	keys := s.matching(id, algorithm)
	if len(keys) > 0 || s.now().Sub(s.fetched) < refetchAfter {
		return keys, nil
	}
	if err := s.fetch(ctx); err != nil {
		return nil, err
	}
	return s.matching(id, algorithm), nil
}

func (s *keySet) matching(id, algorithm string) []jose.JSONWebKey {
	var keys []jose.JSONWebKey
	for _, key := range s.keys {
		if (id == "" || key.KeyID == id) && (key.Algorithm == "" || key.Algorithm == algorithm) && fits(key, algorithm) {
			keys = append(keys, key)
		}
	}
	return keys
}

// maxRSABits is the length of the longest RSA key that is accepted. To verify a signature
// by a longer one, for which the provider's answer has room, would take seconds.
const maxRSABits = 16384

// fits reports whether a key is a public one for an algorithm, and for signatures. An RSA
// key must have 2048 bits (RFC 7518 §3.3).
func fits(key jose.JSONWebKey, algorithm string) bool {
	if key.Use != "" && key.Use != "sig" {
		return false
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return algorithm == string(jose.RS256) && public.N.BitLen() >= 2048 && public.N.BitLen() <= maxRSABits
	case *ecdsa.PublicKey:
		return algorithm == string(jose.ES256) && public.Curve == elliptic.P256()
	case ed25519.PublicKey:
		return algorithm == string(jose.EdDSA)
	}
	return false
}

// fetch asks for the keys. One of a kind that is not known does not spoil the others.
func (s *keySet) fetch(ctx context.Context) error {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := get(ctx, s.client, s.address, "", &set); err != nil {
		return err
	}
	s.keys, s.fetched = nil, s.now()
	for _, text := range set.Keys {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(text) == nil {
			s.keys = append(s.keys, key)
		}
	}
	return nil
}
