// guide:begin
package main

import (
	"os"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/openidConnect"
)

// UseDoorward reads Doorward's endpoints, and the client from the environment.
func UseDoorward() (*openidConnect.Provider, error) {
	provider, err := openidConnect.New(
		os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"),
		os.Getenv("BASE_URL")+"/auth/openid-connect/callback",
		os.Getenv("ISSUER")+"/.well-known/openid-configuration",
		"openid", "profile", "email",
	)
	if err != nil {
		return nil, err
	}
	goth.UseProviders(provider)
	return provider, nil
}

// guide:end
