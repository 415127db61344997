package authmail

import (
	"regexp"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
)

func TestUserNamesAreNoLinks(t *testing.T) {
	for name, want := range map[string]string{
		"evil.com":             "evil[.]com",
		"EVIL.COM":             "EVIL[.]COM",
		"shop.example.co.uk":   "shop[.]example[.]co[.]uk",
		"evil.com-login":       "evil[.]com-login",
		"evil.com_login":       "evil[.]com_login",
		"pay.evil.zip.john":    "pay[.]evil[.]zip[.]john",
		"www.johndoe":          "www[.]johndoe",
		"192.0.2.1":            "192[.]0[.]2[.]1",
		"xn--e1awd7f.xn--p1ai": "xn--e1awd7f[.]xn--p1ai",
		"пример.рф":            "пример[.]рф",
		"evil\uFF0Ecom":        "evil[\uFF0E]com",
		"evil\u3002com":        "evil[\u3002]com",
		"evil\uFF61com":        "evil[\uFF61]com",
		"http://evil":          "http[:][/][/]evil",
		"mailto:john":          "mailto[:]john",
		"john@localhost":       "john[@]localhost",
		"john.doe":             "john.doe",
		"john_doe-1":           "john_doe-1",
		"v1.2":                 "v1.2",
		"com":                  "com",
		"john.":                "john.",
		"j..d":                 "j..d",
	} {
		if got := unlinked(name); got != want {
			t.Errorf("unlinked(%q) = %q, want %q", name, got, want)
		}
	}
}

// The link of the mail itself carries the name as it is.
func TestNoMailShowsANameAsALink(t *testing.T) {
	bare := regexp.MustCompile(`[^=]\bevil\.com`)
	for kind := range layouts() {
		html, text, err := testComposer(t).render(layouts()[kind].template, auth.Delivery{
			Kind: kind, To: "user@example.com", Username: "evil.com", Token: "TOKEN", NewEmail: "new@example.com", Lifetime: time.Hour,
		})
		if err != nil {
			t.Fatal(err)
		}
		for part, shown := range map[string]string{"HTML": html, "text": text} {
			if found := bare.FindString(shown); found != "" {
				t.Errorf("%s: the %s part has %q", kind, part, found)
			}
		}
	}
}
