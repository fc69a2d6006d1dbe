package access

import (
	"errors"
	"slices"
	"time"

	"doorward.example/access/internal/jws"
)

// MaxLeeway is the maximum accepted clock difference.
const MaxLeeway = 60 * time.Second

// tokenType is the typ of an access token (RFC 9068 section 2.1).
const tokenType = "at+jwt"

// expected are the expected properties of an access token.
type expected struct {
	issuer, audience string
	leeway           int64
	plainJWT         bool
	algorithms       []string
}

// verifyToken verifies a token against known attacks (RFC 8725, RFC 9068 section 4). Its lists may
// be incomplete: the caller checks overage.
func verifyToken(token string, keys *KeySet, want *expected, now int64) (*tokenClaims, error) {
	payload, err := verifySigned(token, keys, want.algorithms, func(typ any) bool {
		return jws.IsType(typ, tokenType) || (want.plainJWT && jws.IsType(typ, "jwt"))
	})
	if err != nil {
		return nil, err
	}
	claims, err := readClaims(payload, now)
	if err != nil {
		return nil, rejected("claims")
	}
	if err := checkClaims(claims, want, now); err != nil {
		return nil, err
	}
	return claims, nil
}

// verifySigned returns the payload of a token of a type that one of these keys has signed. Its error is
// always a *TokenError.
func verifySigned(
	token string, keys *KeySet, algorithms []string, isType func(typ any) bool,
) (map[string]any, error) {
	compact, err := jws.Split(token)
	if err != nil {
		return nil, unreadable(err)
	}
	header, err := jws.Object(compact.Header)
	if err != nil {
		return nil, unreadable(err)
	}
	algorithm, kid, err := checkHeader(header, algorithms, isType)
	if err != nil {
		return nil, err
	}
	key, isKnown := keys.get(kid)
	// RFC 8725 section 3.1: the key decides on the algorithm; the header is only compared with it.
	if isKnown && key.Algorithm != algorithm {
		return nil, rejected("algorithm")
	}
	signature, err := compact.DecodeSignature()
	if err != nil {
		return nil, unreadable(err)
	}
	if !isKnown {
		return nil, &TokenError{Code: "unknown_key", unknownKey: kid}
	}
	if !compact.IsSigned(key, signature) {
		return nil, rejected("signature")
	}
	// The payload is parsed only after verification: the parser never sees unsigned data.
	payload, err := jws.Object(compact.Payload)
	if err != nil {
		return nil, unreadable(err)
	}
	return payload, nil
}

func unreadable(err error) *TokenError {
	if errors.Is(err, jws.ErrTooLong) {
		return rejected("too_long")
	}
	return &TokenError{Code: "malformed", Detail: err.Error()}
}

func checkHeader(
	header map[string]any, algorithms []string, isType func(typ any) bool,
) (algorithm, kid string, err error) {
	algorithm, _ = header["alg"].(string)
	if !jws.IsAlgorithm(algorithm) || !slices.Contains(algorithms, algorithm) {
		return "", "", rejected("algorithm")
	}
	if jws.HasRefusedParameter(header, "") {
		return "", "", rejected("header")
	}
	if !isType(header["typ"]) {
		return "", "", rejected("type")
	}
	kid, _ = header["kid"].(string)
	if kid == "" {
		return "", "", &TokenError{Code: "malformed", Detail: "it does not name its key"}
	}
	return algorithm, kid, nil
}

func checkClaims(claims *tokenClaims, want *expected, now int64) error {
	principal := claims.principal
	switch {
	case claims.issuer == "" || principal.Subject == "" || principal.ClientID == "" ||
		principal.ID == "":
		return rejected("claims")
	case claims.issuer != want.issuer:
		return rejected("issuer")
	case !slices.Contains(claims.audience, want.audience):
		return rejected("audience")
	// The second of exp itself does not count (RFC 7519 section 4.1.4).
	case claims.expiresAt <= now-want.leeway:
		return rejected("expired")
	case claims.issuedAt > now+want.leeway, claims.notBefore > now+want.leeway:
		return rejected("not_yet_valid")
	}
	return nil
}
