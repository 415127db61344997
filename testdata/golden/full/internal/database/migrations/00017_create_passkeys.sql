-- +goose Up
CREATE TABLE passkeys (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_hash TEXT NOT NULL UNIQUE, -- SHA-256 of credential_id, in hex
    credential_id   BLOB NOT NULL,
    record          TEXT NOT NULL, -- the public key, as package webauthn keeps it, in JSON
    name            TEXT NOT NULL,
    aaguid          TEXT NOT NULL, -- of the kind of authenticator
    rp_id           TEXT NOT NULL, -- the domain that it is for
    sign_count      BIGINT NOT NULL, -- of its last use
    backup_eligible BOOLEAN NOT NULL,
    backed_up       BOOLEAN NOT NULL,
    created_at      TIMESTAMP NOT NULL,
    last_used_at    TIMESTAMP
);
CREATE INDEX passkeys_user_id ON passkeys (user_id);

-- +goose Down
DROP TABLE passkeys;
