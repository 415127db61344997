-- +goose Up
CREATE TABLE IF NOT EXISTS login_failures (
    id        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account   VARCHAR(64) NOT NULL, -- user:<id>, or name:<hash> for a name that nobody has
    network   VARCHAR(64) NOT NULL, -- IPv4 /32 or IPv6 /64
    failed_at DATETIME(6) NOT NULL,
    KEY login_failures_account (account, failed_at),
    KEY login_failures_failed_at (failed_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS login_networks (
    account       VARCHAR(64) NOT NULL,
    network       VARCHAR(64) NOT NULL,
    last_login_at DATETIME(6) NOT NULL,
    PRIMARY KEY (account, network),
    KEY login_networks_last_login_at (last_login_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Rows to lock while the log-ins of an account are counted.
CREATE TABLE IF NOT EXISTS login_locks (id INT NOT NULL PRIMARY KEY) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT IGNORE INTO login_locks (id)
    SELECT a.n + 32 * b.n FROM
        (WITH RECURSIVE s (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 31) SELECT n FROM s) AS a,
        (WITH RECURSIVE s (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 31) SELECT n FROM s) AS b;

-- +goose Down
DROP TABLE login_locks;
DROP TABLE login_networks;
DROP TABLE login_failures;
