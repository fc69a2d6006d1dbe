package access_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"doorward.example/access"
	"doorward.example/access/accesstest"
)

// greet answers with the subject of the caller.
func greet(w http.ResponseWriter, _ *http.Request, caller *access.Principal) {
	fmt.Fprint(w, caller.Subject)
}

// get sends a request to a server, with a token, and returns status and body.
func get(t *testing.T, client *http.Client, url, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// A service and its issuer, both over HTTP.
func TestServiceOverHTTP(t *testing.T) {
	s := newServer(t)
	made := s.access(t)
	var mux access.Mux
	mux.HandleFunc("GET /report", made.Guard(access.Permission("tasks:read")), greet)
	mux.HandleFunc("POST /pay", made.Guard(access.Permission("tasks:write")).Recent(5*time.Minute), greet)
	mux.Public("GET /health", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	service := httptest.NewServer(&mux)
	defer service.Close()
	reader := "Bearer " + s.issuer.Token("alice", accesstest.Permissions("tasks:read"))
	for _, row := range []struct {
		path, token string
		status      int
		body        string
	}{
		{"/report", reader, 200, "alice"},
		{"/report", "", 401, "token-required"},
		{"/report", "Basic YTpi", 401, "token-required"},
		{"/report", "Bearer " + s.issuer.Token("alice"), 403, "missing_entitlement"},
		{"/report", reader[:len(reader)-4] + "AAAA", 401, "signature is wrong"},
		{"/report?access_token=" + reader[7:], "", 401, "token-required"},
		{"/health", "", 200, ""},
		{"/pay", reader, 405, ""},
		{"/other", reader, 404, ""},
	} {
		status, body := get(t, service.Client(), service.URL+row.path, row.token)
		if status != row.status || !strings.Contains(body, row.body) {
			t.Errorf("%s: %d %s", row.path[:min(len(row.path), 30)], status, body)
		}
	}
	s.clock.advance(301 + 60)
	if status, body := get(t, service.Client(), service.URL+"/report", reader); status != 401 || !strings.Contains(body, "expired") {
		t.Error(status, body)
	}
}

func TestMuxListsUnguardedRoutes(t *testing.T) {
	_, made := newIssuer(t, newClock())
	var mux access.Mux
	nothing := http.NotFoundHandler()
	mux.Handle("GET /a", made.Guard(), nothing)
	mux.Public("GET /health", nothing)
	mux.Public("/static/", nothing)
	expected := []access.Route{{"GET /a", false}, {"GET /health", true}, {"/static/", true}}
	if found := mux.Routes(); !reflect.DeepEqual(found, expected) {
		t.Error(found)
	}
	if err := mux.Check("GET /health", "/static/"); err != nil {
		t.Error(err)
	}
	err := mux.Check("GET /health", "GET /a", "/other")
	for _, part := range []string{`"/static/" has no guard`, `"GET /a" is no public route`, `"/other" is no public`} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Error(err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a guard of no Access was registered")
		}
	}()
	mux.Handle("GET /b", access.Guard{}, nothing)
}

// A guard is a value: a changed copy does not change the original.
func TestGuardsAreCopies(t *testing.T) {
	issuer, made := newIssuer(t, newClock())
	// Several additions, so that the list of conditions has room for more.
	base := made.Guard(access.User).Requiring(access.User, access.User).Requiring(access.User, access.User)
	other := base.Requiring(access.Role("b"))
	strict := base.Requiring(access.Role("a")).Strong("aal3").Recent(0)
	caller, err := made.AuthenticateToken(t.Context(), issuer.Token("alice", accesstest.Roles("b")))
	if err != nil {
		t.Fatal(err)
	}
	if base.Allow(caller) != nil || other.Allow(caller) != nil || strict.Allow(caller) == nil {
		t.Error(base.Allow(caller), other.Allow(caller), strict.Allow(caller))
	}
}

// The proof names the path that the client sent, not the one that middleware left.
func TestProofNamesPathAsSent(t *testing.T) {
	c := newClock()
	issuer, made := newIssuer(t, c, access.WithOrigin("http://127.0.0.1"))
	service := httptest.NewServer(http.StripPrefix("/v1", made.Guard().HandlerFunc(greet)))
	defer service.Close()
	holder := accesstest.NewHolder()
	token := issuer.Token("alice", accesstest.BoundTo(holder))
	for htu, expected := range map[string]int{
		"http://127.0.0.1/v1/a%20b": 200, "http://127.0.0.1/a%20b": 401,
	} {
		r, _ := http.NewRequest(http.MethodGet, service.URL+"/v1/a%20b?x=y", nil)
		r.Header.Set("Authorization", "DPoP "+token)
		r.Header.Set("DPoP", holder.Proof(http.MethodGet, htu, token, c.now()))
		response, err := service.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != expected {
			t.Errorf("%s: %d", htu, response.StatusCode)
		}
	}
}

func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, encode(sum[:])
}

// A token that is bound to a certificate needs a connection with that certificate (RFC 8705).
func TestCertificateOfConnection(t *testing.T) {
	issuer, made := newIssuer(t, newClock())
	service := httptest.NewUnstartedServer(made.Guard().HandlerFunc(greet))
	service.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
	service.StartTLS()
	defer service.Close()
	own, thumbprint := certificate(t)
	other, _ := certificate(t)
	bound := "Bearer " + issuer.Token("alice",
		accesstest.Claim("cnf", map[string]string{"x5t#S256": thumbprint}))
	for name, row := range map[string]struct {
		certificates []tls.Certificate
		status       int
		body         string
	}{
		"own":   {[]tls.Certificate{own}, 200, "alice"},
		"other": {[]tls.Certificate{other}, 401, "another certificate"},
		"none":  {nil, 401, "connection that shows this one"},
	} {
		transport := service.Client().Transport.(*http.Transport).Clone()
		transport.TLSClientConfig.Certificates = row.certificates
		client := &http.Client{Transport: transport}
		status, body := get(t, client, service.URL, bound)
		if status != row.status || !strings.Contains(body, row.body) {
			t.Errorf("%s: %d %s", name, status, body)
		}
		client.CloseIdleConnections()
	}
}

func TestCertificateOfProxy(t *testing.T) {
	own, thumbprint := certificate(t)
	written := base64.StdEncoding.EncodeToString(own.Certificate[0])
	for field, expected := range map[string]string{
		":" + written + ":":                         thumbprint,
		":" + strings.TrimRight(written, "=") + ":": thumbprint,
		"":   "",
		"::": "",
	} {
		found, err := access.ClientCertThumbprint(request("Client-Cert", field))
		if err != nil || found != expected {
			t.Error(field, found, err)
		}
	}
	for _, fields := range [][]string{
		{"Client-Cert", written}, {"Client-Cert", ":" + written}, {"Client-Cert", ":!:"}, {"Client-Cert", ":"},
		{"Client-Cert", ":" + written + ":", "Client-Cert", ":" + written + ":"},
		{"Client-Cert", ":" + strings.Repeat("A", 24*1024) + ":"},
	} {
		if found, err := access.ClientCertThumbprint(request(fields...)); err == nil {
			t.Error(fields, found)
		}
	}
	if found, err := access.ClientCertThumbprint(request()); found != "" || err != nil {
		t.Error(found, err)
	}
}

// The signed header of forward authentication.
func TestTokenHeader(t *testing.T) {
	issuer, made := newIssuer(t, newClock(), access.WithTokenHeader("Remote-Token"))
	holder := accesstest.NewHolder()
	token := issuer.Token("alice", accesstest.Claim("username", "alice"))
	for at, row := range []struct {
		fields []string
		status int
	}{
		{[]string{"Remote-Token", token}, 200},
		{[]string{"Remote-Token", token, "Authorization", "Basic YTpi", "X-API-Key", "a"}, 200},
		{[]string{"Authorization", "Bearer " + token}, 401},
		{[]string{"Remote-Token", "Bearer " + token}, 401},
		{[]string{"Remote-Token", ""}, 401},
		{[]string{"Remote-Token", token, "Remote-Token", token}, 400},
		{[]string{"Remote-Token", issuer.Token("alice", accesstest.Claim("aud", "https://x.example"))}, 401},
		{[]string{"Remote-Token", issuer.Token("alice", accesstest.BoundTo(holder))}, 401},
		{[]string{"Remote-User", "alice"}, 401},
	} {
		status, body := call(made.Guard().HandlerFunc(greet), request(row.fields...))
		if status != row.status {
			t.Errorf("row %d: %d %s", at, status, body)
		}
	}
}

func TestMetadata(t *testing.T) {
	for audience, expected := range map[string]string{
		"https://tasks.example":         "https://tasks.example/.well-known/oauth-protected-resource",
		"https://tasks.example/":        "https://tasks.example/.well-known/oauth-protected-resource",
		"https://tasks.example:8443/a/": "https://tasks.example:8443/.well-known/oauth-protected-resource/a/",
		"https://tasks.example/api?x=y": "https://tasks.example/.well-known/oauth-protected-resource/api?x=y",
		"urn:tasks":                     "",
		"":                              "",
	} {
		if found, err := access.MetadataURL(audience); found != expected || (err == nil) != (found != "") {
			t.Error(audience, found, err)
		}
	}
	_, made := newIssuer(t, newClock(), access.WithDPoPRequired())
	recorder := respond(made.MetadataHandler(access.Metadata{Scopes: []string{"tasks:read"}}), request())
	var document map[string]any
	if err := json.Unmarshal(recorder.Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	if document["resource"] != audience || document["dpop_bound_access_tokens_required"] != true ||
		!reflect.DeepEqual(document["authorization_servers"], []any{"https://id.example"}) {
		t.Error(document)
	}
}

// A caller behind a trusted proxy has the address that the proxy names.
func TestAddressOfProxy(t *testing.T) {
	s, made := keyed(t, access.WithAddress(func(r *http.Request) netip.Addr {
		address, _ := netip.ParseAddr(r.Header.Get("X-Real-IP"))
		return address
	}))
	for _, fields := range [][]string{{"X-Real-IP", "198.51.100.7"}, {"X-Real-IP", "?"}} {
		r := request(append(fields, "X-API-Key", "dw_key")...)
		if _, err := made.Authenticate(r); err != nil {
			t.Error(err)
		}
	}
	if s.forms[0]["client_address"] != "198.51.100.7" || s.forms[1]["client_address"] != "" {
		t.Error(s.forms)
	}
}

func TestOtherTransportIsUsed(t *testing.T) {
	var issuer *accesstest.Issuer
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		issuer.ServeHTTP(w, r)
	}))
	defer server.Close()
	issuer = accesstest.New(server.URL, audience)
	for _, row := range []struct {
		transport http.RoundTripper
		isTrusted bool
	}{{nil, false}, {server.Client().Transport, true}} {
		made, err := access.New(server.URL, audience, silent(), access.WithTransport(row.transport))
		if err != nil {
			t.Fatal(err)
		}
		if err := made.Ready(t.Context()); (err == nil) != row.isTrusted {
			t.Error(err)
		}
		made.Close()
	}
}

// An authenticator starts no goroutine, and a closed one leaves none of its connections.
func TestNoGoroutineIsLeft(t *testing.T) {
	s := newServer(t)
	s.answer = s.answerOf(nil)
	before := runtime.NumGoroutine()
	for range 10 {
		made := s.access(t, credentials, access.WithCredentials(access.SignedToken, access.APIKey))
		_ = made.Ready(t.Context())
		_, _ = made.Authenticate(keyRequest(caller1, "dw_key"))
		made.Close()
	}
	// The server also ends its side of the connections.
	s.CloseClientConnections()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	var stacks bytes.Buffer
	stacks.Grow(1 << 16)
	buffer := make([]byte, 1<<16)
	stacks.Write(buffer[:runtime.Stack(buffer, true)])
	t.Errorf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, stacks.String())
}
