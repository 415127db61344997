-- +goose Up
ALTER TABLE users ADD COLUMN is_verified BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN pending_email TEXT COLLATE NOCASE;

ALTER TABLE tokens ADD COLUMN used_at TIMESTAMP;
ALTER TABLE tokens ADD COLUMN sent_to TEXT NOT NULL DEFAULT '';

CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL,
    user_id      INTEGER REFERENCES users (id) ON DELETE CASCADE, -- null when only an address was typed
    address      TEXT NOT NULL,
    session_id   TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    due_at       TIMESTAMP NOT NULL, -- in the future while a worker has it, too
    attempts     INTEGER NOT NULL DEFAULT 0,
    sent_at      TIMESTAMP,
    sent_user_id INTEGER REFERENCES users (id) ON DELETE CASCADE, -- from when it is being sent
    failed_at    TIMESTAMP,
    last_error   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_due_at ON outbox (due_at, id) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_address ON outbox (address);
CREATE INDEX outbox_user_id ON outbox (user_id);
CREATE INDEX outbox_sent_user_id ON outbox (sent_user_id, sent_at);
CREATE INDEX outbox_sent_at ON outbox (sent_at);
CREATE INDEX outbox_failed_at ON outbox (failed_at);

-- +goose Down
DROP TABLE outbox;
ALTER TABLE tokens DROP COLUMN sent_to;
ALTER TABLE tokens DROP COLUMN used_at;
ALTER TABLE users DROP COLUMN pending_email;
ALTER TABLE users DROP COLUMN is_verified;
