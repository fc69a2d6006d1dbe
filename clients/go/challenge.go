package access

import "strings"

// The schemes of Authorization.
const (
	bearer = "Bearer"
	dpop   = "DPoP"
)

// A Challenge is one challenge of WWW-Authenticate (RFC 6750, RFC 9449 section 7.1, RFC 9470,
// RFC 9728).
type Challenge struct {
	// Scheme is Bearer or DPoP.
	Scheme     string
	attributes []attribute
}

type attribute struct{ name, value string }

// newChallenge creates the challenge of a scheme; DPoP names the algorithms of proofs.
func newChallenge(scheme, realm string) Challenge {
	challenge := Challenge{Scheme: scheme}
	if scheme == dpop {
		challenge = challenge.with("algs", strings.Join(proofAlgorithms, " "))
	}
	return challenge.with("realm", realm)
}

// with returns the challenge with one more attribute.
func (c Challenge) with(name, value string) Challenge {
	attributes := append(c.attributes[:len(c.attributes):len(c.attributes)], attribute{name, value})
	return Challenge{c.Scheme, attributes}
}

func (c Challenge) failed(code, description string) Challenge {
	return c.with("error", code).with("error_description", description)
}

// Get returns an attribute, "" if it is missing.
func (c Challenge) Get(name string) string {
	for _, attribute := range c.attributes {
		if attribute.name == name {
			return attribute.value
		}
	}
	return ""
}

// String writes the challenge for the header.
func (c Challenge) String() string {
	var written strings.Builder
	written.WriteString(c.Scheme)
	separator := " "
	for _, attribute := range c.attributes {
		written.WriteString(separator + attribute.name + `="`)
		for _, char := range attribute.value {
			switch {
			case char == '"' || char == '\\':
				written.WriteByte('\\')
				written.WriteRune(char)
			case char >= ' ' && char <= '~':
				written.WriteRune(char)
			default:
				// A header is one line of ASCII, whatever the configuration contains.
				written.WriteByte('?')
			}
		}
		written.WriteByte('"')
		separator = ", "
	}
	return written.String()
}
