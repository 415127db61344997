-- +goose Up
-- What the service compares is compared byte by byte, so accents and blanks
-- count. E-mails are stored in lower case; names are ASCII and unique without
-- regard to case.
CREATE TABLE IF NOT EXISTS users (
    id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email           VARCHAR(254) NOT NULL,
    username        VARCHAR(50) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    hashed_password VARCHAR(255) NOT NULL,
    is_active       BOOLEAN NOT NULL DEFAULT TRUE,
    is_superuser    BOOLEAN NOT NULL DEFAULT FALSE,
    created_at      DATETIME(6) NOT NULL,
    UNIQUE KEY users_email_key (email),
    UNIQUE KEY users_username_key (username),
    KEY users_superusers (is_superuser)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE users;
