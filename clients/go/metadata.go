package access

import (
	"encoding/json"
	"net/http"
	"net/url"
)

// wellKnown is the path of metadata (RFC 9728 section 3).
const wellKnown = "/.well-known/oauth-protected-resource"

// MetadataURL returns the URL of the metadata of a resource: its well-known path comes before the
// path of the resource (RFC 9728 section 3.1).
func MetadataURL(audience string) (string, error) {
	parsed, err := url.Parse(audience)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "https" && parsed.Scheme != "http") {
		return "", misconfigured("the resource %q is no http or https URL", audience)
	}
	path := parsed.EscapedPath()
	if path == "/" {
		path = ""
	}
	metadata := parsed.Scheme + "://" + parsed.Host + wellKnown + path
	if parsed.RawQuery != "" {
		metadata += "?" + parsed.RawQuery
	}
	return metadata, nil
}

// Metadata describes a protected resource (RFC 9728 section 2).
type Metadata struct {
	// Name is the name of the resource that users see.
	Name string
	// Scopes are those that clients may ask for.
	Scopes []string
	// CertificateBound is true if the resource accepts tokens that are bound to a certificate
	// (RFC 8705 section 3.3).
	CertificateBound bool
}

// MetadataHandler returns a public handler for the metadata of this resource. Register it at the path
// of MetadataURL, and name that URL in challenges by WithResourceMetadata: clients such as those of
// the Model Context Protocol find the issuer by it.
func (a *Access) MetadataHandler(metadata Metadata) http.Handler {
	document := struct {
		Resource             string   `json:"resource"`
		AuthorizationServers []string `json:"authorization_servers"`
		BearerMethods        []string `json:"bearer_methods_supported"`
		Scopes               []string `json:"scopes_supported,omitempty"`
		Name                 string   `json:"resource_name,omitempty"`
		ProofAlgorithms      []string `json:"dpop_signing_alg_values_supported"`
		DPoPRequired         bool     `json:"dpop_bound_access_tokens_required"`
		CertificateBound     bool     `json:"tls_client_certificate_bound_access_tokens,omitempty"`
	}{
		a.want.audience, []string{a.want.issuer}, []string{"header"}, metadata.Scopes, metadata.Name,
		proofAlgorithms, a.requireDPoP, metadata.CertificateBound,
	}
	// Texts and booleans only: encoding cannot fail.
	body, _ := json.Marshal(document)
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		// The client is gone if this fails.
		_, _ = w.Write(body)
	})
}
