// Signs a user in with the relying party of zitadel/oidc, as its example "app" does.
package main

import (
	"context"
	"crypto/rand"
	"html/template"
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// User is what the home page shows.
type User struct {
	Info    *oidc.UserInfo
	idToken string
}

var home = template.Must(template.New("").Parse(`<!doctype html><title>zitadel/oidc</title>
{{if .}}<p id="name">{{.Info.Name}}</p><p id="email">{{.Info.Email}}</p><a href="/logout">Sign out</a>
{{else}}<a href="/login">Sign in</a>{{end}}`))

func main() {
	baseURL := os.Getenv("BASE_URL")
	provider, err := Discover(context.Background())
	if err != nil {
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

	// The example sends a prompt that is not a value of OpenID Connect.
	http.Handle("GET /login", rp.AuthURLHandler(rand.Text, provider, rp.WithPromptURLParam("Welcome back!")))

	showUser := func(
		w http.ResponseWriter, r *http.Request, tokens *oidc.Tokens[*oidc.IDTokenClaims],
		_ string, _ rp.RelyingParty, info *oidc.UserInfo,
	) {
		session := rand.Text()
		sessions.Store(session, &User{Info: info, idToken: tokens.IDToken})
		http.SetCookie(w, &http.Cookie{Name: "session", Value: session, Path: "/", HttpOnly: true})
		http.Redirect(w, r, "/", http.StatusFound)
	}
	http.Handle("GET /auth/callback", rp.CodeExchangeHandler(rp.UserinfoCallback(showUser), provider))

	// EndSession posts the ID token to the provider, without the browser's cookies.
	http.HandleFunc("GET /logout", func(w http.ResponseWriter, r *http.Request) {
		session, user := signedIn(r)
		if user == nil {
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		target, err := rp.EndSession(r.Context(), provider, user.idToken, baseURL+"/", "", "", nil)
		if err != nil {
			http.Error(w, "failed to end the session: "+err.Error(), http.StatusInternalServerError)
			return
		}
		sessions.Delete(session)
		http.SetCookie(w, &http.Cookie{Name: "session", Path: "/", MaxAge: -1})
		next := "/"
		if target != nil {
			next = target.String()
		}
		http.Redirect(w, r, next, http.StatusFound)
	})

	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
