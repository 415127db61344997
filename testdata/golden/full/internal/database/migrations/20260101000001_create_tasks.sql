-- +goose Up
CREATE TABLE tasks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      TEXT NOT NULL,
    note_id    INTEGER NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
    parent_id  INTEGER REFERENCES tasks (id) ON DELETE SET NULL,
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done')),
    at         TIMESTAMP,
    price      TEXT NOT NULL,
    count      INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX tasks_user_id ON tasks (user_id, id);
CREATE INDEX tasks_note_id ON tasks (note_id, user_id, id);
CREATE INDEX tasks_parent_id ON tasks (parent_id, user_id, id);
CREATE INDEX tasks_count ON tasks (user_id, count, id);

-- +goose Down
DROP TABLE tasks;
