package access

import (
	"crypto/sha256"
	"slices"
	"time"

	"doorward.example/access/internal/jws"
	"doorward.example/access/internal/strict"
	"doorward.example/access/internal/weburl"
)

// proofWindow is the maximum clock difference in seconds, in both directions.
const proofWindow = 60

// proofAlgorithms are the accepted algorithms: asymmetric only (RFC 9449 section 4.3).
var proofAlgorithms = []string{jws.ES256, jws.PS256, jws.EdDSA, jws.RS256}

const (
	// maxProofBytes is the maximum length of a proof.
	maxProofBytes = 6 * 1024
	// maxValueBytes is the maximum length of jti and nonce.
	maxValueBytes = 512
)

// A Proof is a verified DPoP proof.
type Proof struct {
	// JKT is the thumbprint of the signing key (RFC 7638).
	JKT string
	// ID is the identifier of the proof (jti).
	ID string
	// IssuedAt is the time of its creation.
	IssuedAt time.Time
	// Nonce is the server nonce that it contains, "" for none.
	Nonce string
}

// Name returns the key in a replay store: equal for two copies, whatever other claims they have.
func (p *Proof) Name() [sha256.Size]byte {
	return sha256.Sum256([]byte("dpop " + p.JKT + p.ID))
}

// ExpiresAt returns the time from which the proof is too old to be accepted and need not be stored.
func (p *Proof) ExpiresAt() time.Time {
	return p.IssuedAt.Add((proofWindow + 1) * time.Second)
}

// VerifyProof verifies one proof (RFC 9449 section 4.3). Its errors are of the type ProofError.
// Without an access token ("") the proof need not name one.
//
// The caller checks the rest: a single header field, a current nonce, the key that the token is
// bound to, and replays. Access does all this for the requests of a service.
func VerifyProof(proof, method, uri, accessToken string, now time.Time) (*Proof, error) {
	if len(proof) > maxProofBytes {
		return nil, &ProofError{"too_long", "the DPoP proof is too long"}
	}
	compact, err := jws.Split(proof)
	if err != nil {
		return nil, unreadableProof(err)
	}
	header, err := jws.Object(compact.Header)
	if err != nil {
		return nil, unreadableProof(err)
	}
	algorithm, jwk, err := checkProofHeader(header)
	if err != nil {
		return nil, err
	}
	key, isUsable := jws.PublicKey(jwk, algorithm)
	if !isUsable {
		return nil, errProofKey
	}
	signature, err := compact.DecodeSignature()
	if err != nil {
		return nil, unreadableProof(err)
	}
	if !compact.IsSigned(key, signature) {
		return nil, &ProofError{"signature", "the DPoP proof's signature is wrong"}
	}
	// The payload is parsed only after verification: the parser never sees unsigned data.
	claims, err := jws.Object(compact.Payload)
	if err != nil {
		return nil, unreadableProof(err)
	}
	return checkProof(claims, jws.Thumbprint(jwk), method, uri, accessToken, now.Unix())
}

var errProofKey = &ProofError{"key", "the DPoP proof's 'jwk' is no public key for its algorithm"}

func unreadableProof(err error) *ProofError {
	return &ProofError{"malformed", "the DPoP proof is malformed: " + err.Error()}
}

func checkProofHeader(header map[string]any) (string, map[string]any, error) {
	if !jws.IsType(header["typ"], "dpop+jwt") {
		return "", nil, &ProofError{"type", "the DPoP proof is not of type dpop+jwt"}
	}
	algorithm, _ := header["alg"].(string)
	if !slices.Contains(proofAlgorithms, algorithm) {
		return "", nil, &ProofError{"algorithm", "the DPoP proof's algorithm is not accepted"}
	}
	if jws.HasRefusedParameter(header, "jwk") {
		message := "the DPoP proof's header has a parameter that is not accepted"
		return "", nil, &ProofError{"header", message}
	}
	jwk, isObject := header["jwk"].(map[string]any)
	if !isObject {
		return "", nil, errProofKey
	}
	if jws.IsPrivate(jwk) {
		message := "the DPoP proof's 'jwk' holds a private key, which is not private any more"
		return "", nil, &ProofError{"private_key", message}
	}
	return algorithm, jwk, nil
}

func checkProof(
	claims map[string]any, jkt, method, uri, accessToken string, now int64,
) (*Proof, error) {
	id, err := shortClaim(claims, "jti")
	if err != nil {
		return nil, err
	}
	htm, err := textClaim(claims, "htm")
	if err != nil {
		return nil, err
	}
	// RFC 9110 section 9.1: methods are case-sensitive.
	if htm != method {
		message := "the DPoP proof's 'htm' is not the method of the request"
		return nil, &ProofError{"method", message}
	}
	htu, err := textClaim(claims, "htu")
	if err != nil {
		return nil, err
	}
	target, isURL := weburl.Target(htu)
	if !isURL {
		return nil, wrongClaim("htu")
	}
	if called, isURL := weburl.Target(uri); !isURL || target != called {
		message := "the DPoP proof's 'htu' is not the address of the request"
		return nil, &ProofError{"target", message}
	}
	issuedAt, isInteger := claims["iat"].(int64)
	if !isInteger {
		return nil, wrongClaim("iat")
	}
	if issuedAt < now-proofWindow || issuedAt > now+proofWindow {
		message := "the DPoP proof's 'iat' is more than 60 seconds from now"
		return nil, &ProofError{"time", message}
	}
	if accessToken != "" {
		ath, err := textClaim(claims, "ath")
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256([]byte(accessToken))
		if ath != strict.Encode(sum[:]) {
			message := "the DPoP proof's 'ath' is not the hash of the access token"
			return nil, &ProofError{"access_token", message}
		}
	}
	proof := &Proof{JKT: jkt, ID: id, IssuedAt: time.Unix(issuedAt, 0)}
	if _, isThere := claims["nonce"]; isThere {
		if proof.Nonce, err = shortClaim(claims, "nonce"); err != nil {
			return nil, err
		}
	}
	return proof, nil
}

func textClaim(claims map[string]any, name string) (string, error) {
	text, isText := claims[name].(string)
	if !isText {
		return "", wrongClaim(name)
	}
	return text, nil
}

func shortClaim(claims map[string]any, name string) (string, error) {
	text, err := textClaim(claims, name)
	if err == nil && (text == "" || len(text) > maxValueBytes) {
		err = wrongClaim(name)
	}
	return text, err
}

func wrongClaim(name string) error {
	return &ProofError{"claim", "the DPoP proof's '" + name + "' is missing or malformed"}
}
