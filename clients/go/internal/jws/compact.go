// Package jws reads the parts of a compact JWS (RFC 7515 section 7.1) and verifies signatures.
//
// go-jose verifies the signatures. The parts are read here, because go-jose accepts several
// spellings of one token: duplicate members and non-canonical base64url.
package jws

import (
	"errors"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"doorward.example/access/internal/strict"
)

// MaxTokenBytes is the maximum length of a token.
const MaxTokenBytes = 16 * 1024

// The reasons why a token cannot be read.
var (
	ErrTooLong  = errors.New("the token is too long")
	ErrParts    = errors.New("it does not have three parts")
	ErrEncoding = errors.New("a part is not canonical base64url")
	ErrJSON     = errors.New("a part is not an unambiguous JSON object")
)

// Compact is a token of three parts, still encoded.
type Compact struct {
	Text                       string
	Header, Payload, Signature string
}

// Split splits a token of at most MaxTokenBytes.
func Split(token string) (Compact, error) {
	if len(token) > MaxTokenBytes {
		return Compact{}, ErrTooLong
	}
	// Five parts are a JWE (RFC 7516 section 9), which is not supported.
	if strings.Count(token, ".") != 2 {
		return Compact{}, ErrParts
	}
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	return Compact{token, header, payload, signature}, nil
}

// Object decodes a part that is an unambiguous JSON object.
func Object(part string) (map[string]any, error) {
	data, ok := strict.Base64URL(part)
	if !ok {
		return nil, ErrEncoding
	}
	object, err := strict.ParseObject(data)
	if err != nil {
		return nil, ErrJSON
	}
	return object, nil
}

// CheckSignature returns an error if the signature is not canonical base64url.
func (c Compact) CheckSignature() error {
	if _, ok := strict.Base64URL(c.Signature); !ok {
		return ErrEncoding
	}
	return nil
}

// IsSignedBy returns true if the signature is the key's. The caller has checked the header.
func (c Compact) IsSignedBy(key Key) bool {
	// go-jose compares the algorithm of the header with the one of the key once more.
	algorithms := []jose.SignatureAlgorithm{jose.SignatureAlgorithm(key.Algorithm)}
	signed, err := jose.ParseSignedCompact(c.Text, algorithms)
	if err != nil {
		return false
	}
	_, err = signed.Verify(key.verifier)
	return err == nil
}

// refused are header parameters that contain a key, change the signed data, or make the token a JWE.
var refused = []string{
	"jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip", "enc", "epk", "apu", "apv",
	"p2s", "p2c",
}

// HasRefusedParameter returns true if a header has a parameter that is not accepted, except one.
func HasRefusedParameter(header map[string]any, except string) bool {
	for _, name := range refused {
		if _, isThere := header[name]; isThere && name != except {
			return true
		}
	}
	return false
}

// IsType compares a media type with an allowed one in lower case, ignoring case and an omitted
// "application/" (RFC 7515 section 4.1.9).
func IsType(written any, allowed string) bool {
	text, isText := written.(string)
	if !isText {
		return false
	}
	for at := range len(text) {
		// Not ASCII: ToLower would map further characters to letters.
		if text[at] >= 0x80 {
			return false
		}
	}
	return strings.TrimPrefix(strings.ToLower(text), "application/") == allowed
}
