package access

import (
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"doorward.example/access/internal/jws"
	"doorward.example/access/internal/weburl"
)

// An Option changes a default of New.
type Option func(*settings)

type settings struct {
	origin           *string
	realm            *string
	resourceMetadata string
	leeway           time.Duration
	plainJWT         bool
	algorithms       []string
	requireDPoP      bool
	usedProofs       ReplayStore
	nonces           Nonces
	keys             KeySource
	client           *clientCredentials
	signals          *Signals
	accepts          []Credential
	toleratedKeys    int
	tokenHeader      string
	address          func(*http.Request) netip.Addr
	certificate      func(*http.Request) string
	now              func() time.Time
	log              *slog.Logger
	transport        http.RoundTripper
}

type clientCredentials struct{ id, secret string }

// WithOrigin sets the origin that callers use, which DPoP proofs must name. Default: that of the
// audience, if it is a URL.
func WithOrigin(origin string) Option {
	return func(s *settings) { s.origin = &origin }
}

// WithRealm sets the realm of challenges. Default: the audience.
func WithRealm(realm string) Option {
	return func(s *settings) { s.realm = &realm }
}

// WithResourceMetadata sets the URL of the metadata of this resource (RFC 9728), which challenges
// name; MetadataURL returns the usual one.
func WithResourceMetadata(url string) Option {
	return func(s *settings) { s.resourceMetadata = url }
}

// WithLeeway sets the accepted clock difference. Default and maximum: MaxLeeway.
func WithLeeway(leeway time.Duration) Option {
	return func(s *settings) { s.leeway = leeway }
}

// WithPlainJWT accepts the type JWT in addition to at+jwt, if the resource is registered so.
func WithPlainJWT() Option {
	return func(s *settings) { s.plainJWT = true }
}

// WithAlgorithms sets the accepted signature algorithms. Default: RS256, PS256, ES256 and EdDSA. A
// key verifies only its own.
func WithAlgorithms(names ...string) Option {
	return func(s *settings) { s.algorithms = names }
}

// WithDPoPRequired accepts only tokens that are bound to a key (RFC 9449).
func WithDPoPRequired() Option {
	return func(s *settings) { s.requireDPoP = true }
}

// WithReplayStore sets the store of used proofs, a shared one if the service has several processes.
func WithReplayStore(store ReplayStore) Option {
	return func(s *settings) { s.usedProofs = store }
}

// WithNonces requires a nonce of this service in DPoP proofs.
func WithNonces(nonces Nonces) Option {
	return func(s *settings) { s.nonces = nonces }
}

// WithKeys sets a source of keys other than the issuer's published ones.
func WithKeys(keys KeySource) Option {
	return func(s *settings) { s.keys = keys }
}

// WithIntrospection sets the client of this service at the issuer: a confidential client that is
// registered as the server of your resource (doorward client create --serves URI). With it, API keys
// and reference tokens can be accepted, and tokens that could not carry all roles and groups are
// completed.
func WithIntrospection(clientID, clientSecret string) Option {
	return func(s *settings) { s.client = &clientCredentials{clientID, clientSecret} }
}

// WithSignals rejects tokens that the issuer has reported as revoked. One Access of the process that has
// them must listen: Access.Listen.
func WithSignals(signals *Signals) Option {
	return func(s *settings) { s.signals = signals }
}

// WithCredentials sets the accepted kinds of credentials. Default: signed tokens only.
func WithCredentials(kinds ...Credential) Option {
	return func(s *settings) { s.accepts = kinds }
}

// WithToleratedKeys sets the number of invalid API keys of an address in ten minutes, from which none
// of them is looked at for 15 minutes. Default: 10.
func WithToleratedKeys(number int) Option {
	return func(s *settings) { s.toleratedKeys = number }
}

// WithTokenHeader reads the access token from this header, and neither Authorization nor X-API-Key:
// the signed header of forward authentication, Remote-Token, for a service behind a proxy that asks
// Doorward about each request.
func WithTokenHeader(name string) Option {
	return func(s *settings) { s.tokenHeader = name }
}

// WithAddress sets the function that returns the address of the caller, for API keys that are limited
// to networks. Default: the one of the connection. Set it behind a proxy that you trust: any client
// can send a header. The zero address means that it is unknown.
func WithAddress(address func(*http.Request) netip.Addr) Option {
	return func(s *settings) { s.address = address }
}

// WithCertificate sets the function that returns the thumbprint of the client's certificate (RFC
// 8705), "" for none. Default: the one of the connection. Set it behind a proxy that you trust to
// pass the certificate it has verified; ClientCertThumbprint reads its header.
func WithCertificate(thumbprint func(*http.Request) string) Option {
	return func(s *settings) { s.certificate = thumbprint }
}

// WithClock sets the clock that decides about tokens, for tests.
func WithClock(now func() time.Time) Option {
	return func(s *settings) { s.now = now }
}

// WithLogger sets the logger of denials and outages. Default: slog.Default at the time of New.
func WithLogger(log *slog.Logger) Option {
	return func(s *settings) { s.log = log }
}

// WithTransport sets the transport of requests to the issuer, such as one that trusts an authority
// of yours. By default no proxy of the environment is used.
func WithTransport(transport http.RoundTripper) Option {
	return func(s *settings) { s.transport = transport }
}

// New creates an authenticator for the callers of one resource; the issuer need not respond yet.
//
// The issuer is the identity server's origin, byte by byte as in its tokens. The audience is the
// resource identifier of your service; a token for another service is rejected.
func New(issuer, audience string, options ...Option) (*Access, error) {
	s := settings{
		leeway:        MaxLeeway,
		algorithms:    jws.Algorithms(),
		usedProofs:    NewMemoryStore(),
		accepts:       []Credential{SignedToken},
		toleratedKeys: defaultToleratedKeys,
		address:       connectionAddress,
		certificate:   connectionCertificate,
		now:           time.Now,
		log:           slog.Default(),
	}
	for _, option := range options {
		option(&s)
	}
	if issuer == "" || audience == "" {
		return nil, misconfigured("the issuer and the audience are required")
	}
	isUnknown := func(name string) bool { return !jws.IsAlgorithm(name) }
	if len(s.algorithms) == 0 || slices.ContainsFunc(s.algorithms, isUnknown) {
		return nil, misconfigured("the algorithms must be some of RS256, PS256, ES256, EdDSA")
	}
	a := &Access{
		want: expected{
			issuer: issuer, audience: audience, plainJWT: s.plainJWT, algorithms: s.algorithms,
			leeway: int64(min(max(s.leeway, 0), MaxLeeway) / time.Second),
		},
		realm:            audience,
		resourceMetadata: s.resourceMetadata,
		requireDPoP:      s.requireDPoP,
		usedProofs:       s.usedProofs,
		nonces:           s.nonces,
		keys:             s.keys,
		signals:          s.signals,
		lockout:          &lockout{tolerated: max(s.toleratedKeys, 1), log: s.log},
		tokenHeader:      s.tokenHeader,
		address:          s.address,
		certificate:      s.certificate,
		now:              s.now,
		log:              s.log,
		fetcher:          newFetcher(s.transport),
	}
	if s.realm != nil {
		a.realm = *s.realm
	}
	if err := a.finish(&s); err != nil {
		return nil, err
	}
	return a, nil
}

// finish sets what can be wrong.
func (a *Access) finish(s *settings) error {
	written := a.want.audience
	if s.origin != nil {
		written = *s.origin
	}
	isURL := false
	if a.origin, isURL = weburl.Origin(written); !isURL && s.origin != nil {
		return misconfigured("the origin must be an http or https URL")
	}
	if a.keys == nil || s.client != nil || s.signals != nil {
		if err := checkURL(a.want.issuer); err != nil {
			return misconfigured("the issuer %q: %v", a.want.issuer, err)
		}
	}
	if a.keys == nil {
		a.keys = newKeyClient(a.want.issuer, a.now, a.fetcher, a.log)
	}
	if s.client != nil {
		a.introspector = &introspector{
			issuer: a.want.issuer, audience: a.want.audience,
			clientID: s.client.id, clientSecret: s.client.secret,
			signals: a.signals, now: a.now, fetcher: a.fetcher, log: a.log,
		}
	}
	if a.signals != nil && a.signals.config.WhenCut == WhenCutIntrospect && a.introspector == nil {
		return misconfigured("WhenCutIntrospect needs WithIntrospection")
	}
	accepts, err := a.accepting(s.accepts)
	a.accepts = accepts
	return err
}

// accepting checks a list of credentials.
func (a *Access) accepting(kinds []Credential) (accepted, error) {
	found := accepted{
		signedTokens:    slices.Contains(kinds, SignedToken),
		referenceTokens: slices.Contains(kinds, ReferenceToken),
		apiKeys:         slices.Contains(kinds, APIKey),
	}
	needsIssuer := found.referenceTokens || found.apiKeys
	switch {
	case !found.signedTokens && !needsIssuer:
		return found, misconfigured("no kind of credentials is accepted")
	case needsIssuer && a.introspector == nil:
		return found, misconfigured("API keys and reference tokens need WithIntrospection")
	case needsIssuer && a.tokenHeader != "":
		return found, misconfigured("the header %s has signed tokens only", a.tokenHeader)
	}
	return found, nil
}

// accepted are the kinds of credentials that a service or a route accepts.
type accepted struct{ signedTokens, referenceTokens, apiKeys bool }

// advice returns a sentence that names the credentials to send.
func (a accepted) advice() string {
	const (
		token = "an access token in the header 'Authorization: Bearer …'"
		key   = "an API key in the header 'X-API-Key: …'"
	)
	switch {
	case !a.apiKeys:
		return "Send " + token + "."
	case !a.signedTokens && !a.referenceTokens:
		return "Send " + key + "."
	default:
		return "Send " + token + ", or " + key + "."
	}
}
