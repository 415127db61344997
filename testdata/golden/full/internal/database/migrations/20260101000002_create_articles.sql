-- +goose Up
CREATE TABLE articles (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    slug       TEXT NOT NULL,
    text       TEXT NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX articles_user_id ON articles (user_id, id);
CREATE UNIQUE INDEX articles_slug_key ON articles (slug, user_id);

-- +goose Down
DROP TABLE articles;
