package access_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"doorward.example/access"
	"doorward.example/access/accesstest"
)

const url = "https://tasks.example/api/tasks/"

func codes(err error) []string {
	var denied *access.Denied
	found := []string{}
	if errors.As(err, &denied) {
		for _, reason := range denied.Reasons {
			found = append(found, reason.Code)
		}
	}
	return found
}

func TestConditions(t *testing.T) {
	issuer, made := newIssuer(t, newClock())
	user := issuer.Token("alice", accesstest.Scope("tasks:read"), accesstest.Roles("developer"),
		accesstest.Claim("entitlements", []string{"tasks:read", "tasks:write"}))
	machine := issuer.MachineToken("reports")
	for at, row := range []struct {
		token     string
		condition access.Condition
		expected  []string
	}{
		{user, access.Scope("tasks:read"), nil},
		{user, access.Scope("tasks:read", "tasks:write"), []string{"missing_scope"}},
		{user, access.Scope("a", "b"), []string{"missing_scope", "missing_scope"}},
		{user, access.Entitlement("tasks:write"), nil},
		{user, access.Entitlement("tasks:delete"), []string{"missing_entitlement"}},
		{user, access.Permission("tasks:read"), nil},
		{user, access.Permission("tasks:write"), []string{"missing_scope"}},
		{user, access.PermissionCoveredBy("tasks:write", "tasks:read"), nil},
		{user, access.Role("developer"), nil},
		{user, access.Role("admin"), []string{"missing_role"}},
		{user, access.User, nil},
		{user, access.VerifiedUser, []string{"unverified"}},
		{user, access.Machine, []string{"machine_required"}},
		{machine, access.User, []string{"user_required"}},
		{machine, access.Machine, nil},
		{user, access.AnyOf(access.Role("admin"), access.Scope("tasks:read")), nil},
		{user, access.AnyOf(access.Role("admin"), access.Scope("x")),
			[]string{"missing_role", "missing_scope"}},
	} {
		caller, err := made.AuthenticateToken(t.Context(), row.token)
		if err != nil {
			t.Fatal(err)
		}
		if found := codes(made.Guard(row.condition).Allow(caller)); !slices.Equal(found, row.expected) {
			t.Errorf("row %d: %v", at, found)
		}
	}
}

func TestMissingRoleSpeaksOfToken(t *testing.T) {
	issuer, made := newIssuer(t, newClock())
	for start, roles := range map[string][]string{
		"the token has no roles; ":                 {},
		"the token does not have the role admin; ": {"developer"},
	} {
		token := issuer.Token("alice", accesstest.Roles(roles...))
		caller, err := made.AuthenticateToken(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		reason := access.Role("admin")(caller)[0]
		if !strings.HasPrefix(reason.Detail, start) || reason.Role != "admin" ||
			!strings.Contains(reason.Detail, "--token-claims roles") {
			t.Error(reason)
		}
	}
}

func TestScopesOfChallenge(t *testing.T) {
	issuer, made := newIssuer(t, newClock())
	caller, err := made.AuthenticateToken(t.Context(), issuer.Token("alice"))
	if err != nil {
		t.Fatal(err)
	}
	denied := deniedBy(t, made.Guard(access.Scope("a", "b"), access.Role("c")).Allow(caller))
	if denied.Code() != "insufficient_scope" || denied.Challenges[0].Get("scope") != "a b" {
		t.Error(denied.Challenges)
	}
	denied = deniedBy(t, made.Guard(access.Role("c")).Allow(caller))
	if len(denied.Challenges) > 0 || denied.Code() != "" {
		t.Error(denied.Challenges)
	}
}

func TestCustomClaimsAndOrganization(t *testing.T) {
	issuer, made := newIssuer(t, newClock())
	caller, err := made.AuthenticateToken(t.Context(), issuer.Token("alice",
		accesstest.Claim("department", "sales"), accesstest.Claim("org", "acme"),
		accesstest.Claim("level", 9007199254740993)))
	if err != nil {
		t.Fatal(err)
	}
	if caller.Claims["department"] != "sales" || caller.Organization != "acme" || !caller.IsUser() ||
		caller.Claims["level"] != int64(9007199254740993) {
		t.Error(caller)
	}
}

func TestWrongSettings(t *testing.T) {
	const issuer = "https://id.example"
	for _, row := range []struct {
		issuer, audience string
		option           access.Option
	}{
		{"", audience, nil},
		{issuer, "", nil},
		{"http://id.example", audience, nil},
		{issuer, audience, access.WithOrigin("tasks.example")},
		{issuer, audience, access.WithCredentials()},
		{issuer, audience, access.WithCredentials("password")},
		{issuer, audience, access.WithCredentials(access.SignedToken, access.APIKey)},
		{issuer, audience, access.WithCredentials(access.ReferenceToken)},
	} {
		option := row.option
		if option == nil {
			option = silent()
		}
		if _, err := access.New(row.issuer, row.audience, option); !errors.Is(err, access.ErrMisconfigured) {
			t.Error(row.issuer, row.audience, err)
		}
	}
	if _, err := access.SignedNonces([]byte("short")); !errors.Is(err, access.ErrMisconfigured) {
		t.Error(err)
	}
}

func TestProofIsAcceptedOnce(t *testing.T) {
	c := newClock()
	issuer, made := newIssuer(t, c)
	holder := accesstest.NewHolder()
	token := issuer.Token("alice", accesstest.BoundTo(holder))
	proof := holder.Proof(http.MethodGet, url, token, c.now())
	// Two guards of one request check it once.
	handler := made.Guard().Handler(made.Guard().HandlerFunc(
		func(w http.ResponseWriter, r *http.Request, caller *access.Principal) {
			if again, err := made.Authenticate(r); err != nil || again.Subject != caller.Subject {
				t.Error(again, err)
			}
			fmt.Fprint(w, caller.Subject)
		}))
	if status, body := call(handler, request("Authorization", "DPoP "+token, "DPoP", proof)); status != 200 || body != "alice" {
		t.Error(status, body)
	}
	denied := deniedBy(t, second(made.Authenticate(
		request("Authorization", "DPoP "+token, "DPoP", proof))))
	if denied.Status != http.StatusUnauthorized || denied.Detail != "the DPoP proof was used before" {
		t.Error(denied)
	}
}

// The mark of an outer guard is for one token and one authenticator only.
func TestProofOfOuterGuardIsForItsTokenOnly(t *testing.T) {
	c := newClock()
	issuer, outer := newIssuer(t, c)
	inner, err := issuer.Access(silent())
	if err != nil {
		t.Fatal(err)
	}
	holder := accesstest.NewHolder()
	token := issuer.Token("alice", accesstest.BoundTo(holder))
	other := issuer.Token("bob", accesstest.BoundTo(holder))
	var found []error
	handler := outer.Guard().Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		changed := r.Clone(r.Context())
		changed.Header.Set("Authorization", "DPoP "+other)
		found = append(found, second(outer.Authenticate(changed)), second(inner.Authenticate(r)),
			second(inner.Authenticate(r)))
	}))
	proof := holder.Proof(http.MethodGet, url, token, c.now())
	call(handler, request("Authorization", "DPoP "+token, "DPoP", proof))
	if len(found) != 3 || found[0] == nil || found[1] != nil || found[2] == nil {
		t.Error(found)
	}
}

func TestSeveralProofsAreRejected(t *testing.T) {
	c := newClock()
	issuer, made := newIssuer(t, c)
	holder := accesstest.NewHolder()
	token := issuer.Token("alice", accesstest.BoundTo(holder))
	one := holder.Proof(http.MethodGet, url, token, c.now())
	two := holder.Proof(http.MethodGet, url, token, c.now())
	for _, r := range []*http.Request{
		request("Authorization", "DPoP "+token, "DPoP", one, "DPoP", two),
		request("Authorization", "DPoP "+token, "DPoP", one+", "+two),
	} {
		if denied := deniedBy(t, second(made.Authenticate(r))); denied.Detail != "there are several DPoP proofs" {
			t.Error(denied)
		}
	}
}

func TestNonces(t *testing.T) {
	nonces, err := access.SignedNonces(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	c := newClock()
	issuer, made := newIssuer(t, c, access.WithNonces(nonces))
	holder := accesstest.NewHolder()
	token := issuer.Token("alice", accesstest.BoundTo(holder))
	send := func(nonce any) error {
		proof := holder.Proof(http.MethodGet, url, token, c.now(), accesstest.Claim("nonce", nonce))
		return second(made.Authenticate(request("Authorization", "DPoP "+token, "DPoP", proof)))
	}
	current := nonces.Current(c.now())
	for _, nonce := range []any{nil, "forged", nonces.Current(c.now().Add(-2 * time.Minute))} {
		denied := deniedBy(t, send(nonce))
		if denied.Status != 401 || denied.Code() != "use_dpop_nonce" || denied.DPoPNonce != current {
			t.Error(denied)
		}
	}
	for _, nonce := range []string{current, nonces.Current(c.now().Add(-time.Minute))} {
		if err := send(nonce); err != nil {
			t.Error(err)
		}
	}
	others, _ := access.SignedNonces(bytes.Repeat([]byte("j"), 32))
	if others.IsValid(current, c.now()) {
		t.Error("a nonce of another secret was accepted")
	}
}

func TestResponse(t *testing.T) {
	_, made := newIssuer(t, newClock())
	recorder := respond(made.Guard().Handler(http.NotFoundHandler()), request())
	header := recorder.Header()
	if len(header.Values("WWW-Authenticate")) != 2 || header.Get("Cache-Control") != "no-store" ||
		header.Get("Content-Type") != "application/problem+json" || recorder.Code != 401 {
		t.Error(recorder.Code, header)
	}
	var body map[string]any
	if err := json.Unmarshal(recorder.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	if body["decision_id"] != header.Get("X-Decision-Id") || len(header.Get("X-Decision-Id")) != 36 ||
		body["type"] != "urn:doorward:problem:token-required" {
		t.Error(body)
	}
}

// A denial is in the log with its ID; the token is neither there nor in the response.
func TestDenialIsLoggedWithoutToken(t *testing.T) {
	var log bytes.Buffer
	issuer, made := newIssuer(t, newClock(), access.WithLogger(loggerTo(&log)))
	token := issuer.Token("alice", accesstest.Claim("aud", "x"))
	r := request("Authorization", "Bearer "+token)
	recorder := respond(made.Guard().Handler(http.NotFoundHandler()), r)
	shown := recorder.Body.String() + fmt.Sprint(recorder.Header()) + log.String()
	if strings.Contains(shown, token) || strings.Contains(shown, token[len(token)-20:]) {
		t.Error(shown)
	}
	if !strings.Contains(log.String(), recorder.Header().Get("X-Decision-Id")) {
		t.Error(log.String())
	}
	log.Reset()
	caller, err := made.AuthenticateToken(t.Context(), issuer.Token("alice"))
	if err != nil {
		t.Fatal(err)
	}
	_ = made.Guard(access.Role("admin")).Allow(caller)
	for _, expected := range []string{`"subject":"alice"`, `"client_id":"test-client"`, `"status":403`} {
		if !strings.Contains(log.String(), expected) {
			t.Errorf("%s is not in %s", expected, log.String())
		}
	}
}

// An empty thumbprint would be no constraint at all.
func TestEmptyThumbprintIsRejected(t *testing.T) {
	issuer, made := newIssuer(t, newClock())
	for _, name := range []string{"jkt", "x5t#S256"} {
		for _, other := range []string{"other", "x5t#S256"} {
			token := issuer.Token("alice", accesstest.Claim("cnf", map[string]string{other: "a", name: ""}))
			if code := codeOf(t, second(made.AuthenticateToken(t.Context(), token))); code != "claims" {
				t.Errorf("%s: %q", name, code)
			}
		}
	}
}

// anyNonce accepts every nonce.
type anyNonce struct{}

func (anyNonce) Current(time.Time) string { return "current" }

func (anyNonce) IsValid(string, time.Time) bool { return true }

// What is missing meets no requirement, however lenient that is.
func TestMissingValueMeetsNoRequirement(t *testing.T) {
	c := newClock()
	issuer, made := newIssuer(t, c, access.WithNonces(anyNonce{}))
	caller, err := made.AuthenticateToken(t.Context(), issuer.Token("alice",
		accesstest.Claim("acr", nil), accesstest.Claim("auth_time", nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, guard := range []access.Guard{made.Guard().Strong(""), made.Guard().Recent(1<<63 - 1)} {
		if denied := deniedBy(t, guard.Allow(caller)); denied.Code() != "insufficient_user_authentication" {
			t.Error(denied)
		}
	}
	holder := accesstest.NewHolder()
	token := issuer.Token("alice", accesstest.BoundTo(holder))
	proof := holder.Proof(http.MethodGet, url, token, c.now())
	r := request("Authorization", "DPoP "+token, "DPoP", proof)
	if denied := deniedBy(t, second(made.Authenticate(r))); denied.DPoPNonce != "current" {
		t.Error(denied)
	}
}
