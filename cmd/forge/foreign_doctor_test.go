package main

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator/project"
)

func TestForeignFindings(t *testing.T) {
	const settings = "package settings\n\ntype Settings struct {\n\tAppName string `env:\"APP_NAME\" envDefault:\"shop\"`\n\tSecretKey string `env:\"SECRET_KEY\"`\n\tSMTPHost string `env:\"SMTP_HOST\"`\n}\n"
	module := fstest.MapFS{
		project.AccountsDir + "/settings/settings.go":                        {Data: []byte(settings)},
		project.AccountsDir + "/database/migrations/00001_create_users.sql":  {Data: []byte("-- +goose Up\nCREATE TABLE accounts_users (\n);\n")},
		project.AccountsDir + "/database/migrations/00002_create_tokens.sql": {Data: []byte("CREATE TABLE IF NOT EXISTS accounts_tokens (\n);\nDROP TABLE accounts_tokens;\n")},
		"db/migrations/7_accounts.up.sql":                                    {Data: []byte("CREATE TABLE accounts_users (\n);\nCREATE TABLE accounts_tokens (\n);\n")},
		"old/1_orders.sql":                                                   {},
		"old/1_accounts.sql":                                                 {Data: []byte("CREATE TABLE accounts_users (\n);\n")},
		".env":                                                               {Data: []byte("APP_NAME=shop\nSMTP_HOST=\nOTHER=1\n# SMTP_HOST=commented.example\n")},
		".env.example":                                                       {Data: []byte("SECRET_KEY=an-example\n")},
	}
	for _, tt := range []struct {
		name    string
		environ []string
		own     string
		want    string
	}{
		{"nothing set", nil, "", `note SECRET_KEY is not set here: outside development, the program does not start without it
ok tables: accounts_users, accounts_tokens; the program creates them when it starts
ok settings that are set: APP_NAME (.env); internal/accounts/README.md lists all`},
		{"a key in a file, and own migrations", []string{"SECRET_KEY_FILE=/run/hunter2", "HOME=/root"}, "db/migrations", `ok SECRET_KEY is set: the environment
ok tables: accounts_users, accounts_tokens; your migrations in db/migrations create them
ok settings that are set: APP_NAME (.env), SECRET_KEY_FILE (the environment); internal/accounts/README.md lists all`},
		{"own migrations that lack one", []string{"SECRET_KEY=hunter2"}, "old", `ok SECRET_KEY is set: the environment
note tables: accounts_users, accounts_tokens; no migration in old creates accounts_tokens, which the program needs to start
wrong migrations in old have one number: 1_accounts.sql, 1_orders.sql
ok settings that are set: APP_NAME (.env), SECRET_KEY (the environment); internal/accounts/README.md lists all`},
	} {
		found, err := foreignFindings(module, project.Answers{Foreign: &project.Foreign{Migrations: tt.own}}, tt.environ)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, f := range found {
			lines = append(lines, fmt.Sprintf("%s %s", f.Level, f.Text))
		}
		if got := strings.Join(lines, "\n"); got != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.name, got, tt.want)
		}
	}
}
