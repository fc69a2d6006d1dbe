// Package bench compares the cost of a guarded request with that of a verifier of go-oidc. It is a
// separate module, so that users of the package do not depend on go-oidc.
package bench

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"doorward.example/access"
)

const (
	issuer   = "https://id.example"
	audience = "https://tasks.example/api"
	// rounds is the number of measurements of each, of which the least counts.
	rounds = 5
)

// token returns a signed token of RS256, the algorithm of the issuer, and its key set.
func token(b *testing.B) (text string, key *rsa.PrivateKey, jwks []byte) {
	b.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now().Unix()
	signed := encode(b, map[string]any{"alg": "RS256", "typ": "at+jwt", "kid": "one"}) + "." +
		encode(b, map[string]any{
			"iss": issuer, "sub": "0197f3c4-8a52-7c1e-9b56-1d2f3a4b5c6d", "aud": audience,
			"client_id": "tasks-web", "jti": "0197f3c4-8a52-7c1e-9b56-000000000000",
			"iat": now, "exp": now + 3600, "auth_time": now, "acr": "aal1", "amr": []string{"pwd"},
			"scope": "openid profile tasks:read tasks:write", "sid": "s1", "org": "acme",
			"entitlements": []string{"tasks:read", "tasks:write"}, "roles": []string{"developer"},
		})
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		b.Fatal(err)
	}
	exponent := big.NewInt(int64(key.E)).Bytes()
	jwks, err = json.Marshal(map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig",
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(exponent),
	}}})
	if err != nil {
		b.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), key, jwks
}

func encode(b *testing.B, value any) string {
	b.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		b.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// guarded is the request of a route that requires a permission.
func guarded(b *testing.B, jwks []byte) http.Handler {
	b.Helper()
	keys, err := access.ParseKeySet(jwks)
	if err != nil {
		b.Fatal(err)
	}
	made, err := access.New(issuer, audience, access.WithKeys(keys.Fixed()),
		access.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		b.Fatal(err)
	}
	return made.Guard(access.Permission("tasks:read")).HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request, caller *access.Principal) {
			_, _ = io.WriteString(w, caller.Subject)
		})
}

type claims struct {
	Scope        string   `json:"scope"`
	Entitlements []string `json:"entitlements"`
}

// peer is the same route by go-oidc: its verifier checks signature, issuer, audience and expiry; the
// scope and the permission are read from the claims.
func peer(key *rsa.PrivateKey) http.Handler {
	keys := &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{key.Public()}}
	verifier := oidc.NewVerifier(issuer, keys, &oidc.Config{ClientID: audience})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		verified, err := verifier.Verify(r.Context(), text)
		if !isBearer || err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var claims claims
		if err := verified.Claims(&claims); err != nil ||
			!strings.Contains(claims.Scope, "tasks:read") || claims.Entitlements[0] != "tasks:read" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, verified.Subject)
	})
}

func serve(b *testing.B, handler http.Handler, text string) {
	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/report", nil)
	request.Header.Set("Authorization", "Bearer "+text)
	b.ReportAllocs()
	for b.Loop() {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusOK {
			b.Fatal(recorder.Code, recorder.Body)
		}
	}
}

// BenchmarkGuardedRequest prints both costs and their ratio. It asserts nothing: a shared machine is no
// judge.
func BenchmarkGuardedRequest(b *testing.B) {
	text, key, jwks := token(b)
	least := map[string]float64{}
	own, other := guarded(b, jwks), peer(key)
	for range rounds {
		for name, handler := range map[string]http.Handler{"doorward": own, "go-oidc": other} {
			b.Run(name, func(b *testing.B) {
				serve(b, handler, text)
				cost := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
				if known, isThere := least[name]; !isThere || cost < known {
					least[name] = cost
				}
			})
		}
	}
	fmt.Printf("ratio %.2f of go-oidc\n", least["doorward"]/least["go-oidc"])
}
