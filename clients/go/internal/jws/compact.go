// Package jws reads the parts of a compact JWS (RFC 7515 section 7.1) and verifies signatures.
//
// The parts are read here, because libraries for JWTs accept several spellings of one token:
// duplicate members and non-canonical base64url. The package dsig, on which jwx is built, verifies
// the signature of exactly the bytes that were received.
package jws

import (
	"errors"
	"strings"

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
	// Signed is the text that the signature is about: header and payload as received.
	Signed                     string
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
	last := strings.LastIndexByte(token, '.')
	signed, signature := token[:last], token[last+1:]
	header, payload, _ := strings.Cut(signed, ".")
	return Compact{signed, header, payload, signature}, nil
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

// DecodeSignature decodes the signature.
func (c Compact) DecodeSignature() ([]byte, error) {
	signature, ok := strict.Base64URL(c.Signature)
	if !ok {
		return nil, ErrEncoding
	}
	return signature, nil
}

// IsSigned returns true if a signature is the key's.
func (c Compact) IsSigned(key Key, signature []byte) bool {
	return key.verify([]byte(c.Signed), signature) == nil
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
		// Not ASCII: ToLower would map further characters to ASCII.
		if text[at] >= 0x80 {
			return false
		}
	}
	return strings.TrimPrefix(strings.ToLower(text), "application/") == allowed
}
