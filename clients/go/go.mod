module doorward.example/access

go 1.25.0

require github.com/lestrrat-go/dsig v1.4.0
