package project

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestCheckVersion(t *testing.T) {
	for _, c := range []struct {
		wrote, have string
		refused     bool
	}{
		{"v1.2.3", "v1.2.3", false},
		{"v1.2.3", "v1.10.0", false},
		{"v1.10.0", "v1.9.0", true},
		{"v2.0.0", "v2.0.0-rc.1", true},
		{"v0.0.0-20260102030405-abcdefabcdef", "v0.1.0", false},
		{"v0.1.0", "v0.0.0-20260102030405-abcdefabcdef", true},
		{"(devel)", "v1.0.0", true},
		{"v9.0.0", "(devel)", false},
		{"(devel)", "(devel)", false},
	} {
		err := Manifest{Forge: c.wrote}.CheckVersion(c.have)
		var newer *NewerError
		if errors.As(err, &newer) != c.refused {
			t.Errorf("written by %s, read by %s: %v", c.wrote, c.have, err)
		}
		if c.refused && !strings.Contains(err.Error(), c.wrote) {
			t.Errorf("%v does not name %s", err, c.wrote)
		}
	}
}

// TestManifestsOfNewerForges are refused by what they have, and not by chance.
func TestManifestsOfNewerForges(t *testing.T) {
	for text, what := range map[string]string{
		`{"forge": "v9.0.0", "answers": {"module": "m", "cache": "redis"}, "files": []}`:                                 `a member "cache"`,
		`{"forge": "v9.0.0", "answers": {"module": "m"}, "files": [], "more": 1}`:                                        `a member "more"`,
		`{"forge": "v9.0.0", "answers": {"module": "m", "features": ["organizations"]}, "files": []}`:                    `the feature "organizations"`,
		`{"forge": "v9.0.0", "answers": {"module": "m", "resources": [{"name": "note", "colour": "red"}]}, "files": []}`: `a member "colour"`,
	} {
		_, err := DecodeManifest([]byte(text))
		var unknown *UnknownError
		if !errors.As(err, &unknown) || unknown.What != what || unknown.Forge != "v9.0.0" {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestLimitsWereSharedBefore reads projects of forges for which redis was no feature.
func TestLimitsWereSharedBefore(t *testing.T) {
	for path, features := range map[string][]string{
		"internal/ratelimit/redis.go":          {"api-keys", "redis"},
		"internal/accounts/ratelimit/redis.go": {"api-keys", "redis"},
		"internal/ratelimit/ratelimit.go":      {"api-keys"},
	} {
		encoded, err := NewManifest("v0.0.1", Answers{Module: "m", Features: []string{"api-keys"}}, []File{{Path: path, Class: Owned}}).Encode()
		if err != nil {
			t.Fatal(err)
		}
		if m, err := DecodeManifest(encoded); err != nil || !slices.Equal(m.Answers.Features, features) {
			t.Errorf("%s: %q, %v", path, m.Answers.Features, err)
		}
	}
}

// TestFieldsOfAManifest stand in one line each, and come back as they were.
func TestFieldsOfAManifest(t *testing.T) {
	m := NewManifest("v1.0.0", Answers{Module: "m", Fields: []Field{
		{Name: "phone", Type: "string?", Unique: true, Migration: "20260102030405_add_user_phone"},
		{Name: "plan", Type: "string", Default: `"a" <b>`, Superuser: true, Migration: "20260102030405_add_user_phone"},
	}}, nil)
	encoded, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	want := `    "fields": [
      {"name":"phone","type":"string?","unique":true,"migration":"20260102030405_add_user_phone"},
      {"name":"plan","type":"string","default":"\"a\" \u003cb\u003e","superuser":true,"migration":"20260102030405_add_user_phone"}
    ]
`
	if !strings.Contains(string(encoded), want) {
		t.Errorf("%s\nlacks\n%s", encoded, want)
	}
	again, err := DecodeManifest(encoded)
	if err != nil || !again.Answers.Equal(m.Answers) {
		t.Errorf("%+v, %v", again.Answers, err)
	}
}
