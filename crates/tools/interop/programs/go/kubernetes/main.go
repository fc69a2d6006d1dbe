// Signs a user in as kubelogin does, by x/oauth2 with PKCE and without a secret, and shows each ID token
// to the authenticator of the Kubernetes API server, which is configured by its printed flags.
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"

	"golang.org/x/oauth2"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/plugin/pkg/authenticator/token/oidc"
)

// The flags of kube-apiserver that the page prints.
var (
	issuer   = flag.String("oidc-issuer-url", "", "")
	clientID = flag.String("oidc-client-id", "", "")
	username = flag.String("oidc-username-claim", "sub", "")
	groups   = flag.String("oidc-groups-claim", "", "")
	prefix   = flag.String("oidc-groups-prefix", "", "")
)

// readFlags parses a YAML list of flags.
func readFlags(text string) error {
	var words []string
	for line := range strings.Lines(text) {
		word := strings.TrimPrefix(strings.TrimSpace(line), "- ")
		if word = strings.Trim(word, `"`); word != "" {
			words = append(words, word)
		}
	}
	return flag.CommandLine.Parse(words)
}

// serveTLS serves Doorward at its issuer, because the API server accepts an issuer by HTTPS only.
func serveTLS(upstream string) *http.Client {
	address, err := url.Parse(*issuer)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", address.Host)
	if err != nil {
		log.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: upstream})
	server := httptest.NewUnstartedServer(proxy)
	server.Listener.Close()
	server.Listener = listener
	server.StartTLS()
	return server.Client()
}

func main() {
	if err := readFlags(os.Getenv("FLAGS")); err != nil {
		log.Fatal(err)
	}
	client := serveTLS(os.Getenv("ISSUER_UPSTREAM"))
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, client)
	none := ""
	apiServer, err := oidc.New(ctx, oidc.Options{
		Client: client,
		JWTAuthenticator: apiserver.JWTAuthenticator{
			Issuer: apiserver.Issuer{URL: *issuer, Audiences: []string{*clientID}},
			ClaimMappings: apiserver.ClaimMappings{
				Username: apiserver.PrefixedClaimOrExpression{Claim: *username, Prefix: &none},
				Groups:   apiserver.PrefixedClaimOrExpression{Claim: *groups, Prefix: prefix},
			},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	// Without a secret, x/oauth2 first tries HTTP Basic with an empty one.
	config := oauth2.Config{
		ClientID: *clientID,
		Endpoint: oauth2.Endpoint{
			AuthURL:  *issuer + "/oauth2/authorize",
			TokenURL: *issuer + "/oauth2/token",
		},
		RedirectURL: "http://localhost:" + os.Getenv("PORT"),
		Scopes:      []string{"openid", "email", "groups", "offline_access"},
	}
	verifier, state, nonce := oauth2.GenerateVerifier(), rand.Text(), rand.Text()
	var mutex sync.Mutex
	var source oauth2.TokenSource

	http.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		options := []oauth2.AuthCodeOption{
			oauth2.S256ChallengeOption(verifier),
			oauth2.SetAuthURLParam("nonce", nonce),
		}
		http.Redirect(w, r, config.AuthCodeURL(state, options...), http.StatusFound)
	})

	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		code := r.URL.Query().Get("code")
		if code == "" || r.URL.Query().Get("state") != state {
			http.Error(w, "no code: "+r.URL.RawQuery, http.StatusBadRequest)
			return
		}
		token, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		mutex.Lock()
		defer mutex.Unlock()
		source = config.TokenSource(ctx, token)
		fmt.Fprintln(w, "signed in")
	})

	// kubelogin renews an expired ID token by the refresh token; kubectl sends the new one.
	http.HandleFunc("GET /call", func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		token, err := source.Token()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		idToken, ok := token.Extra("id_token").(string)
		if !ok {
			http.Error(w, "no id_token in the token response", http.StatusInternalServerError)
			return
		}
		answer, ok, err := apiServer.AuthenticateToken(ctx, idToken)
		if err != nil || !ok {
			http.Error(w, fmt.Sprint("the API server refuses the ID token: ", err), http.StatusUnauthorized)
			return
		}
		w.Header().Set("Authorization", "Bearer "+idToken)
		fmt.Fprintln(w, answer.User.GetName(), strings.Join(answer.User.GetGroups(), " "))
	})

	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
