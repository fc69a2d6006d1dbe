// Package access guards HTTP services that accept Doorward's access tokens.
//
// Signed tokens (RFC 9068) need no secret, no database, and no call to the identity server for a
// request: the issuer's published keys are cached. API keys and reference tokens are introspected (RFC
// 7662), with a cache of at most 30 seconds. Tokens that are bound to a key (DPoP, RFC 9449) or to a
// certificate (RFC 8705) are accepted from their holder only.
//
//	a, err := access.New("https://id.example.org", "https://reports.example.org")
//	var mux access.Mux
//	mux.HandleFunc("GET /report", a.Guard(access.Permission("reports:read")), report)
//
// A handler that receives the caller as an argument (HandlerFunc) cannot be registered without a
// guard. Requests that are not allowed get a problem (RFC 9457) with the ID of the denial, and the
// challenges of RFC 6750, RFC 9449 and RFC 9470.
//
// A token is accepted until it expires. With WithSignals and Access.Listen, revoked ones are rejected
// within a second.
//
// The package accesstest is an issuer in memory for the tests of your service.
package access
