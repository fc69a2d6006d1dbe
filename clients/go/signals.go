package access

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// defaultSignalsAge is the default of SignalsConfig.MaxAge: a poll is answered within 20 seconds.
	defaultSignalsAge = 30 * time.Second
	// defaultLongestLife is the default of SignalsConfig.LongestLife, which is that of the issuer.
	defaultLongestLife = time.Hour
	// cutRetry is the wait in seconds after a response without current knowledge of revocations.
	cutRetry = 1
	// neverHeard is the time of an unknown age.
	neverHeard = -1 << 63
)

var errCut = errors.New("revocations may be unknown")

// WhenCut is the choice for signed tokens while the service has not heard from the issuer for longer
// than SignalsConfig.MaxAge.
type WhenCut string

// The choices.
const (
	// WhenCutContinue accepts them, as a service does that does not listen: an outage of the issuer must
	// not stop every service. It is the default.
	WhenCutContinue WhenCut = "continue"
	// WhenCutIntrospect asks the issuer about each, with a cache of 30 seconds; 503 if it does not
	// respond. It needs WithIntrospection.
	WhenCutIntrospect WhenCut = "introspect"
	// WhenCutReject rejects them with 503.
	WhenCutReject WhenCut = "reject"
)

// SignalsConfig are the settings of Signals.
type SignalsConfig struct {
	// ClientID and ClientSecret are the credentials of a confidential client that the issuer knows as a
	// receiver: with the grant type client_credentials and the scopes ssf.read and ssf.manage.
	ClientID, ClientSecret string
	// WhenCut is the choice after MaxAge without an answer of the issuer. Default: WhenCutContinue.
	WhenCut WhenCut
	// MaxAge is the maximum age of the knowledge. Default: 30 seconds.
	MaxAge time.Duration
	// LongestLife is the longest life of a token. Default: an hour. Older tokens are rejected, because
	// their revocations may have been forgotten.
	LongestLife time.Duration
	// Capacity is the maximum number of remembered revocations. Default: a million, about 40 MB.
	Capacity int
}

// Signals are revocations that the issuer reported while its tokens are still valid (OpenID Shared
// Signals Framework 1.0, CAEP 1.0, RISC 1.0), in bounded memory. All Access of a process and an issuer
// share them, and one of them listens. They are safe for concurrent use.
type Signals struct {
	config SignalsConfig

	mutex  sync.RWMutex
	memory *revocations
	// heard is the time in Unix seconds at which all revocations were known.
	heard    atomic.Int64
	isAbsent atomic.Bool
}

// NewSignals creates an empty memory. Until a Listener has read what the issuer reported, the age of
// the knowledge is unknown.
func NewSignals(config SignalsConfig) (*Signals, error) {
	if config.WhenCut == "" {
		config.WhenCut = WhenCutContinue
	}
	if config.MaxAge == 0 {
		config.MaxAge = defaultSignalsAge
	}
	if config.LongestLife == 0 {
		config.LongestLife = defaultLongestLife
	}
	if config.Capacity == 0 {
		config.Capacity = defaultCapacity
	}
	switch config.WhenCut {
	case WhenCutContinue, WhenCutIntrospect, WhenCutReject:
	default:
		return nil, misconfigured("the choice %q is unknown", config.WhenCut)
	}
	if config.ClientID == "" {
		return nil, misconfigured("signals need the client of this service")
	}
	if config.MaxAge < time.Second || config.LongestLife < time.Second || config.Capacity < 0 {
		return nil, misconfigured("MaxAge and LongestLife must be a second or more, Capacity positive")
	}
	memory := newRevocations(config.LongestLife, config.Capacity)
	s := &Signals{config: config, memory: memory}
	s.heard.Store(neverHeard)
	return s, nil
}

// Age returns the time since all revocations were known, for a metric or a readiness check; false if
// they never were. It is at most 20 seconds while the issuer responds.
func (s *Signals) Age(now time.Time) (age time.Duration, isKnown bool) {
	heard := s.heard.Load()
	if heard == neverHeard {
		return 0, false
	}
	return max(now.Sub(time.Unix(heard, 0)).Truncate(time.Second), 0), true
}

// IsCurrent returns true if the knowledge is not older than MaxAge.
func (s *Signals) IsCurrent(now time.Time) bool {
	age, isKnown := s.Age(now)
	return isKnown && age <= s.config.MaxAge
}

// IsOffered returns false while the issuer does not offer signals.
func (s *Signals) IsOffered() bool { return !s.isAbsent.Load() }

// Len returns the number of remembered revocations.
func (s *Signals) Len() int {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.memory.len()
}

func (s *Signals) record(one *revocation, now int64) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.memory.record(one, now)
}

func (s *Signals) find(caller *Principal, issuedAt, now int64) (because, bool) {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.memory.find(caller, issuedAt, now)
}

// noteOffer notes whether the issuer offers signals, and returns true if that is new.
func (s *Signals) noteOffer(isOffered bool) bool {
	return s.isAbsent.Swap(!isOffered) == isOffered
}

// noteHeard notes that all revocations up to this time are known.
func (s *Signals) noteHeard(now int64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.heard.Store(max(s.heard.Load(), now))
	s.memory.clean(now)
}

// noteGap notes that some may be missing, until noteHeard.
func (s *Signals) noteGap() { s.heard.Store(neverHeard) }

// unrevoked returns the caller of a verified token, unless it is known as revoked.
func (a *Access) unrevoked(
	ctx context.Context, token string, claims *tokenClaims, caller *Principal,
) (*Principal, error) {
	if a.signals == nil {
		return caller, nil
	}
	now := a.now()
	if reason, isRevoked := a.signals.find(caller, claims.issuedAt, now.Unix()); isRevoked {
		return nil, &TokenError{Code: "revoked", Detail: reason.String()}
	}
	choice := a.signals.config.WhenCut
	if choice == WhenCutContinue || a.signals.IsCurrent(now) {
		return caller, nil
	}
	if choice == WhenCutReject {
		return nil, &UnavailableError{cutRetry, errCut}
	}
	return a.asIssuerKnows(ctx, token, caller)
}
