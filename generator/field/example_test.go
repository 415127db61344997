package field

import (
	"reflect"
	"testing"
)

// TestExamples wants every example to be a value that the type takes, in the
// characters that there are.
func TestExamples(t *testing.T) {
	for _, name := range KindNames() {
		for _, preset := range []string{"", "7"} {
			for _, size := range []int{1, 6, 255} {
				kind := Kind(name)
				if preset != "" && kind != Int && kind != String {
					continue
				}
				tag := reflect.StructTag(kind.Example("first_name", preset, size))
				example, ok := tag.Lookup("example")
				if ok != (preset != "" || kind != Int && kind != Bool) {
					t.Errorf("%s has the example %q", kind, tag)
				}
				if !ok {
					continue
				}
				if _, err := kind.Normal(example); err != nil {
					t.Errorf("%s has the example %q: %v", kind, example, err)
				}
				if preset != "" && example != preset || (kind == String || kind == Text) && (example == "" || len(example) > size) {
					t.Errorf("%s of %d has the example %q", kind, size, example)
				}
			}
		}
	}
	const quoted = `a "b"`
	if got := reflect.StructTag(String.Example("x", quoted, 255)).Get("example"); got != quoted {
		t.Errorf("%q became %q", quoted, got)
	}
}
