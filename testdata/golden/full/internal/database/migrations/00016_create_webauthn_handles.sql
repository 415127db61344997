-- +goose Up
CREATE TABLE webauthn_handles (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    handle  TEXT NOT NULL UNIQUE -- 64 random bytes, by which authenticators know the user
);

-- +goose Down
DROP TABLE webauthn_handles;
