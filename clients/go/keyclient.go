package access

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// staleKeys is the time in seconds for which stale keys are used while the issuer is unavailable.
	staleKeys = 3600
	// unknownKeyInterval is the minimum interval in seconds between fetches for an unknown kid.
	unknownKeyInterval = 5
	// unknownKeyFetches is the maximum number of fetches for unknown kids in unknownKeyWindow seconds.
	unknownKeyFetches, unknownKeyWindow = 30, 600
	// keyRetry is the wait after a failed fetch in seconds.
	keyRetry = 5
	// addressAge is the cache time of an address of the metadata in seconds.
	addressAge = 3600
)

// keyClient fetches and caches the keys of one issuer.
//
// Keys are fresh as long as Cache-Control: max-age says. Concurrent callers share one fetch. An
// unknown kid causes a fetch, at most once in 5 seconds and 30 times in ten minutes. While the issuer
// is unavailable, its keys are used for one more hour.
type keyClient struct {
	issuer  string
	now     func() time.Time
	fetcher fetcher
	log     *slog.Logger

	snapshot atomic.Pointer[keySnapshot]

	// turn is held during a fetch, so that concurrent callers share it; a channel, because a caller
	// that goes away stops waiting. It guards the members below.
	turn    chan struct{}
	last    fetchAttempt
	unknown unknownKeys
	address cachedAddress
}

type keySnapshot struct {
	keys       *KeySet
	freshUntil int64
}

// fetchAttempt is the latest attempt; failure is nil after a success.
type fetchAttempt struct {
	at      int64
	isMade  bool
	failure error
}

type cachedAddress struct {
	url   string
	until int64
}

func newKeyClient(issuer string, now func() time.Time, f fetcher, log *slog.Logger) *keyClient {
	turn := make(chan struct{}, 1)
	return &keyClient{issuer: issuer, now: now, fetcher: f, log: log, turn: turn}
}

// Keys returns the keys, and fetches them if they are not fresh.
func (c *keyClient) Keys(ctx context.Context) (*KeySet, error) {
	now := c.now().Unix()
	if keys := c.usable(now, 0); keys != nil {
		return keys, nil
	}
	select {
	case c.turn <- struct{}{}:
	default:
		// Another caller is fetching: use the old keys meanwhile.
		if keys := c.usable(now, staleKeys); keys != nil {
			return keys, nil
		}
		if err := c.wait(ctx); err != nil {
			return nil, err
		}
	}
	defer c.release()
	now = c.now().Unix()
	if keys := c.usable(now, 0); keys != nil {
		return keys, nil
	}
	if !c.mustWait(now) {
		if keys := c.renew(ctx); keys != nil {
			return keys, nil
		}
	}
	if keys := c.usable(now, staleKeys); keys != nil {
		return keys, nil
	}
	return nil, &UnavailableError{keyRetry, c.last.failure}
}

// KeysFor returns the keys for a token with an unknown kid, and fetches again within the limits.
//
// If the latest attempt failed, the key may exist: then it returns an UnavailableError, so that an
// outage does not sign out a legitimate caller.
func (c *keyClient) KeysFor(ctx context.Context, kid string) (*KeySet, error) {
	if keys := c.usable(c.now().Unix(), 0); keys.has(kid) {
		return keys, nil
	}
	if err := c.wait(ctx); err != nil {
		return nil, err
	}
	defer c.release()
	now := c.now().Unix()
	if keys := c.usable(now, 0); keys.has(kid) {
		return keys, nil
	}
	if c.unknown.admit(now) && !c.mustWait(now) {
		if keys := c.renew(ctx); keys != nil {
			c.unknown.note(now)
			return keys, nil
		}
	}
	hasSucceeded := c.last.isMade && c.last.failure == nil
	if keys := c.usable(now, staleKeys); keys != nil && (hasSucceeded || keys.has(kid)) {
		return keys, nil
	}
	return nil, &UnavailableError{keyRetry, c.last.failure}
}

func (c *keyClient) wait(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &UnavailableError{keyRetry, ctx.Err()}
	}
}

func (c *keyClient) release() {
	<-c.turn
}

// usable returns the cached keys if they became stale at most grace seconds ago.
func (c *keyClient) usable(now, grace int64) *KeySet {
	snapshot := c.snapshot.Load()
	if snapshot == nil || now >= snapshot.freshUntil+grace {
		return nil
	}
	return snapshot.keys
}

func (c *keyClient) mustWait(now int64) bool {
	return c.last.failure != nil && now < c.last.at+keyRetry
}

func (c *keyClient) renew(ctx context.Context) *KeySet {
	snapshot, err := c.fetch(ctx)
	c.last = fetchAttempt{c.now().Unix(), true, err}
	if err != nil {
		// The key set may have moved: look its address up again next time.
		c.address = cachedAddress{}
		c.log.Warn("keys not fetched", "issuer", c.issuer, "error", err)
		return nil
	}
	c.snapshot.Store(snapshot)
	return snapshot.keys
}

func (c *keyClient) fetch(ctx context.Context) (*keySnapshot, error) {
	now := c.now().Unix()
	if now >= c.address.until {
		address, err := c.fetcher.findAddress(ctx, c.issuer, "jwks_uri")
		if err != nil {
			return nil, err
		}
		c.address = cachedAddress{address, now + addressAge}
	}
	document, age, err := c.fetcher.fetch(ctx, c.address.url)
	if err != nil {
		return nil, err
	}
	keys, err := ParseKeySet(document)
	if err != nil {
		return nil, err
	}
	return &keySnapshot{keys, now + age}, nil
}

// unknownKeys are the successful fetches that unknown kids caused.
type unknownKeys struct {
	last, began int64
	fetches     int
}

func (u *unknownKeys) admit(now int64) bool {
	isDue := u.fetches == 0 || now >= u.last+unknownKeyInterval
	isNew := now >= u.began+unknownKeyWindow
	return isDue && (u.fetches < unknownKeyFetches || isNew)
}

func (u *unknownKeys) note(now int64) {
	u.last = now
	if u.fetches == 0 || now >= u.began+unknownKeyWindow {
		u.began, u.fetches = now, 1
	} else {
		u.fetches++
	}
}
