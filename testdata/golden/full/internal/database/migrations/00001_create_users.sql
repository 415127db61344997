-- +goose Up
CREATE TABLE users (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    email           TEXT NOT NULL COLLATE NOCASE UNIQUE,
    username        TEXT NOT NULL COLLATE NOCASE UNIQUE,
    hashed_password TEXT NOT NULL,
    is_active       BOOLEAN NOT NULL DEFAULT TRUE,
    is_superuser    BOOLEAN NOT NULL DEFAULT FALSE,
    created_at      TIMESTAMP NOT NULL
);
CREATE INDEX users_superusers ON users (id) WHERE is_superuser = TRUE;

-- +goose Down
DROP TABLE users;
