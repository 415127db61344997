-- +goose Up
CREATE TABLE api_keys (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    prefix       TEXT NOT NULL,            -- the beginning of the key, by which people know it
    key_hash     TEXT NOT NULL UNIQUE,     -- SHA-256 of the key, in hex; never the key
    scopes       TEXT NOT NULL,            -- sorted, with one blank between two
    created_at   TIMESTAMP NOT NULL,
    created_ip   TEXT NOT NULL,
    expires_at   TIMESTAMP,                -- null: it does not
    last_used_at TIMESTAMP,
    last_used_ip TEXT NOT NULL DEFAULT ''
);
CREATE INDEX api_keys_user_id ON api_keys (user_id);
CREATE INDEX api_keys_expires_at ON api_keys (expires_at);

-- +goose Down
DROP TABLE api_keys;
