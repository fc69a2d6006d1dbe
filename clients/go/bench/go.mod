module doorward.example/access/bench

go 1.25.0

require (
	doorward.example/access v0.0.0
	github.com/coreos/go-oidc/v3 v3.21.0
)

require (
	github.com/go-jose/go-jose/v4 v4.1.4 // indirect
	github.com/lestrrat-go/dsig v1.4.0 // indirect
	golang.org/x/oauth2 v0.36.0 // indirect
)

replace doorward.example/access => ../
