-- +goose Up
CREATE TABLE notes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      TEXT NOT NULL,
    body       TEXT,
    done       BOOLEAN NOT NULL DEFAULT FALSE,
    due        TEXT,
    version    INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX notes_user_id ON notes (user_id, id);
CREATE UNIQUE INDEX notes_title_key ON notes (user_id, title);
CREATE INDEX notes_due ON notes (user_id, due, id);

-- +goose Down
DROP TABLE notes;
