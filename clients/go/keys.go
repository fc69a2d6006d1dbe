package access

import (
	"context"
	"errors"
	"maps"
	"slices"

	"doorward.example/access/internal/jws"
	"doorward.example/access/internal/strict"
)

// maxKeys is the maximum number of keys in a set.
const maxKeys = 32

// The errors of a JWK Set.
var (
	errNoKeySet   = errors.New("the document is not a JWK Set")
	errManyKeys   = errors.New("the JWK Set has too many keys")
	errDoubledKey = errors.New("the JWK Set has two keys with the same kid for one algorithm")
)

// A KeySet holds the verification keys of one issuer; a kid selects among these only.
type KeySet struct {
	keys map[string]jws.Key
}

// ParseKeySet parses a JWK Set (RFC 7517 section 5).
//
// It omits unusable keys: other types and algorithms, a type that does not fit the algorithm, a use
// other than sig, no kid, weak and expensive ones, and any key with private parts. A key without alg
// verifies only RS256, ES256 or EdDSA, by its type.
func ParseKeySet(document []byte) (*KeySet, error) {
	object, err := strict.ParseObject(document)
	if err != nil {
		return nil, errNoKeySet
	}
	list, isList := object["keys"].([]any)
	if !isList {
		return nil, errNoKeySet
	}
	if len(list) > maxKeys {
		return nil, errManyKeys
	}
	set := &KeySet{keys: make(map[string]jws.Key, len(list))}
	for _, one := range list {
		jwk, isObject := one.(map[string]any)
		if !isObject {
			return nil, errNoKeySet
		}
		kid, hasID := jwk["kid"].(string)
		algorithm := jws.AlgorithmOf(jwk)
		if algorithm == "" || !hasID {
			continue
		}
		key, isUsable := jws.PublicKey(jwk, algorithm)
		if !isUsable {
			continue
		}
		if _, isDoubled := set.keys[kid]; isDoubled {
			return nil, errDoubledKey
		}
		set.keys[kid] = key
	}
	return set, nil
}

// IDs returns the IDs of the keys, sorted.
func (s *KeySet) IDs() []string {
	return slices.Sorted(maps.Keys(s.keys))
}

func (s *KeySet) has(kid string) bool {
	if s == nil {
		return false
	}
	_, isKnown := s.keys[kid]
	return isKnown
}

func (s *KeySet) get(kid string) (jws.Key, bool) {
	key, isKnown := s.keys[kid]
	return key, isKnown
}

// A KeySource provides the issuer's keys. Its errors cause a 503; an UnavailableError says when
// another attempt makes sense.
type KeySource interface {
	// Keys returns the current keys.
	Keys(ctx context.Context) (*KeySet, error)
	// KeysFor returns the keys for a token with an unknown kid, possibly newer ones.
	KeysFor(ctx context.Context, kid string) (*KeySet, error)
}

// Fixed returns a source of keys that never change, for tests.
func (s *KeySet) Fixed() KeySource {
	return fixedKeys{s}
}

type fixedKeys struct{ keys *KeySet }

func (f fixedKeys) Keys(context.Context) (*KeySet, error) { return f.keys, nil }

func (f fixedKeys) KeysFor(context.Context, string) (*KeySet, error) { return f.keys, nil }
