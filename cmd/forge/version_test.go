package main

import "testing"

func TestCommitOfAModule(t *testing.T) {
	for version, want := range map[string]string{
		"v0.0.0-20260314150926-0123456789ab":         "0123456789ab",
		"v1.2.4-0.20260314150926-0123456789ab":       "0123456789ab",
		"v1.2.3":                                     "unknown",
		"(devel)":                                    "unknown",
		"v1.2.4-0.20260314150926-0123456789ab+dirty": "0123456789ab",
	} {
		if got := (buildFacts{Version: version, Commit: "unknown"}).ofModule().Commit; got != want {
			t.Errorf("the commit of %s is %s, want %s", version, got, want)
		}
	}
	if got := (buildFacts{Version: "v0.0.0-20260314150926-0123456789ab", Commit: "whole"}).ofModule().Commit; got != "whole" {
		t.Errorf("a known commit becomes %s", got)
	}
}
