// Signs a user in with gosaml2, as its example does.
package main

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"log"
	"net/http"
	"os"
	"sync"

	saml2 "github.com/russellhaering/gosaml2"
	"github.com/russellhaering/gosaml2/types"
	dsig "github.com/russellhaering/goxmldsig"
)

const (
	nameAttribute  = "urn:oid:2.16.840.1.113730.3.1.241"
	emailAttribute = "urn:oid:0.9.2342.19200300.100.1.3"
)

type user struct{ name, email, nameID, index string }

// sessions has the users by the values of cookies.
var (
	sessions = map[string]user{}
	lock     sync.Mutex
)

func sessionOf(r *http.Request) (string, *user) {
	cookie, err := r.Cookie("session")
	if err != nil {
		return "", nil
	}
	lock.Lock()
	defer lock.Unlock()
	if found, ok := sessions[cookie.Value]; ok {
		return cookie.Value, &found
	}
	return cookie.Value, nil
}

// read returns the metadata of the issuer.
func read(address string) *types.EntityDescriptor {
	response, err := http.Get(address)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	document, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	metadata := &types.EntityDescriptor{}
	if err := xml.Unmarshal(document, metadata); err != nil {
		log.Fatal(err)
	}
	return metadata
}

func main() {
	issuer, base := os.Getenv("ISSUER"), os.Getenv("BASE_URL")
	metadata := read(issuer + "/saml/metadata")
	store := dsig.MemoryX509CertificateStore{}
	for _, descriptor := range metadata.IDPSSODescriptor.KeyDescriptors {
		for _, certificate := range descriptor.KeyInfo.X509Data.X509Certificates {
			der, err := base64.StdEncoding.DecodeString(certificate.Data)
			if err != nil {
				log.Fatal(err)
			}
			parsed, err := x509.ParseCertificate(der)
			if err != nil {
				log.Fatal(err)
			}
			store.Roots = append(store.Roots, parsed)
		}
	}
	// The library signs every sign-out, and sign-ins here.
	pair, err := tls.LoadX509KeyPair(os.Getenv("CERTIFICATE_FILE"), os.Getenv("PRIVATE_KEY_FILE"))
	if err != nil {
		log.Fatal(err)
	}
	sp := &saml2.SAMLServiceProvider{
		IdentityProviderSSOURL:      metadata.IDPSSODescriptor.SingleSignOnServices[0].Location,
		IdentityProviderSLOURL:      metadata.IDPSSODescriptor.SingleLogoutServices[0].Location,
		IdentityProviderIssuer:      metadata.EntityID,
		ServiceProviderIssuer:       base + "/saml/metadata",
		ServiceProviderSLOURL:       base + "/saml/sls",
		AssertionConsumerServiceURL: base + "/saml/acs",
		AudienceURI:                 base + "/saml/metadata",
		NameIdFormat:                saml2.NameIdFormatPersistent,
		IDPCertificateStore:         &store,
		SPKeyStore:                  dsig.TLSCertKeyStore(pair),
		SignAuthnRequests:           true,
		SignAuthnRequestsAlgorithm:  dsig.RSASHA256SignatureMethod,
	}
	http.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		document, err := sp.BuildAuthRequestDocumentNoSig()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		target, err := sp.BuildAuthURLRedirect("home", document)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, target, http.StatusFound)
	})
	http.HandleFunc("POST /saml/acs", func(w http.ResponseWriter, r *http.Request) {
		info, err := sp.RetrieveAssertionInfo(r.FormValue("SAMLResponse"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		if info.WarningInfo.InvalidTime || info.WarningInfo.NotInAudience || r.FormValue("RelayState") != "home" {
			http.Error(w, "invalid time, audience or RelayState", http.StatusForbidden)
			return
		}
		key := rand.Text()
		lock.Lock()
		sessions[key] = user{
			info.Values.Get(nameAttribute), info.Values.Get(emailAttribute), info.NameID, info.SessionIndex,
		}
		lock.Unlock()
		http.SetCookie(w, &http.Cookie{Name: "session", Value: key, Path: "/", HttpOnly: true})
		http.Redirect(w, r, "/", http.StatusFound)
	})
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		_, user := sessionOf(r)
		if user == nil {
			fmt.Fprint(w, "<p>You are not signed in.</p>")
			return
		}
		fmt.Fprintf(w, "<p>%s</p>", html.EscapeString(user.name+" "+user.email))
	})
	http.HandleFunc("GET /logout", func(w http.ResponseWriter, r *http.Request) {
		key, user := sessionOf(r)
		if user == nil {
			http.Error(w, "not signed in", http.StatusBadRequest)
			return
		}
		document, err := sp.BuildLogoutRequestDocumentNoSig(user.nameID, user.index)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		target, err := sp.BuildLogoutURLRedirect("home", document)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		lock.Lock()
		delete(sessions, key)
		lock.Unlock()
		http.Redirect(w, r, target, http.StatusFound)
	})
	// The library reads signatures inside of responses only, not those over the query.
	http.HandleFunc("GET /saml/sls", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/", http.StatusFound)
	})
	log.Fatal(http.ListenAndServe("localhost:"+os.Getenv("PORT"), nil))
}
