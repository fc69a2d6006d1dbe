package access_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"time"

	"doorward.example/access"
	"doorward.example/access/accesstest"
)

// A service whose routes all have a guard. In a program the issuer is the identity server, and access.New
// makes the authenticator; here it is one in memory.
func Example() {
	issuer := accesstest.New("https://id.example.org", "https://reports.example.org")
	a, err := issuer.Access(silent())
	if err != nil {
		log.Fatal(err)
	}

	report := func(w http.ResponseWriter, _ *http.Request, caller *access.Principal) {
		fmt.Fprintf(w, "%s may read this report", caller.Subject)
	}
	pay := func(w http.ResponseWriter, _ *http.Request, _ *access.Principal) {
		w.WriteHeader(http.StatusNoContent)
	}
	health := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

	var mux access.Mux
	mux.HandleFunc("GET /report", a.Guard(access.Permission("reports:read")), report)
	mux.HandleFunc("POST /payments",
		a.Guard(access.Permission("payments:write")).Recent(5*time.Minute), pay)
	mux.Public("GET /health", health)
	if err := mux.Check("GET /health"); err != nil {
		log.Fatal(err)
	}

	send := func(method, path, token string) {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		status, body := call(&mux, r)
		var problem struct{ Detail string }
		if json.Unmarshal([]byte(body), &problem) == nil {
			body = problem.Detail
		}
		fmt.Println(status, body)
	}
	send("GET", "/report", issuer.Token("alice", accesstest.Permissions("reports:read")))
	send("GET", "/report", issuer.Token("alice", accesstest.Scope("reports:read")))
	send("POST", "/payments", issuer.Token("alice", accesstest.Permissions("payments:write"),
		accesstest.Claim("auth_time", time.Now().Unix()-600)))
	// Output:
	// 200 alice may read this report
	// 403 the account does not have the permission reports:read; an administrator can assign a role that has it
	// 401 the sign-in was too long ago; the application must ask for max_age 300
}

// Further requirements, and rules about single objects.
func ExampleGuard() {
	issuer := accesstest.New("https://id.example.org", "https://reports.example.org")
	a, err := issuer.Access(silent())
	if err != nil {
		log.Fatal(err)
	}
	all := a.Guard(access.PermissionCoveredBy("reports:read_all", "reports:read"), access.User)
	reader := a.Guard(access.Permission("reports:read"))

	var mux access.Mux
	mux.HandleFunc("GET /reports/{owner}", reader,
		func(w http.ResponseWriter, r *http.Request, caller *access.Principal) {
			// Users read their own reports, and some read all.
			if r.PathValue("owner") != caller.Subject {
				var denied *access.Denied
				if errors.As(all.Allow(caller), &denied) {
					denied.Respond(w)
					return
				}
			}
			fmt.Fprint(w, "the report of ", r.PathValue("owner"))
		})

	token := issuer.Token("alice", accesstest.Permissions("reports:read"))
	for _, owner := range []string{"alice", "bob"} {
		r := httptest.NewRequest(http.MethodGet, "/reports/"+owner, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		status, _ := call(&mux, r)
		fmt.Println(owner, status)
	}
	// Output:
	// alice 200
	// bob 403
}

// A service that accepts API keys, too, behind a proxy that it trusts.
func ExampleWithIntrospection() {
	clientID, clientSecret := "reports", "secret"
	a, err := access.New("https://id.example.org", "https://reports.example.org",
		access.WithIntrospection(clientID, clientSecret),
		access.WithCredentials(access.SignedToken, access.APIKey),
		access.WithAddress(func(r *http.Request) netip.Addr {
			address, _ := netip.ParseAddr(r.Header.Get("X-Real-IP"))
			return address
		}))
	if err != nil {
		log.Fatal(err)
	}
	defer a.Close()
	fmt.Println(a.Audience())
	// Output: https://reports.example.org
}

// Metadata of the resource (RFC 9728), which challenges name.
func ExampleAccess_MetadataHandler() {
	const audience = "https://reports.example.org/api"
	metadata, err := access.MetadataURL(audience)
	if err != nil {
		log.Fatal(err)
	}
	a, err := access.New("https://id.example.org", audience, access.WithResourceMetadata(metadata))
	if err != nil {
		log.Fatal(err)
	}
	var mux access.Mux
	mux.Public("GET /.well-known/oauth-protected-resource/api",
		a.MetadataHandler(access.Metadata{Name: "Reports", Scopes: []string{"reports:read"}}))
	fmt.Println(metadata)
	fmt.Println(a.Challenges()[0])
	// Output:
	// https://reports.example.org/.well-known/oauth-protected-resource/api
	// Bearer realm="https://reports.example.org/api", resource_metadata="https://reports.example.org/.well-known/oauth-protected-resource/api"
}

// A service behind a proxy that asks Doorward about each request.
func ExampleWithTokenHeader() {
	a, err := access.New("https://id.example.org", "https://wiki.example.org",
		access.WithTokenHeader("Remote-Token"))
	if err != nil {
		log.Fatal(err)
	}
	page := func(w http.ResponseWriter, _ *http.Request, caller *access.Principal) {
		fmt.Fprintf(w, "Hello, %v!", caller.Claims["username"])
	}
	var mux access.Mux
	mux.HandleFunc("GET /{page...}", a.Guard(), page)
	fmt.Println(mux.Routes())
	// Output: [{GET /{page...} false}]
}

// A service that listens rejects the tokens of an ended session within a second. It is ready while it
// knows what was revoked.
func ExampleAccess_Listen() {
	signals, err := access.NewSignals(access.SignalsConfig{
		ClientID: os.Getenv("CLIENT_ID"), ClientSecret: os.Getenv("CLIENT_SECRET"),
		WhenCut: access.WhenCutReject,
	})
	if err != nil {
		log.Fatal(err)
	}
	a, err := access.New("https://id.example.org", "https://reports.example.org",
		access.WithSignals(signals))
	if err != nil {
		log.Fatal(err)
	}
	listener, err := a.Listen()
	if err != nil {
		log.Fatal(err)
	}
	defer listener.Stop()

	var mux access.Mux
	mux.Public("GET /ready", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !signals.IsCurrent(time.Now()) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
}
