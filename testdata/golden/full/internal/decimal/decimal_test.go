package decimal_test

import (
	"encoding/json"
	"testing"

	"example.com/myapi/internal/decimal"
)

// A number is the same, whoever wrote it: a client or a database.
func TestNumberHasOneForm(t *testing.T) {
	for written, want := range map[string]decimal.Number{
		"12.5": "12.5", "12.5000": "12.5", "0012.50": "12.5", "100": "100", "100.0000": "100", "-0.10": "-0.1",
		"0": "0", "-0": "0", "-0.000": "0", "00": "0", "0.05": "0.05", "-99999999999999.9999": "-99999999999999.9999",
	} {
		var sent, text, bytes decimal.Number
		if err := json.Unmarshal([]byte(`"`+written+`"`), &sent); err != nil || sent != want {
			t.Errorf("sent as %s it is %s, %v; want %s", written, sent, err, want)
		}
		if err := text.Scan(written); err != nil || text != want {
			t.Errorf("kept as %s it is %s, %v; want %s", written, text, err, want)
		}
		if err := bytes.Scan([]byte(written)); err != nil || bytes != want {
			t.Errorf("kept as bytes of %s it is %s, %v; want %s", written, bytes, err, want)
		}
	}
	var number decimal.Number
	if err := number.Scan(12.5); err == nil {
		t.Error("a float is taken for an exact number")
	}
}
