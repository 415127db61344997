package merge

import "testing"

// TestSideBySide merges what two sides add at one place of a list, and nothing
// that may be more than that.
func TestSideBySide(t *testing.T) {
	for name, c := range map[string]struct{ base, ours, theirs, want string }{
		"fields of both":               {"", "\tMine string\n", "\n\tForges *string\n", "\tMine string\n\n\tForges *string\n"},
		"a comment and a field":        {"\tAt time.Time\n", "\tAt time.Time // mine\n", "\tAt time.Time\n\n\tForges *string\n", "\tAt time.Time // mine\n\n\tForges *string\n"},
		"an element and one more":      {"\tAt: u.At,\n", "\tAt: u.At, Mine: u.Mine,\n", "\tAt: u.At,\n\tForges: u.Forges,\n", "\tAt: u.At, Mine: u.Mine,\n\tForges: u.Forges,\n"},
		"columns":                      {"\t{\"at\", &u.At},\n", "\t{\"at\", &u.At},\n\t{\"mine\", &u.Mine},\n", "\t{\"at\", &u.At},\n\t{\"forges\", &u.Forges},\n", "\t{\"at\", &u.At},\n\t{\"mine\", &u.Mine},\n\t{\"forges\", &u.Forges},\n"},
		"errors":                       {"", "\tErrMine = 1\n", "\n\tErrForges = 2\n", "\tErrMine = 1\n\n\tErrForges = 2\n"},
		"cases":                        {"", "\tcase \"mine\":\n\t\treturn 1\n", "\tcase \"forges\":\n\t\treturn 2\n", "\tcase \"mine\":\n\t\treturn 1\n\tcase \"forges\":\n\t\treturn 2\n"},
		"conditions":                   {"", "\tif c.Mine != nil {\n\t\tx()\n\t}\n", "\tif c.Forges != nil {\n\t\ty()\n\t}\n", "\tif c.Mine != nil {\n\t\tx()\n\t}\n\tif c.Forges != nil {\n\t\ty()\n\t}\n"},
		"lined up anew":                {"\tA *string\n", "\tA *string // mine\n", "\tA    *string\n\tLong *string\n", "\tA *string // mine\n\tLong *string\n"},
		"a field goes next to one":     {"\tAt time.Time\n\tForges *string\n", "\tAt, To time.Time\n\tForges *string\n", "\tAt time.Time\n", "\tAt, To time.Time\n"},
		"a field is renamed above one": {"\tForges *string\n\tAt time.Time\n", "\tForges *string\n\tAt, To time.Time\n", "\tOther *string\n\tAt time.Time\n", "\tOther *string\n\tAt, To time.Time\n"},
		"both changed the second":      {"\tAt time.Time\n\tForges *string\n", "\tAt, To time.Time\n\tForges *int\n", "\tAt time.Time\n", ""},
		"the same field":               {"", "\tOne string\n", "\tOne string\n\tTwo string\n", ""},
		"both changed":                 {"\tAt time.Time\n", "\tAt int64\n", "\tAt string\n\tForges *string\n", ""},
		"statements":                   {"", "\tx()\n", "\ty()\n", ""},
		"half of a block":              {"", "\tx: 1,\n}\n", "\ty: 2,\n", ""},
	} {
		got, ok := sideBySide([]byte(c.base), []byte(c.ours), []byte(c.theirs))
		if string(got) != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
