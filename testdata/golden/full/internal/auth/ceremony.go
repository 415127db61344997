package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
)

// errRefusedAnswer is the error of an answer of an authenticator that is not right.
var errRefusedAnswer = errors.New("the answer of the authenticator is not right")

// maxRecord is how long a Record is. That of an RSA key of 4,096 bits is a quarter.
const maxRecord = 4096

// relyingParty is the service as authenticators know it. Frames of other origins, and
// extensions that it did not ask for, are refused.
func (s *Service) relyingParty() (*webauthn.WebAuthn, error) {
	timeout := webauthn.TimeoutConfig{Timeout: challengeLifetime, TimeoutUVD: challengeLifetime}
	config := &webauthn.Config{
		RPID:                              s.config.Passkeys.RPID,
		RPDisplayName:                     s.config.AppName,
		RPAllowCrossOrigin:                false,
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyReject,
		AttestationPreference:             protocol.PreferNoAttestation,
		Timeouts:                          webauthn.TimeoutsConfig{Login: timeout, Registration: timeout},
	}
	for _, origin := range s.config.Passkeys.Origins {
		if strings.HasPrefix(origin, "https://") || strings.HasPrefix(origin, "http://") {
			config.RPOrigins = append(config.RPOrigins, origin)
		} else {
			config.RPOpaqueOrigins = append(config.RPOpaqueOrigins, origin) // Of an app.
		}
	}
	party, err := webauthn.New(config)
	if err != nil {
		return nil, fmt.Errorf("preparing to use passkeys: %w", err)
	}
	return party, nil
}

// passkeyOwner is a user as package webauthn knows one.
type passkeyOwner struct {
	handle      []byte
	name        string
	credentials []webauthn.Credential
}

func (o passkeyOwner) WebAuthnID() []byte                         { return o.handle }
func (o passkeyOwner) WebAuthnName() string                       { return o.name }
func (o passkeyOwner) WebAuthnDisplayName() string                { return o.name }
func (o passkeyOwner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

// ownerOf returns the owner of passkeys.
func ownerOf(user User, handle string, passkeys []Passkey) (passkeyOwner, error) {
	id, err := base64.RawURLEncoding.DecodeString(handle)
	if err != nil {
		return passkeyOwner{}, fmt.Errorf("reading the handle of user %d: %w", user.ID, err)
	}
	owner := passkeyOwner{handle: id, name: user.Username}
	for _, passkey := range passkeys {
		credential, err := passkey.credential()
		if err != nil {
			return passkeyOwner{}, err
		}
		owner.credentials = append(owner.credentials, credential)
	}
	return owner, nil
}

// credential reads the record of a passkey.
func (p Passkey) credential() (webauthn.Credential, error) {
	var credential webauthn.Credential
	if err := json.Unmarshal([]byte(p.Record), &credential); err != nil {
		return credential, fmt.Errorf("reading passkey %d: %w", p.ID, err)
	}
	return credential, nil
}

// Transports are how browsers reach the authenticator.
func (p Passkey) Transports() []string {
	names := []string{}
	credential, err := p.credential()
	if err != nil {
		return names
	}
	for _, transport := range credential.Transport {
		names = append(names, string(transport))
	}
	return names
}

// parameters are the algorithms that browsers have to offer, the preferred one first
// (WebAuthn L3 §5.4).
func parameters() []protocol.CredentialParameter {
	var list []protocol.CredentialParameter
	for _, algorithm := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		list = append(list, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: algorithm})
	}
	return list
}

// verifyRegistration returns the passkey that an authenticator has made for a challenge
// (WebAuthn L3 §7.1), or errRefusedAnswer. Its key is the one that the authenticator
// signed for, whatever else the client says of it. An id has at most 1,023 bytes (§4).
func (s *Service) verifyRegistration(owner passkeyOwner, session webauthn.SessionData, answer json.RawMessage) (Passkey, error) {
	party, err := s.relyingParty()
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Passkey{}, refusedAnswer(err)
	}
	credential, err := party.CreateCredential(owner, session, parsed)
	if err != nil {
		return Passkey{}, refusedAnswer(err)
	}
	credential.Attestation = webauthn.CredentialAttestation{} // Nobody asked for it.
	credential.Transport = knownTransports(credential.Transport)
	record, err := json.Marshal(credential)
	if err != nil {
		return Passkey{}, fmt.Errorf("writing a passkey: %w", err)
	}
	if len(record) > maxRecord {
		return Passkey{}, fmt.Errorf("%w: its key is too long", errRefusedAnswer)
	}
	return Passkey{
		CredentialHash: hash(string(credential.ID)), CredentialID: credential.ID, Record: string(record),
		AAGUID: formatAAGUID(credential.Authenticator.AAGUID), RPID: s.config.Passkeys.RPID,
		SignCount: int64(credential.Authenticator.SignCount), BackupEligible: credential.Flags.BackupEligible, BackedUp: credential.Flags.BackupState,
	}, nil
}

// knownTransports leaves out names that no standard has, which a client may make up.
func knownTransports(named []protocol.AuthenticatorTransport) []protocol.AuthenticatorTransport {
	known := []protocol.AuthenticatorTransport{protocol.USB, protocol.NFC, protocol.BLE, protocol.SmartCard, protocol.Hybrid, protocol.Internal}
	return slices.DeleteFunc(known, func(transport protocol.AuthenticatorTransport) bool { return !slices.Contains(named, transport) })
}

// assertion is what a passkey has signed for a challenge. Whether it still counts is
// for the transaction to say that uses it.
type assertion struct {
	passkeyID int64 // 0: what was sent is not right
	signCount int64
	backedUp  bool
}

// parseAssertion reads the answer of an authenticator to a challenge, or returns
// errRefusedAnswer.
func parseAssertion(answer json.RawMessage) (*protocol.ParsedCredentialAssertionData, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, refusedAnswer(err)
	}
	return parsed, nil
}

// verifyAssertion verifies that one of the owner's passkeys has signed a challenge
// (WebAuthn L3 §7.2), or returns errRefusedAnswer.
func (s *Service) verifyAssertion(owner passkeyOwner, session webauthn.SessionData, parsed *protocol.ParsedCredentialAssertionData) (assertion, error) {
	party, err := s.relyingParty()
	if err != nil {
		return assertion{}, err
	}
	session.UserID = owner.WebAuthnID() // An owner who was found by the answer, too.
	credential, err := party.ValidateLogin(owner, session, parsed)
	if err != nil {
		return assertion{}, refusedAnswer(err)
	}
	return assertion{signCount: int64(parsed.Response.AuthenticatorData.Counter), backedUp: credential.Flags.BackupState}, nil
}

// refusedAnswer keeps what package webauthn has found in an answer, in its own words.
func refusedAnswer(err error) error {
	var found *protocol.Error
	if errors.As(err, &found) {
		return fmt.Errorf("%w: %s", errRefusedAnswer, found.Details)
	}
	return errRefusedAnswer
}

// decoyKey is a key that nobody has, for answers of unknown passkeys: to refuse one
// takes the same work as that of a known one.
var decoyKey = sync.OnceValues(func() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	// A COSE_Key of ES256 in CBOR (RFC 9053 §7.1.1): kty EC2, alg -7, crv P-256, x, y.
	cose := []byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20}
	cose = append(cose, point[1:33]...)
	cose = append(cose, 0x22, 0x58, 0x20)
	return append(cose, point[33:]...), nil
})

// decoy is the owner of a passkey that is unknown, as far as the answer tells.
func decoy(parsed *protocol.ParsedCredentialAssertionData) (passkeyOwner, error) {
	key, err := decoyKey()
	if err != nil {
		return passkeyOwner{}, fmt.Errorf("making a key: %w", err)
	}
	credential := webauthn.Credential{ID: parsed.RawID, PublicKey: key}
	credential.Flags.BackupEligible = parsed.Response.AuthenticatorData.Flags.HasBackupEligible()
	return passkeyOwner{handle: parsed.Response.UserHandle, credentials: []webauthn.Credential{credential}}, nil
}
