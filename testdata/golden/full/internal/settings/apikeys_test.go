package settings

import (
	"strings"
	"testing"
)

func TestSettingsOfAPIKeys(t *testing.T) {
	good := APIKeys{APIKeyPrefix: "shop", APIKeyMaxDays: 365, APIKeysPerUser: 20, APIKeyRequestsPerMinute: 600}
	for name, change := range map[string]func(*APIKeys){
		"":                            func(*APIKeys) {},
		"API_KEY_PREFIX":              func(k *APIKeys) { k.APIKeyPrefix = "my-api" },
		"API_KEY_MAX_DAYS":            func(k *APIKeys) { k.APIKeyMaxDays = -1 },
		"API_KEYS_PER_USER":           func(k *APIKeys) { k.APIKeysPerUser = 0 },
		"API_KEY_REQUESTS_PER_MINUTE": func(k *APIKeys) { k.APIKeyRequestsPerMinute = -1 },
	} {
		keys, c := good, newCheck()
		change(&keys)
		keys.check(c, false)
		err := c.err()
		if (err == nil) != (name == "") || err != nil && !strings.HasPrefix(err.Error(), name+" ") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
