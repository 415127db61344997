-- +goose Up
ALTER TABLE users ADD COLUMN password_serial INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE users DROP COLUMN password_serial;
