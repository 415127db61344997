-- +goose Up
-- MySQL commits each statement by itself, so this file has one.
ALTER TABLE users ADD COLUMN is_verified BOOLEAN NOT NULL DEFAULT FALSE, ADD COLUMN pending_email VARCHAR(254);

-- +goose Down
ALTER TABLE users DROP COLUMN pending_email, DROP COLUMN is_verified;
