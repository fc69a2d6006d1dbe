// Package accesstest is an issuer in memory: keys, tokens and callers for the tests of a service,
// without a server.
//
// Import it in tests only. Its keys are new for each issuer, so that no service that verifies the keys
// of its issuer accepts a token from here.
package accesstest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/lestrrat-go/dsig"

	"doorward.example/access"
)

// keyID is the ID of the issuer's key.
const keyID = "test"

// lifetime is the default lifetime of a token.
const lifetime = 5 * time.Minute

// An Issuer makes tokens that your service accepts in its tests. As an http.Handler it serves its
// discovery document and its keys, for a test server at its URL.
type Issuer struct {
	// URL and Audience are those of your settings.
	URL, Audience string
	// Now is the clock; change it to let a token expire.
	Now func() time.Time

	key *signingKey
}

// New creates an issuer with a new key.
func New(url, audience string) *Issuer {
	return &Issuer{URL: url, Audience: audience, Now: time.Now, key: newKey()}
}

// A TokenOption changes the claims of a token.
type TokenOption func(claims map[string]any)

// Permissions are granted to the user and requested by the client: they are in the scope and in the
// entitlements.
func Permissions(names ...string) TokenOption {
	return func(claims map[string]any) {
		entitlements, _ := claims["entitlements"].([]string)
		claims["entitlements"] = append(entitlements, names...)
		Scope(names...)(claims)
	}
}

// Scope adds names to the scope alone.
func Scope(names ...string) TokenOption {
	return func(claims map[string]any) {
		written, _ := claims["scope"].(string)
		claims["scope"] = strings.Join(append(strings.Fields(written), names...), " ")
	}
}

// Roles are the roles of the user.
func Roles(names ...string) TokenOption {
	return Claim("roles", names)
}

// Claim sets a claim, such as "org" or "client_id"; nil removes it.
func Claim(name string, value any) TokenOption {
	return func(claims map[string]any) {
		if value == nil {
			delete(claims, name)
		} else {
			claims[name] = value
		}
	}
}

// ExpiresIn sets the lifetime of the token, which may be negative.
func ExpiresIn(lifetime time.Duration) TokenOption {
	return func(claims map[string]any) {
		issuedAt, _ := claims["iat"].(int64)
		claims["exp"] = issuedAt + int64(lifetime/time.Second)
	}
}

// BoundTo binds the token to the key of a holder (RFC 9449).
func BoundTo(holder *Holder) TokenOption {
	return Claim("cnf", map[string]string{"jkt": holder.JKT()})
}

// Token returns a user's access token.
func (i *Issuer) Token(subject string, options ...TokenOption) string {
	now := i.Now().Unix()
	claims := map[string]any{
		"iss": i.URL, "sub": subject, "aud": i.Audience, "client_id": "test-client", "jti": rand.Text(),
		"iat": now, "exp": now + int64(lifetime/time.Second),
		"scope": "", "entitlements": []string{}, "roles": []string{},
		"auth_time": now, "acr": "aal1", "amr": []string{"pwd"},
	}
	for _, option := range options {
		option(claims)
	}
	return i.key.sign(map[string]any{"typ": "at+jwt", "kid": keyID}, claims)
}

// MachineToken returns the access token of a client that acts on its own behalf.
func (i *Issuer) MachineToken(clientID string, options ...TokenOption) string {
	machine := []TokenOption{
		Claim("client_id", clientID), Claim("auth_time", nil), Claim("acr", nil), Claim("amr", nil),
	}
	return i.Token(clientID, slices.Concat(machine, options)...)
}

// Keys returns the source of the issuer's key.
func (i *Issuer) Keys() access.KeySource {
	keys, err := access.ParseKeySet(i.JWKS())
	if err != nil {
		panic(err) // A set of one own key is valid.
	}
	return keys.Fixed()
}

// Access returns an authenticator for this issuer's tokens, with further options.
func (i *Issuer) Access(options ...access.Option) (*access.Access, error) {
	own := []access.Option{
		access.WithKeys(i.Keys()), access.WithClock(func() time.Time { return i.Now() }),
	}
	return access.New(i.URL, i.Audience, slices.Concat(own, options)...)
}

// JWKS returns the issuer's JWK Set (RFC 7517 section 5).
func (i *Issuer) JWKS() []byte {
	jwk := maps.Clone(i.key.public)
	jwk["kid"], jwk["alg"], jwk["use"] = keyID, "ES256", "sig"
	return toJSON(map[string]any{"keys": []any{jwk}})
}

// Discovery returns the issuer's discovery document.
func (i *Issuer) Discovery() []byte {
	return toJSON(map[string]string{
		"issuer":                 i.URL,
		"jwks_uri":               i.address("/oauth2/jwks"),
		"introspection_endpoint": i.address("/oauth2/introspect"),
	})
}

func (i *Issuer) address(path string) string {
	return strings.TrimRight(i.URL, "/") + path
}

// ServeHTTP serves the discovery document and the keys.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	documents := map[string]func() []byte{
		"/.well-known/openid-configuration": i.Discovery,
		"/oauth2/jwks":                      i.JWKS,
	}
	document, isThere := documents[r.URL.Path]
	if !isThere {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	// The client is gone if this fails.
	_, _ = w.Write(document())
}

// A Holder is the key of a client that binds its tokens by DPoP (RFC 9449).
type Holder struct{ key *signingKey }

// NewHolder creates a new key.
func NewHolder() *Holder {
	return &Holder{newKey()}
}

// JKT returns the thumbprint of the key (RFC 7638).
func (h *Holder) JKT() string {
	members := fmt.Sprintf(`{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}`,
		h.key.public["x"], h.key.public["y"])
	return hashed(members)
}

// Proof returns a new DPoP proof for a request with this access token. Options change its claims,
// such as Claim("nonce", …).
func (h *Holder) Proof(
	method, url, token string, now time.Time, options ...TokenOption,
) string {
	claims := map[string]any{
		"jti": rand.Text(), "htm": method, "htu": url, "iat": now.Unix(), "ath": hashed(token),
	}
	for _, option := range options {
		option(claims)
	}
	return h.key.sign(map[string]any{"typ": "dpop+jwt", "jwk": h.key.public}, claims)
}

// signingKey is a private key for ES256.
type signingKey struct {
	private *ecdsa.PrivateKey
	public  map[string]any
}

func newKey() *signingKey {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // The source of randomness never fails, since Go 1.24.
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		panic(err) // The point of a new key is on its curve.
	}
	return &signingKey{private, map[string]any{
		"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:]),
	}}
}

func (k *signingKey) sign(header, claims map[string]any) string {
	header["alg"] = "ES256"
	signed := encode(toJSON(header)) + "." + encode(toJSON(claims))
	signature, err := dsig.SignECDSA(k.private, []byte(signed), crypto.SHA256, rand.Reader)
	if err != nil {
		panic(err) // The key is one of P-256.
	}
	return signed + "." + encode(signature)
}

func toJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("accesstest: a claim has no JSON: %v", err))
	}
	return text
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return encode(sum[:])
}

func encode(data []byte) string {
	return base64.RawURLEncoding.EncodeToString(data)
}
