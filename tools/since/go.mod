module podline/tools/since

go 1.26.0
