package testkit

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// The flags of an authenticator's answer (WebAuthn L3 §6.1).
const (
	UserPresent    byte = 0x01
	UserVerified   byte = 0x04
	BackupEligible byte = 0x08
	BackedUp       byte = 0x10

	hasCredential byte = 0x40
)

// Authenticator is a virtual authenticator with one passkey (ES256), and the browser in
// front of it. It signs what its fields say, so that a test can bend them.
type Authenticator struct {
	RPID         string
	Origin       string
	CrossOrigin  bool
	Ceremony     string // in place of what the browser was asked for, unless empty
	Flags        byte
	Counter      uint32 // rises with each answer, unless it is 0
	AAGUID       [16]byte
	CredentialID []byte
	Handle       []byte // of the user, from the options that made the passkey
	Extensions   map[string]any
	// RecoveryCodes came with the passkey, if it was the first factor.
	RecoveryCodes []string

	key *ecdsa.PrivateKey
}

// NewAuthenticator is an authenticator of a browser that shows a page of an origin.
func NewAuthenticator(t testing.TB, rpID, origin string) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("making a key: %v", err)
	}
	id := make([]byte, 32)
	rand.Read(id)
	return &Authenticator{
		RPID: rpID, Origin: origin, Flags: UserPresent | UserVerified, Counter: 1,
		CredentialID: id, Extensions: map[string]any{}, key: key,
	}
}

// Create makes the passkey, as navigator.credentials.create does for these options, and
// returns the PublicKeyCredential.
func (a *Authenticator) Create(t testing.TB, options json.RawMessage) map[string]any {
	t.Helper()
	var asked struct {
		Challenge string
		User      struct{ ID string }
	}
	if err := json.Unmarshal(options, &asked); err != nil {
		t.Fatalf("reading the options: %v", err)
	}
	handle, err := base64.RawURLEncoding.DecodeString(asked.User.ID)
	if err != nil {
		t.Fatalf("reading the user of the options: %v", err)
	}
	a.Handle = handle
	return a.credential(map[string]any{
		"clientDataJSON":    encoded(a.clientData(t, "webauthn.create", asked.Challenge)),
		"attestationObject": encoded(a.attestation(t)),
		"transports":        []string{"internal", "hybrid"},
	})
}

// Get signs a challenge with the passkey, as navigator.credentials.get does for these
// options, and returns the PublicKeyCredential.
func (a *Authenticator) Get(t testing.TB, options json.RawMessage) map[string]any {
	t.Helper()
	var asked struct{ Challenge string }
	if err := json.Unmarshal(options, &asked); err != nil {
		t.Fatalf("reading the options: %v", err)
	}
	client, data := a.clientData(t, "webauthn.get", asked.Challenge), a.data(a.Flags)
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, signed[:])
	if err != nil {
		t.Fatalf("signing a challenge: %v", err)
	}
	return a.credential(map[string]any{
		"clientDataJSON": encoded(client), "authenticatorData": encoded(data),
		"signature": encoded(signature), "userHandle": encoded(a.Handle),
	})
}

func (a *Authenticator) credential(response map[string]any) map[string]any {
	return map[string]any{
		"id": encoded(a.CredentialID), "rawId": encoded(a.CredentialID), "type": "public-key",
		"authenticatorAttachment": "platform", "clientExtensionResults": a.Extensions, "response": response,
	}
}

func (a *Authenticator) clientData(t testing.TB, ceremony, challenge string) []byte {
	t.Helper()
	if a.Ceremony != "" {
		ceremony = a.Ceremony
	}
	data, err := json.Marshal(map[string]any{"type": ceremony, "challenge": challenge, "origin": a.Origin, "crossOrigin": a.CrossOrigin})
	if err != nil {
		t.Fatalf("writing what the browser says: %v", err)
	}
	return data
}

// data is the authenticator's part of an answer (WebAuthn L3 §6.1).
func (a *Authenticator) data(flags byte) []byte {
	hash := sha256.Sum256([]byte(a.RPID))
	data := binary.BigEndian.AppendUint32(append(hash[:], flags), a.Counter)
	if a.Counter != 0 {
		a.Counter++
	}
	return data
}

// attestation is the object for a new passkey, without an attestation (WebAuthn L3 §6.5).
func (a *Authenticator) attestation(t testing.TB) []byte {
	t.Helper()
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		t.Fatalf("writing a key: %v", err)
	}
	data := append(a.data(a.Flags|hasCredential), a.AAGUID[:]...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.CredentialID)))
	data = append(data, a.CredentialID...)
	// A COSE_Key in CBOR: kty EC2, alg ES256, crv P-256, x, y.
	data = append(data, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20)
	data = append(append(append(data, point[1:33]...), 0x22, 0x58, 0x20), point[33:]...)
	object := append([]byte{0xa3}, "\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"...)
	return append(binary.BigEndian.AppendUint16(object, uint16(len(data))), data...)
}

func encoded(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
