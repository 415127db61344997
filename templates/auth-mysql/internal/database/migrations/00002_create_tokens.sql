-- +goose Up
CREATE TABLE IF NOT EXISTS tokens (
    id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id      BIGINT NOT NULL,
    token        CHAR(64) NOT NULL,      -- SHA-256 of the secret, in hex; never the secret
    token_type   VARCHAR(20) NOT NULL,
    session_id   VARCHAR(64) NOT NULL,
    auth_time    DATETIME(6) NOT NULL,   -- when the user logged in
    expires_at   DATETIME(6) NOT NULL,
    created_at   DATETIME(6) NOT NULL,
    last_used_at DATETIME(6) NOT NULL,
    ip_address   VARCHAR(45) NOT NULL,
    user_agent   VARCHAR(255) NOT NULL,
    UNIQUE KEY tokens_token_key (token),
    KEY tokens_user_id (user_id),
    KEY tokens_session_id (session_id),
    KEY tokens_expires_at (expires_at),
    CONSTRAINT tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE tokens;
