module example.com/brokenmain

go 1.26.0
