package merge

import "testing"

// TestBothDeclare keeps what one side declares next to what the other has changed
// or taken out, unless both declare the same name.
func TestBothDeclare(t *testing.T) {
	const a, b, c = "func a() {}\n", "func b() {}\n", "func c() {}\n"
	for name, tt := range map[string]struct{ base, ours, theirs, want string }{
		"both add":                {"", "\n" + a, "\n" + b, "\n" + b + "\n" + a},
		"taken out, one after":    {"\n" + a, "", "\n" + a + "\n" + b, "\n" + b},
		"taken out, one before":   {a + "\n", "", b + "\n" + a + "\n", b + "\n"},
		"changed, one after":      {"\n" + a, "\n// a is ours.\n" + a, "\n" + a + "\n" + b, "\n// a is ours.\n" + a + "\n" + b},
		"forge's taken out":       {"\n" + a, "\n" + a + "\n" + b, "", "\n" + b},
		"two taken out":           {a + "\n" + b, "", a + "\n" + b + "\n" + c, c},
		"moved up, and changed":   {"\n" + a, "\n" + b, "\n" + a + "\n" + b, ""},
		"both change":             {a, "func a() { x() }\n", "func a() { y() }\n\n" + b, ""},
		"a comment is added":      {"\n" + a, "", "\n" + a + "\n// Forge's.\n", ""},
		"half of a declaration":   {"func a() {\n", "", "func a() {\n}\n\nfunc b() {\n", ""},
		"statements":              {"\tx()\n", "", "\tx()\n\ty()\n", ""},
		"both add the same":       {"", a, a + "\n" + b, ""},
		"the same method of two":  {"", "func (t) a() {}\n", "func (u) a() {}\n", ""},
		"nothing but blank lines": {"\n" + a, "", "\n" + a + "\n", ""},
	} {
		got, ok := bothDeclare([]byte(tt.base), []byte(tt.ours), []byte(tt.theirs))
		if string(got) != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: got %q, %t, want %q", name, got, ok, tt.want)
		}
	}
}
