package jws

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"math/big"
	"slices"

	"github.com/lestrrat-go/dsig"

	"doorward.example/access/internal/strict"
)

// The accepted algorithms: asymmetric ones only.
const (
	RS256 = "RS256"
	PS256 = "PS256"
	ES256 = "ES256"
	EdDSA = "EdDSA"
)

// Algorithms returns all accepted algorithms.
func Algorithms() []string { return []string{RS256, PS256, ES256, EdDSA} }

// IsAlgorithm returns true for an accepted algorithm.
func IsAlgorithm(name string) bool {
	return keyTypes[name] != ""
}

var (
	keyTypes = map[string]string{RS256: "RSA", PS256: "RSA", ES256: "EC", EdDSA: "OKP"}
	defaults = map[string]string{"RSA": RS256, "EC": ES256, "OKP": EdDSA}
)

const (
	minModulusBits   = 2048
	maxModulusBits   = 4096
	minExponent      = 65537
	maxExponentBytes = 4
	coordinateBytes  = 32
)

// Key is a public key with its only algorithm.
type Key struct {
	// Algorithm is the algorithm that the header of a token must name.
	Algorithm string

	verify func(signed, signature []byte) error
}

// AlgorithmOf returns the only algorithm of an issuer's key (RFC 8725 section 3.1), and "" for an
// unknown one. It is the one that the key names, or else the one of its type; for RSA that is RS256.
func AlgorithmOf(jwk map[string]any) string {
	if named, isThere := jwk["alg"]; isThere {
		if name, isText := named.(string); isText && IsAlgorithm(name) {
			return name
		}
		return ""
	}
	kty, _ := jwk["kty"].(string)
	return defaults[kty]
}

// IsPrivate returns true if a JWK has a private member (RFC 7518 section 6).
func IsPrivate(jwk map[string]any) bool {
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if _, isThere := jwk[name]; isThere {
			return true
		}
	}
	return false
}

// PublicKey returns the public key of a JWK for an algorithm, and false if it does not fit. It
// rejects private, weak and expensive keys.
func PublicKey(jwk map[string]any, algorithm string) (Key, bool) {
	if IsPrivate(jwk) || !isWellFormed(jwk) || jwk["kty"] != keyTypes[algorithm] {
		return Key{}, false
	}
	operations, hasOperations := jwk["key_ops"].([]any)
	if (hasOperations && !slices.Contains(operations, any("verify"))) ||
		!isAbsentOr(jwk, "use", "sig") || !isAbsentOr(jwk, "alg", algorithm) {
		return Key{}, false
	}
	verify, ok := verifier(jwk, algorithm)
	return Key{algorithm, verify}, ok
}

func verifier(
	jwk map[string]any, algorithm string,
) (verify func(signed, signature []byte) error, ok bool) {
	switch algorithm {
	case RS256, PS256:
		key, ok := rsaKey(jwk)
		return func(signed, signature []byte) error {
			return dsig.VerifyRSA(key, signed, signature, crypto.SHA256, algorithm == PS256)
		}, ok
	case ES256:
		key, ok := ecKey(jwk)
		return func(signed, signature []byte) error {
			return dsig.VerifyECDSA(key, signed, signature, crypto.SHA256)
		}, ok
	default:
		key := ed25519.PublicKey(member(jwk, "x"))
		return func(signed, signature []byte) error {
			return dsig.VerifyEdDSA(key, signed, signature)
		}, jwk["crv"] == "Ed25519" && len(key) == ed25519.PublicKeySize
	}
}

// ecKey accepts a point of P-256.
func ecKey(jwk map[string]any) (*ecdsa.PublicKey, bool) {
	x, y := member(jwk, "x"), member(jwk, "y")
	if jwk["crv"] != "P-256" || len(x) != coordinateBytes || len(y) != coordinateBytes {
		return nil, false
	}
	uncompressed := slices.Concat([]byte{4}, x, y)
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), uncompressed)
	return key, err == nil
}

// rsaKey accepts a modulus of 2048 to 4096 bits, and an odd exponent from 65537 to 32 bits. With
// exponent 1, every message would be its own signature; large ones cost the verifier time.
func rsaKey(jwk map[string]any) (*rsa.PublicKey, bool) {
	modulus, exponent := member(jwk, "n"), member(jwk, "e")
	n, e := new(big.Int).SetBytes(modulus), new(big.Int).SetBytes(exponent)
	if n.BitLen() < minModulusBits || n.BitLen() > maxModulusBits ||
		len(exponent) > maxExponentBytes || e.Int64() < minExponent || e.Bit(0) == 0 {
		return nil, false
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, true
}

// member returns the bytes of a member in canonical base64url, and none for anything else.
func member(jwk map[string]any, name string) []byte {
	text, _ := jwk[name].(string)
	data, _ := strict.Base64URL(text)
	return data
}

func isAbsentOr(jwk map[string]any, name, value string) bool {
	found, isThere := jwk[name]
	return !isThere || found == value
}

// isWellFormed checks the types of the known members.
func isWellFormed(jwk map[string]any) bool {
	if _, isText := jwk["kty"].(string); !isText {
		return false
	}
	for _, name := range []string{"use", "alg", "kid", "x5u", "crv", "x5t", "x5t#S256", "x", "y"} {
		if value, isThere := jwk[name]; isThere {
			if _, isText := value.(string); !isText {
				return false
			}
		}
	}
	for _, name := range []string{"key_ops", "x5c"} {
		if value, isThere := jwk[name]; isThere && !isTexts(value) {
			return false
		}
	}
	return true
}

func isTexts(value any) bool {
	list, isList := value.([]any)
	return isList && !slices.ContainsFunc(list, func(one any) bool {
		_, isText := one.(string)
		return !isText
	})
}

// Thumbprint returns the thumbprint of a public key (RFC 7638 section 3, SHA-256).
func Thumbprint(jwk map[string]any) string {
	text := func(name string) string {
		value, _ := jwk[name].(string)
		return `"` + name + `":"` + value + `"`
	}
	var members string
	switch jwk["kty"] {
	case "RSA":
		members = text("e") + "," + text("kty") + "," + text("n")
	case "EC":
		members = text("crv") + "," + text("kty") + "," + text("x") + "," + text("y")
	default:
		members = text("crv") + "," + text("kty") + "," + text("x")
	}
	sum := sha256.Sum256([]byte("{" + members + "}"))
	return strict.Encode(sum[:])
}
