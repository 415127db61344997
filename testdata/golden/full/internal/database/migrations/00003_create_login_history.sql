-- +goose Up
CREATE TABLE login_failures (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    account   TEXT NOT NULL, -- user:<id>, or name:<hash> for a name that nobody has
    network   TEXT NOT NULL, -- IPv4 /32 or IPv6 /64
    failed_at TIMESTAMP NOT NULL
);
CREATE INDEX login_failures_account ON login_failures (account, failed_at);
CREATE INDEX login_failures_failed_at ON login_failures (failed_at);

CREATE TABLE login_networks (
    account       TEXT NOT NULL,
    network       TEXT NOT NULL,
    last_login_at TIMESTAMP NOT NULL,
    PRIMARY KEY (account, network)
);
CREATE INDEX login_networks_last_login_at ON login_networks (last_login_at);

-- +goose Down
DROP TABLE login_networks;
DROP TABLE login_failures;
