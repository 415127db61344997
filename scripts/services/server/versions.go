package server

import (
	"context"
	"os/exec"
	"regexp"
)

var versionNumber = regexp.MustCompile(`\d+(\.\d+)+`)

// Versions lists the names and versions of the servers that this machine has.
func Versions(ctx context.Context) []string {
	var all []string
	for _, s := range []struct {
		name     string
		programs []string
	}{
		{"PostgreSQL", []string{"postgres"}},
		{"MariaDB", []string{"mariadbd", "mysqld"}},
		{"PgBouncer", []string{"pgbouncer"}},
		{"Redis", []string{"redis-server", "valkey-server"}},
	} {
		program, err := find(s.programs...)
		if err != nil {
			continue
		}
		printed, err := exec.CommandContext(ctx, program, "--version").Output()
		if number := versionNumber.Find(printed); err == nil && number != nil {
			all = append(all, s.name+" "+string(number))
		}
	}
	return all
}
