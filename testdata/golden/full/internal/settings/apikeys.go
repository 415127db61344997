package settings

import "example.com/myapi/internal/auth"

// APIKeys configures the keys of programs that act for users.
type APIKeys struct {
	APIKeyPrefix            string `env:"API_KEY_PREFIX" envDefault:"myapi"`
	APIKeyMaxDays           int    `env:"API_KEY_MAX_DAYS" envDefault:"365"`
	APIKeysPerUser          int    `env:"API_KEYS_PER_USER" envDefault:"20"`
	APIKeyRequestsPerMinute int    `env:"API_KEY_REQUESTS_PER_MINUTE" envDefault:"600"`
}

// KeyConfig returns the settings of API keys for package auth.
func (k APIKeys) KeyConfig() auth.APIKeyConfig {
	return auth.APIKeyConfig{Prefix: k.APIKeyPrefix, MaxDays: k.APIKeyMaxDays, PerUser: k.APIKeysPerUser}
}

func (k APIKeys) check(c *check, _ bool) {
	if !auth.IsKeyPrefix(k.APIKeyPrefix) {
		c.refuse("API_KEY_PREFIX", "2 to 10 characters of a-z and 0-9")
	}
	c.within("API_KEY_MAX_DAYS", k.APIKeyMaxDays, 0, 3650)
	c.within("API_KEYS_PER_USER", k.APIKeysPerUser, 1, 1000)
	c.within("API_KEY_REQUESTS_PER_MINUTE", k.APIKeyRequestsPerMinute, 0, 100_000)
}
