-- +goose Up
CREATE TABLE totp (
    user_id        INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret         TEXT, -- sealed with ENCRYPTION_KEY, as is the next one
    pending_secret TEXT, -- until it is confirmed
    pending_at     TIMESTAMP,
    confirmed_at   TIMESTAMP,
    last_step      BIGINT NOT NULL DEFAULT 0 -- of the newest code that was used
);

-- +goose Down
DROP TABLE totp;
