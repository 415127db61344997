package settings_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
)

const (
	encryptionKey = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
	formerKey     = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
)

func TestEncryptionKeys(t *testing.T) {
	others := slices.DeleteFunc(slices.Clone(production), func(v string) bool { return strings.HasPrefix(v, "ENCRYPTION_KEY") })
	for name, tt := range map[string]struct {
		variables []string
		keys      int
		fault     string
	}{
		"missing":                     {nil, 0, "ENCRYPTION_KEY is missing"},
		"missing in development":      {[]string{"ENVIRONMENT=development"}, 1, ""},
		"one":                         {[]string{"ENCRYPTION_KEY=" + encryptionKey}, 1, ""},
		"without padding":             {[]string{"ENCRYPTION_KEY=" + formerKey}, 1, ""},
		"with two former ones":        {[]string{"ENCRYPTION_KEY=" + encryptionKey, "ENCRYPTION_KEY_PREVIOUS=" + formerKey + "," + encryptionKey}, 3, ""},
		"too short":                   {[]string{"ENCRYPTION_KEY=" + encryptionKey[:40]}, 0, "ENCRYPTION_KEY: use 32 bytes"},
		"in hexadecimal digits":       {[]string{"ENCRYPTION_KEY=" + strings.Repeat("0123456789abcdef", 4)}, 0, "ENCRYPTION_KEY: use 32 bytes"},
		"too short in development":    {[]string{"ENVIRONMENT=development", "ENCRYPTION_KEY=" + encryptionKey[:40]}, 0, "ENCRYPTION_KEY: use 32 bytes"},
		"a former one that is no key": {[]string{"ENCRYPTION_KEY=" + encryptionKey, "ENCRYPTION_KEY_PREVIOUS=hunter2"}, 0, "ENCRYPTION_KEY_PREVIOUS: use keys"},
	} {
		config, err := settings.Load(append(slices.Clone(others), tt.variables...), t.TempDir())
		if tt.fault != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fault) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), encryptionKey[:40]) {
				t.Errorf("%s: %v, want %s", name, err, tt.fault)
			}
			continue
		}
		keys := config.Accounts().EncryptionKeys
		if err != nil || len(keys) != tt.keys || keys[0] == (auth.EncryptionKey{}) {
			t.Errorf("%s: %d keys, %v; want %d", name, len(keys), err, tt.keys)
		}
	}
}

func TestSecondFactorRequired(t *testing.T) {
	for value, want := range map[string]auth.FactorRule{"": auth.FactorForNone, "Superusers": auth.FactorForSuperusers, "all": auth.FactorForAll} {
		config, err := settings.Load(append(slices.Clone(production), "SECOND_FACTOR_REQUIRED="+value), t.TempDir())
		if got := config.Accounts().SecondFactorRequired; err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", value, got, err, want)
		}
	}
	if _, err := settings.Load(append(slices.Clone(production), "SECOND_FACTOR_REQUIRED=some"), t.TempDir()); err == nil || !strings.Contains(err.Error(), "SECOND_FACTOR_REQUIRED") {
		t.Errorf("some: %v", err)
	}
}
