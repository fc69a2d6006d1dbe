package accesstest_test

import (
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"doorward.example/access"
	"doorward.example/access/accesstest"
)

func quiet() access.Option {
	return access.WithLogger(slog.New(slog.DiscardHandler))
}

func TestTokensHaveWhatOptionsSay(t *testing.T) {
	issuer := accesstest.New("https://id.example", "https://api.example")
	made, err := issuer.Access(quiet())
	if err != nil {
		t.Fatal(err)
	}
	user, err := made.AuthenticateToken(t.Context(), issuer.Token("alice",
		accesstest.Permissions("a:read", "a:write"), accesstest.Scope("openid"),
		accesstest.Roles("editor"), accesstest.Claim("org", "acme")))
	if err != nil {
		t.Fatal(err)
	}
	if !user.HasEntitlement("a:write") || !user.HasScope("a:read") || !user.HasScope("openid") ||
		user.HasEntitlement("openid") || !user.HasRole("editor") || user.Organization != "acme" ||
		user.IsService() {
		t.Error(user)
	}
	machine, err := made.AuthenticateToken(t.Context(), issuer.MachineToken("reports"))
	if err != nil || !machine.IsService() || !machine.AuthTime.IsZero() || machine.ACR != "" {
		t.Error(machine, err)
	}
}

func TestWrongTokensAreRejected(t *testing.T) {
	issuer := accesstest.New("https://id.example", "https://api.example")
	made, err := issuer.Access(quiet())
	if err != nil {
		t.Fatal(err)
	}
	other := accesstest.New("https://id.example", "https://api.example")
	for at, token := range []string{
		issuer.Token("alice", accesstest.ExpiresIn(-61*time.Second)),
		issuer.Token("alice", accesstest.Claim("aud", "https://other.example")),
		issuer.Token("alice", accesstest.Claim("jti", nil)),
		other.Token("alice"),
	} {
		if _, err := made.AuthenticateToken(t.Context(), token); err == nil {
			t.Errorf("token %d was accepted", at)
		}
	}
	issuer.Now = func() time.Time { return time.Now().Add(time.Hour) }
	later := issuer.Token("alice")
	if _, err := made.AuthenticateToken(t.Context(), later); err != nil {
		t.Error("the authenticator has another clock: ", err)
	}
}

func TestServerAtURLOfIssuer(t *testing.T) {
	var issuer *accesstest.Issuer
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		issuer.ServeHTTP(w, r)
	}))
	defer server.Close()
	issuer = accesstest.New(server.URL, "https://api.example")
	made, err := access.New(server.URL, "https://api.example", quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	if _, err := made.AuthenticateToken(t.Context(), issuer.Token("alice")); err != nil {
		t.Error(err)
	}
	response, err := http.Get(server.URL + "/other")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusNotFound {
		t.Error(response.Status)
	}
}

// The test of a service: its handler gets the caller of the token.
func Example() {
	issuer := accesstest.New("https://id.example.org", "https://reports.example.org")
	a, err := issuer.Access()
	if err != nil {
		log.Fatal(err)
	}
	service := a.Guard(access.Permission("reports:read")).HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request, caller *access.Principal) {
			fmt.Fprint(w, "hello ", caller.Subject)
		})

	r := httptest.NewRequest(http.MethodGet, "/report", nil)
	r.Header.Set("Authorization",
		"Bearer "+issuer.Token("alice", accesstest.Permissions("reports:read")))
	recorder := httptest.NewRecorder()
	service.ServeHTTP(recorder, r)
	fmt.Println(recorder.Code, recorder.Body)
	// Output: 200 hello alice
}

// The holder of a bound token sends a new proof with each request.
func ExampleHolder() {
	issuer := accesstest.New("https://id.example.org", "https://reports.example.org")
	a, err := issuer.Access(access.WithDPoPRequired())
	if err != nil {
		log.Fatal(err)
	}
	holder := accesstest.NewHolder()
	token := issuer.Token("alice", accesstest.BoundTo(holder))
	r := httptest.NewRequest(http.MethodGet, "/report", nil)
	r.Header.Set("Authorization", "DPoP "+token)
	r.Header.Set("DPoP",
		holder.Proof(http.MethodGet, "https://reports.example.org/report", token, time.Now()))
	caller, err := a.Authenticate(r)
	fmt.Println(caller.Subject, err)
	// Output: alice <nil>
}
