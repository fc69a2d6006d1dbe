// Signs a user in with crewjam/saml, as its example "service" does with samlsp.
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"html"
	"log"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/crewjam/saml/samlsp"
)

// The library takes the friendly names of attributes.
const (
	nameAttribute  = "displayName"
	emailAttribute = "mail"
)

func parse(text string) *url.URL {
	parsed, err := url.Parse(text)
	if err != nil {
		log.Fatal(err)
	}
	return parsed
}

// keyPair returns a key and a certificate: the library signs its own session tokens with it.
func keyPair() (*rsa.PrivateKey, *x509.Certificate) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		log.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		log.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		log.Fatal(err)
	}
	return key, certificate
}

func main() {
	issuer, base := os.Getenv("ISSUER"), os.Getenv("BASE_URL")
	address := *parse(issuer + "/saml/metadata")
	metadata, err := samlsp.FetchMetadata(context.Background(), http.DefaultClient, address)
	if err != nil {
		log.Fatal(err)
	}
	key, certificate := keyPair()
	sp, err := samlsp.New(samlsp.Options{
		URL: *parse(base), Key: key, Certificate: certificate, IDPMetadata: metadata,
	})
	if err != nil {
		log.Fatal(err)
	}
	// Browsers reject the domain `localhost` of a cookie.
	cookies := sp.Session.(samlsp.CookieSessionProvider)
	cookies.Domain = ""
	sp.Session = cookies
	http.Handle("/saml/", sp)
	http.Handle("GET /login", sp.RequireAccount(http.RedirectHandler("/", http.StatusFound)))
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		session, err := sp.Session.GetSession(r)
		if err != nil {
			fmt.Fprint(w, "<p>You are not signed in.</p>")
			return
		}
		user := session.(samlsp.SessionWithAttributes).GetAttributes()
		text := user.Get(nameAttribute) + " " + user.Get(emailAttribute)
		fmt.Fprintf(w, "<p>%s</p>", html.EscapeString(text))
	})
	http.HandleFunc("GET /logout", func(w http.ResponseWriter, r *http.Request) {
		session, err := sp.Session.GetSession(r)
		if err != nil {
			http.Error(w, "not signed in", http.StatusBadRequest)
			return
		}
		nameID := session.(samlsp.JWTSessionClaims).Subject
		target, err := sp.ServiceProvider.MakeRedirectLogoutRequest(nameID, "")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if err := sp.Session.DeleteSession(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, target.String(), http.StatusFound)
	})
	// The library reads signatures inside of responses only, not those over the query.
	http.HandleFunc("GET /saml/slo", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/", http.StatusFound)
	})
	log.Fatal(http.ListenAndServe("localhost:"+os.Getenv("PORT"), nil))
}
