package access_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"testing"

	"doorward.example/access"
	"doorward.example/access/accesstest"
)

const (
	introspectPath = "/oauth2/introspect"
	caller1        = "192.0.2.1:4711"
)

var credentials = access.WithIntrospection("tasks api", "s:cret")

// answerOf returns an active response about a key, with changed members; nil removes one.
func (s *server) answerOf(changes map[string]any) map[string]any {
	answer := map[string]any{
		"active": true, "token_type": "api_key", "sub": "alice", "client_id": "dw_1", "jti": "dw_1",
		"scope": "tasks:read", "entitlements": []string{"tasks:read"}, "aud": []string{audience},
		"iss": s.URL, "exp": start + 1000,
	}
	maps.Copy(answer, changes)
	for name, value := range changes {
		if value == nil {
			delete(answer, name)
		}
	}
	return answer
}

func (s *server) tokenOf(changes map[string]any) map[string]any {
	answer := s.answerOf(map[string]any{"token_type": "Bearer", "client_id": "web", "jti": "t1"})
	maps.Copy(answer, changes)
	return answer
}

// keyed returns a server with an active answer, and an authenticator that accepts API keys.
func keyed(t *testing.T, options ...access.Option) (*server, *access.Access) {
	t.Helper()
	s := newServer(t)
	s.answer = s.answerOf(nil)
	own := []access.Option{credentials, access.WithCredentials(access.SignedToken, access.APIKey)}
	return s, s.access(t, append(own, options...)...)
}

func (s *server) ask(t *testing.T, made *access.Access, key string) error {
	t.Helper()
	return second(made.AuthenticateKey(t.Context(), key, netip.MustParseAddr("192.0.2.1")))
}

func keyRequest(address, key string) *http.Request {
	r := request("X-API-Key", key)
	r.RemoteAddr = address
	return r
}

func TestKeyHasRightsOfItsOwner(t *testing.T) {
	s, made := keyed(t)
	s.answer = s.answerOf(map[string]any{"tier": "gold"})
	caller, err := made.Guard(access.Permission("tasks:read")).Authenticate(keyRequest(caller1, "dw_key"))
	if err != nil {
		t.Fatal(err)
	}
	if caller.Subject != "alice" || caller.Credential != access.APIKey || caller.ID != "dw_1" ||
		caller.IsService() || caller.EmailVerified || caller.ACR != "" || caller.Claims["tier"] != "gold" {
		t.Error(caller)
	}
	// RFC 6749 section 2.3.1: both parts of Basic are form-encoded.
	expected := []map[string]string{{
		"token": "dw_key", "token_type_hint": "api_key", "client_address": "192.0.2.1",
		"client": "tasks+api", "secret": "s%3Acret",
	}}
	if !reflect.DeepEqual(s.forms, expected) {
		t.Error(s.forms)
	}
	// A key cannot sign in.
	for _, guard := range []access.Guard{made.Guard().Recent(0), made.Guard().Strong("aal2")} {
		denied := deniedBy(t, guard.Allow(caller))
		if denied.Status != 403 || len(denied.Challenges) > 0 || denied.Reasons[0].Code != "user_required" {
			t.Error(denied)
		}
	}
}

func TestAnswersAreCached(t *testing.T) {
	s, made := keyed(t)
	check := func(expected string, asked int) {
		t.Helper()
		if code := codeOf(t, s.ask(t, made, "dw_key")); code != expected || len(s.forms) != asked {
			t.Errorf("%q after %d requests", code, len(s.forms))
		}
	}
	check("", 1)
	s.answer = map[string]any{"active": false}
	s.clock.advance(29)
	check("", 1)
	s.clock.advance(1)
	check("inactive", 2)
	check("inactive", 2)
	s.answer = s.answerOf(nil)
	s.clock.advance(4)
	check("inactive", 2)
	s.clock.advance(1)
	check("", 3)
	// Another address causes another request, in whatever form it is written.
	for address, asked := range map[string]int{"192.0.2.2": 4, "::ffff:192.0.2.1": 4} {
		_, err := made.AuthenticateKey(t.Context(), "dw_key", netip.MustParseAddr(address))
		if err != nil || len(s.forms) > asked {
			t.Error(address, err, len(s.forms))
		}
	}
	// The answer ends with the key.
	s.answer = s.answerOf(map[string]any{"exp": s.clock.now().Unix() + 10})
	if err := s.ask(t, made, "dw_short"); err != nil {
		t.Error(err)
	}
	s.clock.advance(10)
	if code := codeOf(t, s.ask(t, made, "dw_short")); code != "inactive" {
		t.Error(code)
	}
}

func TestConcurrentCallersShareOneIntrospection(t *testing.T) {
	s, made := keyed(t)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if err := s.ask(t, made, "dw_key"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if len(s.forms) != 1 {
		t.Errorf("%d requests", len(s.forms))
	}
}

// Callers share the cached answer, but not its struct.
func TestCallerCannotChangeCachedAnswer(t *testing.T) {
	_, made := keyed(t)
	one, err := made.Authenticate(keyRequest(caller1, "dw_key"))
	if err != nil {
		t.Fatal(err)
	}
	one.Subject = "mallory"
	two, err := made.Authenticate(keyRequest(caller1, "dw_key"))
	if err != nil || two.Subject != "alice" {
		t.Error(two, err)
	}
}

func TestUnavailableIssuerDeniesAccess(t *testing.T) {
	for _, row := range []struct {
		status int
		body   string
	}{
		{503, ""},
		{302, `{"active":true}`},
		{401, `{"active":false}`},
		{429, ""},
		{200, ""},
		{200, "[]"},
		{200, `{"active":"true"}`},
		{200, `{"active":true,"exp":"x"}`},
		{200, `{"active":false,"active":true}`},
	} {
		s, made := keyed(t)
		if err := s.ask(t, made, "dw_known"); err != nil {
			t.Fatal(err)
		}
		s.set(func() { s.statuses[introspectPath], s.bodies[introspectPath] = row.status, []byte(row.body) })
		for _, key := range []string{"dw_new", "dw_other"} {
			if err := s.ask(t, made, key); !isUnavailable(err) {
				t.Errorf("%s: %v", row.body, err)
			}
		}
		// The issuer is not asked again immediately, and known answers stay valid.
		if s.count(introspectPath) != 2 || s.ask(t, made, "dw_known") != nil {
			t.Errorf("%s: %d requests", row.body, s.count(introspectPath))
		}
		denied := deniedBy(t, second(made.Authenticate(keyRequest(caller1, "dw_new"))))
		if denied.Status != 503 || denied.RetryAfter != 2 || denied.Challenges != nil {
			t.Error(denied)
		}
		s.clock.advance(30)
		if err := s.ask(t, made, "dw_known"); !isUnavailable(err) {
			t.Error(err)
		}
		s.set(func() { clear(s.statuses); clear(s.bodies) })
		s.clock.advance(2)
		if err := s.ask(t, made, "dw_known"); err != nil {
			t.Error(err)
		}
	}
}

// An endpoint at a new address is found after the old address failed, within the hour.
func TestMovedEndpointIsFoundAgain(t *testing.T) {
	const discovery = "/.well-known/openid-configuration"
	s, made := keyed(t)
	moved := strings.Replace(string(s.issuer.Discovery()), introspectPath, "/old", 1)
	active, _ := json.Marshal(s.answer)
	s.bodies[discovery], s.bodies["/old"] = []byte(moved), active
	if err := s.ask(t, made, "dw_one"); err != nil {
		t.Fatal(err)
	}
	s.set(func() { delete(s.bodies, discovery); s.statuses["/old"] = http.StatusNotFound })
	if err := s.ask(t, made, "dw_two"); !isUnavailable(err) {
		t.Error(err)
	}
	s.clock.advance(2)
	if err := s.ask(t, made, "dw_two"); err != nil || s.count(introspectPath) != 1 {
		t.Error(err, s.requests)
	}
}

func TestOtherAnswersAreInactive(t *testing.T) {
	s, made := keyed(t)
	for at, changes := range []map[string]any{
		{"active": false},
		{"token_type": "Bearer"},
		{"token_type": nil},
		{"aud": []string{"https://other.example/api"}},
		{"aud": []string{}},
		{"aud": nil},
		{"iss": "https://other.example"},
		{"exp": start},
		{"sub": nil},
		{"client_id": nil},
	} {
		s.answer = s.answerOf(changes)
		if code := codeOf(t, s.ask(t, made, strings.Repeat("k", at+1))); code != "inactive" {
			t.Errorf("row %d: %q", at, code)
		}
	}
	asked := len(s.forms)
	for _, impossible := range []string{"", strings.Repeat("x", 513), "kéy", "k\ney"} {
		if code := codeOf(t, s.ask(t, made, impossible)); code != "inactive" || len(s.forms) != asked {
			t.Errorf("%q: %q", impossible, code)
		}
	}
	// A key is no token.
	s.answer = s.answerOf(nil)
	err := second(made.AuthenticateReference(t.Context(), "opaque"))
	if code := codeOf(t, err); code != "inactive" {
		t.Error(code)
	}
}

func TestTruncatedAnswerHasNoCaller(t *testing.T) {
	s, made := keyed(t)
	for overage, expected := range map[string]string{
		"roles": "too_many_groups", "groups": "too_many_groups", "entitlements": "", "unknown": "too_many_groups",
	} {
		s.answer = s.answerOf(map[string]any{"overage": []string{overage}})
		if code := codeOf(t, s.ask(t, made, "dw_"+overage)); code != expected {
			t.Errorf("%s: %q", overage, code)
		}
	}
	// An answer that is too large is about its caller only.
	large, _ := json.Marshal(s.answerOf(map[string]any{"sid": strings.Repeat("x", 600_000)}))
	s.set(func() { s.bodies[introspectPath] = large })
	denied := deniedBy(t, second(made.Authenticate(keyRequest(caller1, "dw_large"))))
	if denied.Status != 401 || !strings.Contains(denied.Detail, "roles and groups") {
		t.Error(denied)
	}
	s.set(func() { clear(s.bodies); s.answer = s.answerOf(nil) })
	if err := s.ask(t, made, "dw_small"); err != nil {
		t.Error(err)
	}
}

func TestReferenceTokens(t *testing.T) {
	s, made := keyed(t, access.WithCredentials(access.ReferenceToken))
	s.answer = s.tokenOf(nil)
	caller, err := made.Authenticate(request("Authorization", "Bearer opaque"))
	if err != nil || caller.Credential != access.ReferenceToken || caller.ClientID != "web" ||
		s.forms[0]["token_type_hint"] != "access_token" || s.forms[0]["client_address"] != "" {
		t.Error(caller, err, s.forms)
	}
	signed := request("Authorization", "Bearer "+s.issuer.Token("alice"))
	denied := deniedBy(t, second(made.Authenticate(signed)))
	if denied.Detail != "tokens of this kind are not accepted here" {
		t.Error(denied)
	}
	both := made.Guard().Accepting(access.SignedToken, access.ReferenceToken)
	if caller, err = both.Authenticate(signed); err != nil || caller.Credential != access.SignedToken {
		t.Error(caller, err)
	}
	s.answer = map[string]any{"active": false}
	denied = deniedBy(t, second(made.Authenticate(request("Authorization", "Bearer other"))))
	if denied.Status != 401 || denied.Code() != "invalid_token" {
		t.Error(denied)
	}
}

func TestBoundReferenceTokenIsNoBearerToken(t *testing.T) {
	s, made := keyed(t, access.WithCredentials(access.ReferenceToken))
	for token, changes := range map[string]map[string]any{
		"one": {"cnf": map[string]any{"jkt": "a"}}, "two": {"token_type": "DPoP"}, "three": {"token_type": "dpop"},
		"four": {"cnf": map[string]any{"x5t#S256": "a"}}, "five": {"cnf": map[string]any{"new": "a"}},
	} {
		s.answer = s.tokenOf(changes)
		denied := deniedBy(t, second(made.Authenticate(request("Authorization", "Bearer "+token))))
		if denied.Status != 401 {
			t.Error(token, denied)
		}
	}
}

func TestLargeTokenIsCompleted(t *testing.T) {
	s, made := keyed(t)
	token := s.issuer.Token("alice", accesstest.Claim("overage", []string{"roles", "groups"}),
		accesstest.Roles("a"), accesstest.Claim("jti", "t1"), accesstest.Claim("client_id", "tasks-web"))
	s.answer = s.tokenOf(map[string]any{"roles": []string{"a", "b"}, "groups": []string{"/c"}})
	caller, err := made.AuthenticateToken(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(caller.Roles, []string{"a", "b"}) || caller.Groups[0] != "/c" ||
		caller.Credential != access.SignedToken || caller.Claims["client_id"] != "tasks-web" {
		t.Error(caller)
	}
	alone := s.access(t)
	if code := codeOf(t, second(alone.AuthenticateToken(t.Context(), token))); code != "overage" {
		t.Error(code)
	}
	s.answer = s.tokenOf(map[string]any{"jti": "another"})
	s.clock.advance(30)
	if code := codeOf(t, second(made.AuthenticateToken(t.Context(), token))); code != "inactive" {
		t.Error(code)
	}
}

func TestInvalidKeysLockAddressOut(t *testing.T) {
	s, made := keyed(t)
	status := func(address, key string) int {
		t.Helper()
		err := second(made.Authenticate(keyRequest(address, key)))
		if err == nil {
			return 200
		}
		return deniedBy(t, err).Status
	}
	s.answer = map[string]any{"active": false}
	for number := range 10 {
		denied := deniedBy(t, second(made.Authenticate(keyRequest(caller1, "dw_"+string(rune('a'+number))))))
		if denied.Status != 401 || denied.Problem != "urn:doorward:problem:invalid-key" || denied.Code() != "" {
			t.Error(denied)
		}
	}
	s.answer = s.answerOf(nil)
	locked := deniedBy(t, second(made.Authenticate(keyRequest(caller1, "dw_good"))))
	if locked.Status != 429 || locked.RetryAfter != 900 {
		t.Error(locked)
	}
	for address, expected := range map[string]int{
		"[::ffff:192.0.2.1]:1": 429, "192.0.2.2:1": 200,
	} {
		if found := status(address, "dw_good"); found != expected {
			t.Errorf("%s: %d", address, found)
		}
	}
	s.clock.advance(900)
	if found := status(caller1, "dw_good"); found != 200 {
		t.Error(found)
	}
	// A network of IPv6 counts as one address.
	s.answer = map[string]any{"active": false}
	for number := range 10 {
		status("[2001:db8::"+string(rune('1'+number%9))+"]:1", "dw_v6"+string(rune('a'+number)))
	}
	if status("[2001:db8::ffff]:1", "x") != 429 || status("[2001:db8:0:1::1]:1", "x") != 401 {
		t.Error("the /64 network is not one address")
	}
}

func TestKeysAreAcceptedOnlyWhereNamed(t *testing.T) {
	s, made := keyed(t, access.WithCredentials(access.SignedToken))
	denied := deniedBy(t, second(made.Authenticate(keyRequest(caller1, "dw_key"))))
	if denied.Problem != "urn:doorward:problem:token-required" || strings.Contains(denied.Detail, "X-API-Key") {
		t.Error(denied)
	}
	with := made.Guard().Accepting(access.SignedToken, access.APIKey)
	if caller, err := with.Authenticate(keyRequest(caller1, "dw_key")); err != nil || caller.Credential != access.APIKey {
		t.Error(caller, err)
	}
	denied = deniedBy(t, second(with.Authenticate(request())))
	if !strings.Contains(denied.Detail, "Bearer") || !strings.Contains(denied.Detail, "X-API-Key") {
		t.Error(denied)
	}
	denied = deniedBy(t, second(made.Guard().Accepting(access.APIKey).Authenticate(request())))
	if !strings.HasPrefix(denied.Detail, "Send an API key in") {
		t.Error(denied)
	}
	for _, r := range []*http.Request{
		request("X-API-Key", "a", "X-API-Key", "b"),
		request("X-API-Key", "a", "Authorization", "Bearer "+s.issuer.Token("alice")),
	} {
		if denied := deniedBy(t, second(with.Authenticate(r))); denied.Status != 400 {
			t.Error(denied)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a guard accepts keys that nobody can check")
		}
	}()
	s.access(t).Guard().Accepting(access.APIKey)
}

// The secret of the client is neither in logs nor in the text of an authenticator.
func TestSecretIsNotShown(t *testing.T) {
	var log bytes.Buffer
	s, made := keyed(t, access.WithLogger(loggerTo(&log)))
	s.statuses[introspectPath] = 500
	_ = s.ask(t, made, "dw_secret_key")
	for _, secret := range []string{"s:cret", "s%3Acret", "dw_secret_key"} {
		if strings.Contains(log.String(), secret) {
			t.Error(log.String())
		}
	}
	if !strings.Contains(log.String(), "introspection failed") {
		t.Error(log.String())
	}
}
