package settings

import (
	"strings"

	"example.com/myapi/internal/ratelimit"
)

// checkRedis refuses an address that would be read differently than it was
// meant, which could send a part of its password to a name server.
func (c *check) checkRedis(rawURL string) {
	if rawURL == "" {
		return
	}
	_, rest, _ := strings.Cut(rawURL, "://")
	authority, after, _ := strings.Cut(rest, "/")
	if strings.Count(authority, "@") > 1 || strings.ContainsAny(authority, "?#") || strings.Contains(after, "@") || ratelimit.CheckURL(rawURL) != nil {
		c.add("REDIS_URL", "REDIS_URL: use redis://user:password@host:6379/0, or rediss:// with TLS, with %% codes for special characters of the password")
	}
}
