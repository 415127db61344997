-- +goose Up
ALTER TABLE tokens ADD COLUMN used_at DATETIME(6), ADD COLUMN sent_to VARCHAR(254) NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE tokens DROP COLUMN sent_to, DROP COLUMN used_at;
