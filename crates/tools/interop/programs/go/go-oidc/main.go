// Signs a user in with go-oidc and x/oauth2, as go-oidc's examples "idtoken" and "logout" do.
package main

import (
	"context"
	"crypto/rand"
	"html/template"
	"log"
	"net/http"
	"net/url"
	"os"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
)

// User is what the home page shows. The example reads it from the ID token alone.
type User struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	raw   string
}

var home = template.Must(template.New("").Parse(`<!doctype html><title>go-oidc</title>
{{if .}}<p id="name">{{.Name}}</p><p id="email">{{.Email}}</p><a href="/logout">Sign out</a>
{{else}}<a href="/login">Sign in</a>{{end}}`))

func setCookie(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, MaxAge: age, Path: "/", HttpOnly: true})
}

func main() {
	baseURL := os.Getenv("BASE_URL")
	ctx := context.Background()
	provider, config, err := Discover(ctx)
	if err != nil {
		log.Fatal(err)
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: config.ClientID})
	var metadata struct {
		EndSessionEndpoint string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&metadata); err != nil {
		log.Fatal(err)
	}

	var sessions sync.Map
	signedIn := func(r *http.Request) (string, *User) {
		cookie, err := r.Cookie("session")
		if err != nil {
			return "", nil
		}
		user, ok := sessions.Load(cookie.Value)
		if !ok {
			return "", nil
		}
		return cookie.Value, user.(*User)
	}

	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		_, user := signedIn(r)
		if err := home.Execute(w, user); err != nil {
			log.Print(err)
		}
	})

	http.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		state, nonce := rand.Text(), rand.Text()
		setCookie(w, "state", state, 3600)
		setCookie(w, "nonce", nonce, 3600)
		http.Redirect(w, r, config.AuthCodeURL(state, oidc.Nonce(nonce)), http.StatusFound)
	})

	http.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		state, err := r.Cookie("state")
		if err != nil || r.URL.Query().Get("state") != state.Value {
			http.Error(w, "state did not match", http.StatusBadRequest)
			return
		}
		oauth2Token, err := config.Exchange(ctx, r.URL.Query().Get("code"))
		if err != nil {
			http.Error(w, "failed to exchange the code: "+err.Error(), http.StatusInternalServerError)
			return
		}
		rawIDToken, ok := oauth2Token.Extra("id_token").(string)
		if !ok {
			http.Error(w, "no id_token in the token response", http.StatusInternalServerError)
			return
		}
		idToken, err := verifier.Verify(ctx, rawIDToken)
		if err != nil {
			http.Error(w, "failed to verify the ID token: "+err.Error(), http.StatusInternalServerError)
			return
		}
		nonce, err := r.Cookie("nonce")
		if err != nil || idToken.Nonce != nonce.Value {
			http.Error(w, "nonce did not match", http.StatusBadRequest)
			return
		}
		user := &User{raw: rawIDToken}
		if err := idToken.Claims(user); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		session := rand.Text()
		sessions.Store(session, user)
		setCookie(w, "session", session, 0)
		http.Redirect(w, r, "/", http.StatusFound)
	})

	http.HandleFunc("GET /logout", func(w http.ResponseWriter, r *http.Request) {
		session, user := signedIn(r)
		if user == nil {
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		sessions.Delete(session)
		setCookie(w, "session", "", -1)
		query := url.Values{
			"id_token_hint":            {user.raw},
			"post_logout_redirect_uri": {baseURL + "/"},
		}
		http.Redirect(w, r, metadata.EndSessionEndpoint+"?"+query.Encode(), http.StatusFound)
	})

	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
