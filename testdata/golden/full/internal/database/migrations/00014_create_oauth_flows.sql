-- +goose Up
-- A log-in at a provider: until the browser comes back, and then, for a minute, whom
-- the provider has named.
CREATE TABLE oauth_flows (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    state_hash      TEXT NOT NULL UNIQUE, -- SHA-256 in hex, as of the other two hashes
    provider        TEXT NOT NULL,
    issuer          TEXT NOT NULL,
    nonce           TEXT NOT NULL,
    verifier        TEXT NOT NULL, -- of the service's PKCE
    binding_hash    TEXT NOT NULL, -- of the cookie of the browser that began
    code_challenge  TEXT NOT NULL, -- of the client's PKCE
    return_to       TEXT NOT NULL,
    expires_at      TIMESTAMP NOT NULL,
    used_at         TIMESTAMP, -- when the browser came back
    subject         TEXT,
    email           TEXT,
    email_verified  BOOLEAN NOT NULL DEFAULT FALSE,
    username        TEXT,
    code_hash       TEXT UNIQUE, -- of the code for the client
    code_expires_at TIMESTAMP,
    code_used_at    TIMESTAMP
);
CREATE INDEX oauth_flows_expires_at ON oauth_flows (expires_at);

-- +goose Down
DROP TABLE oauth_flows;
