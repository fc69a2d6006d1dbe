package access

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"doorward.example/access/internal/strict"
)

// connectionCertificate returns the thumbprint of the certificate that the client presented on this
// connection. The server must ask for it: tls.RequestClientCert is enough, because the handshake
// proves that the client holds its key, and the token names the certificate.
func connectionCertificate(r *http.Request) string {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return ""
	}
	return thumbprint(r.TLS.PeerCertificates[0].Raw)
}

// thumbprint returns x5t#S256 of a certificate in DER (RFC 8705 section 3.1).
func thumbprint(der []byte) string {
	sum := sha256.Sum256(der)
	return strict.Encode(sum[:])
}

// maxCertificate is the maximum size of a certificate in bytes.
const maxCertificate = 16 * 1024

var errClientCert = errors.New("access: the header Client-Cert is malformed")

// ClientCertThumbprint returns the thumbprint of the certificate in the header Client-Cert (RFC 9440
// section 2.2), "" if the proxy sent none. Call it only for requests of a proxy that you trust to
// remove the header of clients: any client can send it.
func ClientCertThumbprint(r *http.Request) (string, error) {
	fields := r.Header.Values("Client-Cert")
	if len(fields) == 0 || (len(fields) == 1 && fields[0] == "") {
		return "", nil
	}
	// A byte sequence (RFC 8941 section 3.3.5); padding may be missing.
	inner, isOpened := strings.CutPrefix(fields[0], ":")
	inner, isClosed := strings.CutSuffix(inner, ":")
	if len(fields) > 1 || !isOpened || !isClosed || strings.ContainsAny(inner, "\r\n") {
		return "", errClientCert
	}
	der, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(inner, "="))
	if err != nil || len(der) > maxCertificate {
		return "", errClientCert
	}
	if len(der) == 0 {
		return "", nil
	}
	return thumbprint(der), nil
}
