package settings_test

import (
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
)

func TestRedisURL(t *testing.T) {
	for _, good := range []string{"", "redis://host:6379/0", "rediss://user:p%40ss@host", "redis://[::1]:6379"} {
		if got, err := settings.Load([]string{"ENVIRONMENT=development", "REDIS_URL=" + good}, t.TempDir()); err != nil || got.RedisURL != good {
			t.Errorf("%q: %q, %v", good, got.RedisURL, err)
		}
	}
	for _, bad := range []string{
		"redis://:hunter2/x@host:6379/0", "redis://:a@hunter2/b@host:6379/0", "redis://:1#hunter2@host:6379/0", "http://hunter2@host", "hunter2",
	} {
		_, err := settings.Load([]string{"ENVIRONMENT=development", "REDIS_URL=" + bad}, t.TempDir())
		if err == nil || !strings.HasPrefix(err.Error(), "REDIS_URL: use redis://") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
