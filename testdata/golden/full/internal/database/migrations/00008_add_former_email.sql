-- +goose Up
ALTER TABLE users ADD COLUMN former_email TEXT COLLATE NOCASE;

-- +goose Down
ALTER TABLE users DROP COLUMN former_email;
