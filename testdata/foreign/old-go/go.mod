// An old one.
module example.com/oldgo

go 1.24
