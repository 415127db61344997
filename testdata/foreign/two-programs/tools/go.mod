module example.com/twoprograms/tools

go 1.26.0
