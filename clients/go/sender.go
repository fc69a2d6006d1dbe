package access

import (
	"context"
	"crypto/sha256"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// checkSender checks the sender constraint of a token (RFC 9449 section 7, RFC 8705 section 3).
func (a *Access) checkSender(r *http.Request, scheme, token string, caller *Principal) *Denied {
	if denied := a.checkBinding(r, scheme, caller.Confirmation); denied != nil {
		return denied
	}
	if !isBound(caller) {
		if a.requireDPoP {
			detail := "only tokens that are bound to a key by DPoP are accepted here"
			return a.unproved(dpop, "invalid_token", detail)
		}
		return nil
	}
	// A proof is accepted once: an outer guard of the same request has already used it.
	if a.hasProved(r.Context(), token) {
		return nil
	}
	return a.checkProof(r, token, caller.Confirmation.JKT)
}

// isBound returns true if the caller's token is bound to a key by DPoP.
func isBound(caller *Principal) bool {
	return caller.Confirmation != nil && caller.Confirmation.JKT != ""
}

// checkBinding checks the certificate of the sender, and that the scheme fits the token.
func (a *Access) checkBinding(r *http.Request, scheme string, bound *Confirmation) *Denied {
	if bound != nil && !bound.isUnderstood() {
		detail := "the token is bound in a way that is not known here"
		return a.unproved(bearer, "invalid_token", detail)
	}
	if bound != nil && bound.X5TS256 != "" {
		switch certificate := a.certificate(r); {
		case certificate == "":
			detail := "the token is bound to a certificate: use it on a connection that shows this one"
			return a.unproved(bearer, "invalid_token", detail)
		case certificate != bound.X5TS256:
			detail := "the token is bound to another certificate than that of the connection"
			return a.unproved(bearer, "invalid_token", detail)
		}
	}
	hasKey := bound != nil && bound.JKT != ""
	if scheme == bearer && hasKey {
		detail := "the token is bound to a key: use the scheme DPoP, with a proof"
		return a.unproved(dpop, "invalid_token", detail)
	}
	if scheme == dpop && !hasKey {
		return a.unproved(dpop, "invalid_token", "the token is not bound to a key by DPoP")
	}
	return nil
}

func (a *Access) checkProof(r *http.Request, token, jkt string) *Denied {
	const code = "invalid_dpop_proof"
	if a.origin == "" {
		a.log.Error("DPoP proof not checked: the origin of this service is not known; set WithOrigin")
		return internalError()
	}
	// RFC 9449 section 4.3 check 1. No proof has a comma: some servers join two fields by one.
	proofs := r.Header.Values("DPoP")
	if len(proofs) == 0 {
		return a.unproved(dpop, code, "there is no DPoP proof")
	}
	if len(proofs) > 1 || strings.Contains(proofs[0], ",") {
		return a.unproved(dpop, code, "there are several DPoP proofs")
	}
	now := a.now()
	proof, err := VerifyProof(proofs[0], r.Method, a.origin+requestPath(r), token, now)
	if err != nil {
		return a.unproved(dpop, code, err.Error())
	}
	if proof.JKT != jkt {
		detail := "the token is bound to another key than that of the DPoP proof"
		return a.unproved(dpop, "invalid_token", detail)
	}
	if a.nonces != nil && (proof.Nonce == "" || !a.nonces.IsValid(proof.Nonce, now)) {
		denied := a.unproved(dpop, "use_dpop_nonce", "the DPoP proof needs the nonce of this response")
		denied.DPoPNonce = a.nonces.Current(now)
		return denied
	}
	isNew, err := a.usedProofs.Claim(r.Context(), proof.Name(), proof.ExpiresAt(), now)
	if err != nil {
		a.log.Error("DPoP proof not checked", "error", err)
		return unavailable(1)
	}
	if !isNew {
		return a.unproved(dpop, code, "the DPoP proof was used before")
	}
	return nil
}

// requestPath returns the path as sent, percent-encoded, without the query. Middleware such as
// http.StripPrefix changes the URL of a request, but not this one.
func requestPath(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		path, _, _ := strings.Cut(r.RequestURI, "?")
		return path
	}
	return r.URL.EscapedPath()
}

// provedKey is the key of the context for a proof that was checked in this request.
type provedKey struct{}

type provedToken struct {
	access *Access
	hash   [sha256.Size]byte
}

// withProved marks the token of an authenticated request, whose proof was checked.
func (a *Access) withProved(ctx context.Context, r *http.Request) context.Context {
	_, token, err := readAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return ctx
	}
	return context.WithValue(ctx, provedKey{}, provedToken{a, sha256.Sum256([]byte(token))})
}

func (a *Access) hasProved(ctx context.Context, token string) bool {
	proved, _ := ctx.Value(provedKey{}).(provedToken)
	return proved == provedToken{a, sha256.Sum256([]byte(token))}
}

// connectionAddress returns the address of the connection.
func connectionAddress(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return address
}
