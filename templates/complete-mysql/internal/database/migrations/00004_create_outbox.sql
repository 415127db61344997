-- +goose Up
CREATE TABLE IF NOT EXISTS outbox (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind         VARCHAR(20) NOT NULL,
    user_id      BIGINT, -- null when only an address was typed
    address      VARCHAR(254) NOT NULL,
    session_id   VARCHAR(64) NOT NULL,
    created_at   DATETIME(6) NOT NULL,
    due_at       DATETIME(6) NOT NULL, -- in the future while a worker has it, too
    attempts     INT NOT NULL DEFAULT 0,
    sent_at      DATETIME(6),
    sent_user_id BIGINT, -- from when it is being sent
    failed_at    DATETIME(6),
    last_error   VARCHAR(500) NOT NULL DEFAULT '',
    KEY outbox_due_at (sent_at, failed_at, due_at, id),
    KEY outbox_address (address),
    KEY outbox_user_id (user_id),
    KEY outbox_sent_user_id (sent_user_id, sent_at),
    KEY outbox_failed_at (failed_at),
    CONSTRAINT outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT outbox_sent_user_id_fkey FOREIGN KEY (sent_user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE outbox;
