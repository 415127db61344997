module example.com/pocketbase

go 1.26

require (
	github.com/pocketbase/pocketbase v0.36.8
	modernc.org/libc v1.79.0
	modernc.org/sqlite v1.61.1
)
