module example.com/authtaken

go 1.26.0
