// Signs a user in with goth's provider "openidConnect", as goth's example does.
package main

import (
	"crypto/rand"
	"html/template"
	"log"
	"net/http"
	"net/url"
	"os"
	"sync"

	"github.com/gorilla/sessions"
	"github.com/markbates/goth"
	"github.com/markbates/goth/gothic"
)

var home = template.Must(template.New("").Parse(`<!doctype html><title>goth</title>
{{if .}}<p id="name">{{.Name}}</p><p id="email">{{.Email}}</p><a href="/logout/openid-connect">Sign out</a>
{{else}}<a href="/auth/openid-connect">Sign in</a>{{end}}`))

func main() {
	baseURL := os.Getenv("BASE_URL")
	gothic.Store = sessions.NewCookieStore([]byte(rand.Text()))
	provider, err := UseDoorward()
	if err != nil {
		log.Fatal(err)
	}

	var users sync.Map
	signedIn := func(r *http.Request) (string, *goth.User) {
		cookie, err := r.Cookie("session")
		if err != nil {
			return "", nil
		}
		user, ok := users.Load(cookie.Value)
		if !ok {
			return "", nil
		}
		return cookie.Value, user.(*goth.User)
	}
	// goth's router passes the provider's name in the path.
	named := func(handler http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			handler(w, gothic.GetContextWithProvider(r, r.PathValue("provider")))
		}
	}

	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		_, user := signedIn(r)
		if err := home.Execute(w, user); err != nil {
			log.Print(err)
		}
	})

	http.HandleFunc("GET /auth/{provider}", named(gothic.BeginAuthHandler))

	http.HandleFunc("GET /auth/{provider}/callback", named(func(w http.ResponseWriter, r *http.Request) {
		user, err := gothic.CompleteUserAuth(w, r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		session := rand.Text()
		users.Store(session, &user)
		http.SetCookie(w, &http.Cookie{Name: "session", Value: session, Path: "/", HttpOnly: true})
		http.Redirect(w, r, "/", http.StatusFound)
	}))

	http.HandleFunc("GET /logout/{provider}", named(func(w http.ResponseWriter, r *http.Request) {
		session, user := signedIn(r)
		if err := gothic.Logout(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if user == nil {
			http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
			return
		}
		users.Delete(session)
		http.SetCookie(w, &http.Cookie{Name: "session", Path: "/", MaxAge: -1})
		query := url.Values{
			"id_token_hint":            {user.IDToken},
			"post_logout_redirect_uri": {baseURL + "/"},
		}
		http.Redirect(w, r, provider.OpenIDConfig.EndSessionEndpoint+"?"+query.Encode(), http.StatusTemporaryRedirect)
	}))

	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
