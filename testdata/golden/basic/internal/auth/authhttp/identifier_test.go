package authhttp_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/myapi/internal/testkit"
)

func TestEmailForms(t *testing.T) {
	longLocal, longDomain := strings.Repeat("a", 64), strings.Repeat("b", 60)
	fill := longLocal + "@" + longDomain + "." + longDomain + "." + longDomain + "."
	svc := testkit.New(t, testkit.Options{})
	n := 0
	try := func(email string) testkit.Response {
		n++
		return svc.Do(t, registration(email, fmt.Sprintf("user%d", n), testkit.Password))
	}
	for typed, stored := range map[string]string{
		"user@example.com":                        "user@example.com",
		" \tTrim@Example.com\n":                   "trim@example.com",
		"first.last+tag@sub.example.co.uk":        "first.last+tag@sub.example.co.uk",
		"o'brien@example.com":                     "o'brien@example.com",
		"jörg@exämple.de":                         "jörg@exämple.de",
		"JO\u0308RG2@example.de":                  "jörg2@example.de", // NFC
		"用户@例子.广告":                                "用户@例子.广告",
		"x@xn--exmple-cua.com":                    "x@xn--exmple-cua.com",
		fill + strings.Repeat("c", 254-len(fill)): fill + strings.Repeat("c", 254-len(fill)),
		"numbers@123.example":                     "numbers@123.example",
	} {
		response := try(typed)
		var user struct{ Email string }
		response.JSON(t, &user)
		if response.Status != 201 || user.Email != stored {
			t.Errorf("%q = %d %s, want it stored as %q", typed, response.Status, response.Body, stored)
		}
	}
	for _, typed := range []string{
		"", "@", "user", "user@", "@example.com", "a@b", "user@localhost", "user@example.com.", "user@.example.com", "user@example..com",
		".user@example.com", "user.@example.com", "us..er@example.com", "a@b@example.com", "user name@example.com",
		"Foo <a@example.com>", "<a@example.com>", "a@example.com, b@example.com", "a@example.com b@example.com", "a@example.com;b@example.com",
		`"quoted"@example.com`, `"a b"@example.com`, `a\@b@example.com`, "a(comment)@example.com", "a@example.com (comment)",
		"a@example.com\r\nBcc: b@example.com", "a\r\n@example.com", "a@exam\nple.com", "a@example.com\x00", "a\x00@example.com", "a\u200b@example.com", "a\u00a0b@example.com",
		"a@[127.0.0.1]", "a@127.0.0.1", "a@-example.com", "a@example-.com", "a@exa_mple.com", "a@example.com/x", "a@example.123",
		strings.Repeat("a", 65) + "@example.com", fill + strings.Repeat("c", 255-len(fill)), strings.Repeat("a", 400) + "@example.com",
		"a@" + strings.Repeat("b", 64) + ".com",
	} {
		response := try(typed)
		if response.Status != 422 || response.Problem(t).Messages()["body.email"] == "" {
			t.Errorf("%q = %d %s, want 422 for body.email", typed, response.Status, response.Body)
		}
	}
}

func TestUsernameForms(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	n := 0
	try := func(username string) testkit.Response {
		n++
		return svc.Do(t, registration(fmt.Sprintf("user%d@example.com", n), username, testkit.Password))
	}
	for typed, stored := range map[string]string{
		"abc": "abc", "John.Doe_1-x": "John.Doe_1-x", "...": "...", "123": "123", strings.Repeat("a", 50): strings.Repeat("a", 50),
	} {
		response := try(typed)
		var user struct{ Username string }
		response.JSON(t, &user)
		if response.Status != 201 || user.Username != stored {
			t.Errorf("%q = %d %s, want it stored as %q", typed, response.Status, response.Body, stored)
		}
	}
	for _, typed := range []string{
		"", "ab", strings.Repeat("a", 51), strings.Repeat("a", 400), "user@example.com", "two words", "new\nline", "nul\x00l", "tab\tbed", " ada", "ada ", "ada\n",
		"jörg", "раураl", "a\u200bbc", "<script>", "semi;colon", "a'b", `a"b`, "a/b", "a%00b", "ａｂｃ",
	} {
		response := try(typed)
		if response.Status != 422 || response.Problem(t).Messages()["body.username"] == "" {
			t.Errorf("%q = %d %s, want 422 for body.username", typed, response.Status, response.Body)
		}
	}
}
