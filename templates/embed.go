// Package templates holds the files forge writes, one folder per layer.
//
// A file's path inside its layer, less ".tmpl", is its path in the project;
// the segment "_program_" becomes the program's name. Which layers make up a
// project is said in generator/layers.go.
package templates

import "embed"

// FS has one folder per layer. "all:" takes dot files along.
//
//go:embed all:auth all:auth-chi all:auth-echo all:auth-fiber all:auth-gin all:auth-mysql all:auth-postgres all:auth-server all:auth-sqlite all:auth-stdlib all:base all:basic all:complete all:complete-chi all:complete-echo all:complete-fiber all:complete-gin all:complete-mysql all:complete-postgres all:complete-sqlite all:complete-stdlib all:db-mysql all:db-postgres all:db-server all:db-sqlite all:foreign all:foreign-basic all:foreign-check all:foreign-complete all:foreign-handle-gorm all:foreign-handle-gormv1 all:foreign-handle-none all:foreign-handle-pgxpool all:foreign-handle-sql all:foreign-handle-sqlx all:foreign-migrate all:foreign-nethttp all:foreign-pool all:foreign-pool-mysql all:foreign-pool-postgres all:foreign-pool-server all:foreign-pool-sqlite all:foreign-postgres all:foreign-router-chi all:foreign-router-echo all:foreign-router-fiber all:foreign-router-gin all:foreign-router-gorilla all:foreign-router-stdlib all:foreign-sqlite all:modules all:net-http all:none all:none-mysql all:none-postgres all:none-sqlite all:router-chi all:router-echo all:router-fiber all:router-gin all:router-paths all:router-stdlib
var FS embed.FS
