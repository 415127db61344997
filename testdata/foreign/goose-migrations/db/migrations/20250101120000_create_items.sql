-- +goose Up
CREATE TABLE items (id INTEGER PRIMARY KEY);

-- +goose Down
DROP TABLE items;
