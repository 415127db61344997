module example.com/defaultmux

go 1.26.0
