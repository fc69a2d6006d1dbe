package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"strconv"
	"time"

	"doorward.example/access/internal/strict"
)

// Nonces are nonces of this service for DPoP proofs (RFC 9449 section 9), if it requires them.
type Nonces interface {
	// Current returns the nonce to send to clients.
	Current(now time.Time) string
	// IsValid returns true for a nonce of this service that is recent.
	IsValid(nonce string, now time.Time) bool
}

// minSecretBytes is the minimum length of the secret of nonces.
const minSecretBytes = 32

// nonceSeconds is the duration of a time step.
const nonceSeconds = 60

// SignedNonces returns nonces that need no storage: the minute, signed with a secret of the service.
// All processes of a service share the secret, which has at least 32 random bytes. A nonce is valid
// in its own minute and in the next one.
func SignedNonces(secret []byte) (Nonces, error) {
	if len(secret) < minSecretBytes {
		return nil, misconfigured("the secret of nonces needs at least %d bytes", minSecretBytes)
	}
	return signedNonces{string(secret)}, nil
}

type signedNonces struct{ secret string }

func (s signedNonces) Current(now time.Time) string {
	return s.sign(now.Unix() / nonceSeconds)
}

func (s signedNonces) IsValid(nonce string, now time.Time) bool {
	step := now.Unix() / nonceSeconds
	isCurrent := hmac.Equal([]byte(nonce), []byte(s.sign(step)))
	isPrevious := hmac.Equal([]byte(nonce), []byte(s.sign(step-1)))
	return isCurrent || isPrevious
}

func (s signedNonces) sign(step int64) string {
	mac := hmac.New(sha256.New, []byte(s.secret))
	mac.Write([]byte("doorward dpop nonce " + strconv.FormatInt(step, 10)))
	return strict.Encode(mac.Sum(nil))
}
