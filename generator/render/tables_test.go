package render

import "testing"

func TestTablePrefix(t *testing.T) {
	for sql, want := range map[string]string{
		"CREATE TABLE users (\n    id INTEGER -- of users\n);":                    "CREATE TABLE a_users (\n    id INTEGER -- of users\n);",
		"CREATE INDEX tokens_user_id ON tokens (user_id);":                        "CREATE INDEX a_tokens_user_id ON a_tokens (user_id);",
		"SELECT users.id FROM tokens JOIN users ON users.id = tokens.user_id":     "SELECT a_users.id FROM a_tokens JOIN a_users ON a_users.id = a_tokens.user_id",
		"UPDATE outbox SET user_id = NULL, sent_user_id = NULL WHERE token = 'x'": "UPDATE a_outbox SET user_id = NULL, sent_user_id = NULL WHERE token = 'x'",
	} {
		if got := string(WithTablePrefix([]byte(sql), "a_")); got != want {
			t.Errorf("%s\nbecame %s\nnot    %s", sql, got, want)
		}
		if got := string(WithTablePrefix([]byte(sql), "")); got != sql {
			t.Errorf("without a prefix, %s became %s", sql, got)
		}
	}
	const source = "package p\n\n// users\nvar a = f(`SELECT `+names()+` FROM users`, `users`, \"users\")\n"
	const want = "package p\n\n// users\nvar a = f(`SELECT `+names()+` FROM a_users`, `users`, \"users\")\n"
	if got := string(Request{TablePrefix: "a_"}.prefixed("p.go", []byte(source))); got != want {
		t.Error(got)
	}
}
