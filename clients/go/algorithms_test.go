package access_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/lestrrat-go/dsig"

	"doorward.example/access"
)

// Algorithm confusion (RFC 8725 section 2.1): a key of one algorithm is rejected for all others.

var algorithms = []string{"RS256", "PS256", "ES256", "EdDSA"}

// algorithmKeys has a private key and the published key for each algorithm.
type algorithmKeys struct {
	private map[string]any
	public  map[string]map[string]any
	source  access.KeySource
}

// sharedKeys are made once, because RSA keys take long.
var sharedKeys struct {
	sync.Once
	algorithmKeys
}

func newAlgorithmKeys(t *testing.T) algorithmKeys {
	t.Helper()
	sharedKeys.Do(func() { sharedKeys.algorithmKeys = makeAlgorithmKeys(t) })
	return sharedKeys.algorithmKeys
}

func makeAlgorithmKeys(t *testing.T) algorithmKeys {
	t.Helper()
	keys := algorithmKeys{map[string]any{}, map[string]map[string]any{}, nil}
	var published []any
	for _, name := range algorithms {
		private, public := generate(t, name)
		public["kid"], public["alg"], public["use"] = name, name, "sig"
		keys.private[name], keys.public[name] = private, public
		published = append(published, public)
	}
	text, err := json.Marshal(map[string]any{"keys": published})
	if err != nil {
		t.Fatal(err)
	}
	set, err := access.ParseKeySet(text)
	if err != nil || len(set.IDs()) != len(algorithms) {
		t.Fatal(err, set.IDs())
	}
	keys.source = set.Fixed()
	return keys
}

func generate(t *testing.T, algorithm string) (private any, public map[string]any) {
	t.Helper()
	switch algorithm {
	case "ES256":
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		point, _ := key.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		x, y := encode(point[1:33]), encode(point[33:])
		return key, map[string]any{"kty": "EC", "crv": "P-256", "x": x, "y": y}
	case "EdDSA":
		point, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key, map[string]any{"kty": "OKP", "crv": "Ed25519", "x": encode(point)}
	default:
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		return key, map[string]any{"kty": "RSA", "n": encode(key.N.Bytes()), "e": "AQAB"}
	}
}

func signed(named, kid string) string {
	header, _ := json.Marshal(map[string]any{"alg": named, "typ": "at+jwt", "kid": kid})
	claims, _ := json.Marshal(map[string]any{
		"iss": "https://id.example", "sub": "alice", "aud": audience, "client_id": "web",
		"iat": start, "exp": start + 300, "jti": "t1",
	})
	return encode(header) + "." + encode(claims)
}

// token returns a token whose header names an algorithm, signed by another algorithm.
func (k algorithmKeys) token(t *testing.T, named, kid, signer string) string {
	t.Helper()
	key := k.private[signer]
	if k.public[kid]["kty"] == k.public[signer]["kty"] {
		key = k.private[kid]
	}
	text := signed(named, kid)
	signature, err := dsig.Sign(key, dsigName[signer], []byte(text), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(signature)
}

var dsigName = map[string]string{
	"RS256": dsig.RSAPKCS1v15WithSHA256, "PS256": dsig.RSAPSSWithSHA256,
	"ES256": dsig.ECDSAWithP256AndSHA256, "EdDSA": dsig.EdDSA,
}

func (k algorithmKeys) code(t *testing.T, token string, options ...access.Option) string {
	t.Helper()
	own := []access.Option{
		silent(), access.WithKeys(k.source),
		access.WithClock(func() time.Time { return time.Unix(start, 0) }),
	}
	made, err := access.New("https://id.example", audience, append(own, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return codeOf(t, second(made.AuthenticateToken(t.Context(), token)))
}

func TestKeyVerifiesItsOwnAlgorithmOnly(t *testing.T) {
	keys := newAlgorithmKeys(t)
	for _, kid := range algorithms {
		own := keys.token(t, kid, kid, kid)
		others := slices.DeleteFunc(slices.Clone(algorithms), func(n string) bool { return n == kid })
		if code := keys.code(t, own); code != "" {
			t.Errorf("%s: %s", kid, code)
		}
		if code := keys.code(t, own, access.WithAlgorithms(kid)); code != "" {
			t.Errorf("%s alone: %s", kid, code)
		}
		if code := keys.code(t, own, access.WithAlgorithms(others...)); code != "algorithm" {
			t.Errorf("%s is not accepted: %s", kid, code)
		}
		for _, named := range others {
			for _, signer := range []string{named, kid} {
				if code := keys.code(t, keys.token(t, named, kid, signer)); code != "algorithm" {
					t.Errorf("%s named %s: %s", kid, named, code)
				}
			}
			// The header names the algorithm of the key, the signature is another one.
			if code := keys.code(t, keys.token(t, kid, kid, named)); code != "signature" {
				t.Errorf("%s signed by %s: %s", kid, named, code)
			}
		}
	}
}

func TestPublicKeyIsNoSecretOfHMAC(t *testing.T) {
	keys := newAlgorithmKeys(t)
	for _, kid := range algorithms {
		signer, _ := keys.private[kid].(crypto.Signer)
		der, err := x509.MarshalPKIXPublicKey(signer.Public())
		if err != nil {
			t.Fatal(err)
		}
		written := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		jwk, _ := json.Marshal(keys.public[kid])
		for _, named := range []string{"HS256", "HS512", kid} {
			text := signed(named, kid)
			for _, secret := range [][]byte{written, jwk} {
				mac := hmac.New(sha256.New, secret)
				mac.Write([]byte(text))
				if code := keys.code(t, text+"."+encode(mac.Sum(nil))); code == "" {
					t.Errorf("%s as %s was accepted", kid, named)
				}
			}
		}
	}
}

func TestUnsignedTokenIsRejected(t *testing.T) {
	keys := newAlgorithmKeys(t)
	for _, kid := range algorithms {
		for _, named := range []string{"none", "None", "nOnE", ""} {
			for _, signature := range []string{"", ".", "." + encode(make([]byte, 64))} {
				if code := keys.code(t, signed(named, kid)+signature); code == "" {
					t.Errorf("%q was accepted", named)
				}
			}
		}
	}
}

// RFC 7518 section 3.5: the salt of PS256 is as long as the hash.
func TestSaltOfOtherLengthIsRejected(t *testing.T) {
	keys := newAlgorithmKeys(t)
	key, _ := keys.private["PS256"].(*rsa.PrivateKey)
	text := signed("PS256", "PS256")
	sum := sha256.Sum256([]byte(text))
	for _, length := range []int{0, 20, 31, 32, 33, 64} {
		options := &rsa.PSSOptions{SaltLength: length}
		if length == 0 {
			options.SaltLength = rsa.PSSSaltLengthAuto
		}
		signature, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, sum[:], options)
		if err != nil {
			t.Fatal(err)
		}
		code := keys.code(t, text+"."+encode(signature))
		if isAccepted := code == ""; isAccepted != (length == 32) {
			t.Errorf("salt of %d bytes: %q", length, code)
		}
	}
}

func TestKeyOfOtherTypeIsOmitted(t *testing.T) {
	keys := newAlgorithmKeys(t)
	named := append([]string{"none", "HS256", "RS512", "ES384"}, algorithms...)
	for _, kid := range algorithms {
		for _, algorithm := range named {
			renamed := maps.Clone(keys.public[kid])
			renamed["alg"] = algorithm
			text, _ := json.Marshal(map[string]any{"keys": []any{renamed}})
			set, err := access.ParseKeySet(text)
			if err != nil {
				t.Fatal(err)
			}
			own, isKnown := keys.public[algorithm]
			fits := isKnown && own["kty"] == renamed["kty"]
			if (len(set.IDs()) == 1) != fits {
				t.Errorf("%s as %s: %v", kid, algorithm, set.IDs())
			}
		}
	}
}

func TestUnknownAlgorithmsAreMisconfigured(t *testing.T) {
	for _, names := range [][]string{{}, {"none"}, {"HS256"}, {"RS256", "RS512"}} {
		_, err := access.New("https://id.example", audience, access.WithAlgorithms(names...))
		if !errors.Is(err, access.ErrMisconfigured) {
			t.Error(fmt.Sprint(names), err)
		}
	}
}

func encode(data []byte) string {
	return base64.RawURLEncoding.EncodeToString(data)
}
