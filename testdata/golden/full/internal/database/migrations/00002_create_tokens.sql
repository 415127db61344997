-- +goose Up
CREATE TABLE tokens (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token        TEXT NOT NULL UNIQUE, -- SHA-256 of the secret, in hex; never the secret
    token_type   TEXT NOT NULL,
    session_id   TEXT NOT NULL,
    auth_time    TIMESTAMP NOT NULL,   -- when the user logged in
    expires_at   TIMESTAMP NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP NOT NULL,
    ip_address   TEXT NOT NULL,
    user_agent   TEXT NOT NULL
);
CREATE INDEX tokens_user_id ON tokens (user_id);
CREATE INDEX tokens_session_id ON tokens (session_id);
CREATE INDEX tokens_expires_at ON tokens (expires_at);

-- +goose Down
DROP TABLE tokens;
