package strict

import "encoding/base64"

// codec rejects unused bits that are not zero (RFC 4648 section 3.5).
var codec = base64.RawURLEncoding.Strict()

// Base64URL decodes canonical base64url: no padding, no other alphabet, no line breaks, no unused
// bits, and not empty.
func Base64URL(text string) ([]byte, bool) {
	for at := range len(text) {
		// The standard decoder skips line breaks.
		if text[at] == '\r' || text[at] == '\n' {
			return nil, false
		}
	}
	data, err := codec.DecodeString(text)
	return data, err == nil && len(data) > 0
}

// Encode encodes base64url without padding.
func Encode(data []byte) string {
	return codec.EncodeToString(data)
}
