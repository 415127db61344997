module example.com/brokenelsewhere

go 1.26.0
