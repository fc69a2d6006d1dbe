package access

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"
)

// maxProofs is the maximum number of proofs that one process stores: each for at most two minutes.
const maxProofs = 200_000

// A ReplayStore records used DPoP proofs (RFC 9449 section 11.1). A service of several processes
// needs a shared one, such as SET NX with an expiry in Redis.
type ReplayStore interface {
	// Claim consumes a proof: exactly one of any number of callers with the same name gets true. The
	// name must be stored until expiresAt. An error causes a 503.
	Claim(ctx context.Context, name [sha256.Size]byte, expiresAt, now time.Time) (bool, error)
}

var errManyProofs = errors.New("too many proofs within two minutes")

// memoryStore is a store for a single process, in bounded memory. If it is full, no proof is
// accepted until an entry expires: entries are never dropped early.
type memoryStore struct {
	size int

	mutex sync.Mutex
	used  map[[sha256.Size]byte]int64
	// firstExpiry is when the next entry may expire, so that a full store is not searched each time.
	firstExpiry int64
}

// NewMemoryStore returns a store for a service of one process. It is the default.
func NewMemoryStore() ReplayStore {
	return &memoryStore{size: maxProofs, used: map[[sha256.Size]byte]int64{}}
}

// Claim consumes a proof.
func (s *memoryStore) Claim(
	_ context.Context, name [sha256.Size]byte, expiresAt, now time.Time,
) (bool, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.used) >= s.size && s.firstExpiry <= now.Unix() {
		s.removeExpired(now.Unix())
	}
	if _, isUsed := s.used[name]; isUsed {
		return false, nil
	}
	if len(s.used) >= s.size {
		return false, errManyProofs
	}
	expiry := expiresAt.Unix()
	if len(s.used) == 0 || expiry < s.firstExpiry {
		s.firstExpiry = expiry
	}
	s.used[name] = expiry
	return true, nil
}

func (s *memoryStore) removeExpired(now int64) {
	first := int64(0)
	for name, expiry := range s.used {
		if expiry <= now {
			delete(s.used, name)
		} else if first == 0 || expiry < first {
			first = expiry
		}
	}
	s.firstExpiry = first
}
