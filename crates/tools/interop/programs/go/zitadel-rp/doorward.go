// guide:begin
package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	httphelper "github.com/zitadel/oidc/v3/pkg/http"
)

// Discover reads Doorward's endpoints, and the client from the environment.
func Discover(ctx context.Context) (rp.RelyingParty, error) {
	baseURL := os.Getenv("BASE_URL")
	// Encrypts the cookies of the sign-in. Several instances need a common key.
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	var cookies []httphelper.CookieHandlerOpt
	if strings.HasPrefix(baseURL, "http:") {
		cookies = append(cookies, httphelper.WithUnsecure())
	}
	return rp.NewRelyingPartyOIDC(
		ctx, os.Getenv("ISSUER"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"),
		baseURL+"/auth/callback",
		[]string{"openid", "profile", "email"},
		rp.WithCookieHandler(httphelper.NewCookieHandler(key, key, cookies...)),
		rp.WithVerifierOpts(rp.WithIssuedAtOffset(5*time.Second)),
		rp.WithHTTPClient(&http.Client{Timeout: time.Minute}),
		rp.WithSigningAlgsFromDiscovery(),
	)
}

// guide:end
