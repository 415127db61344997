-- +goose Up
CREATE TABLE passkey_challenges (
    id_hash    TEXT PRIMARY KEY, -- SHA-256 of the id, in hex; never the id
    kind       TEXT NOT NULL,
    user_id    INTEGER REFERENCES users (id) ON DELETE CASCADE, -- null: of nobody
    session    TEXT NOT NULL, -- what the answer must fit, as package webauthn keeps it, in JSON
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX passkey_challenges_user_id ON passkey_challenges (user_id);
CREATE INDEX passkey_challenges_expires_at ON passkey_challenges (expires_at);

-- +goose Down
DROP TABLE passkey_challenges;
