package access_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"doorward.example/access"
	"doorward.example/access/accesstest"
)

const jwksPath = "/oauth2/jwks"

func TestKeysAreFetchedOnceWhileFresh(t *testing.T) {
	s := newServer(t)
	made := s.access(t)
	for range 3 {
		if _, err := made.AuthenticateToken(t.Context(), s.issuer.Token("alice")); err != nil {
			t.Fatal(err)
		}
	}
	s.clock.advance(300)
	if err := made.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The address of the keys is cached for an hour.
	if s.count(jwksPath) != 2 || s.count("/.well-known/openid-configuration") != 1 {
		t.Errorf("requests: %v", s.requests)
	}
}

func TestUnknownKeyIsFetchedWithinLimits(t *testing.T) {
	s := newServer(t)
	s.headers["Cache-Control"] = "max-age=86400"
	made := s.access(t)
	if err := made.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	unknown := otherKey(s.issuer.Token("alice"))
	for range 20 {
		if code := codeOf(t, second(made.AuthenticateToken(t.Context(), unknown))); code != "unknown_key" {
			t.Fatal(code)
		}
	}
	if s.count(jwksPath) != 2 {
		t.Errorf("%d fetches", s.count(jwksPath))
	}
	for range 119 {
		s.clock.advance(5)
		_, _ = made.AuthenticateToken(t.Context(), unknown)
	}
	if fetches := s.count(jwksPath) - 1; fetches != 30 {
		t.Errorf("%d fetches in ten minutes", fetches)
	}
	s.clock.advance(600)
	_, _ = made.AuthenticateToken(t.Context(), unknown)
	if fetches := s.count(jwksPath) - 1; fetches != 31 {
		t.Errorf("%d fetches after ten minutes", fetches)
	}
}

func TestRolledOverKeyIsAccepted(t *testing.T) {
	s := newServer(t)
	made := s.access(t)
	if err := made.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	next := accesstest.New(s.URL, audience)
	next.Now = s.clock.now
	published := strings.Replace(string(next.JWKS()), `"kid":"test"`, `"kid":"next"`, 1)
	s.set(func() { s.bodies[jwksPath] = []byte(published) })
	// A token that the old key of the same ID did not sign has a wrong signature, no unknown key.
	err := second(made.AuthenticateToken(t.Context(), next.Token("alice")))
	if code := codeOf(t, err); code != "signature" {
		t.Error(code)
	}
	unknown := otherKey(next.Token("alice"))
	if code := codeOf(t, second(made.AuthenticateToken(t.Context(), unknown))); code != "unknown_key" {
		t.Error(code)
	}
	// The set was fetched for it: the old key is gone.
	err = second(made.AuthenticateToken(t.Context(), s.issuer.Token("alice")))
	if code := codeOf(t, err); code != "unknown_key" {
		t.Error(code)
	}
}

func TestStaleKeysAreUsedForAnHour(t *testing.T) {
	s := newServer(t)
	made := s.access(t)
	if err := made.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.set(func() { s.isDown = true })
	s.clock.advance(300 + 3599)
	if _, err := made.AuthenticateToken(t.Context(), s.issuer.Token("alice")); err != nil {
		t.Error(err)
	}
	// The key may exist: an outage is no 401.
	err := second(made.AuthenticateToken(t.Context(), otherKey(s.issuer.Token("alice"))))
	if !isUnavailable(err) {
		t.Error(err)
	}
	s.clock.advance(1)
	denied := deniedBy(t, second(made.Authenticate(
		request("Authorization", "Bearer "+s.issuer.Token("alice")))))
	if denied.Status != http.StatusServiceUnavailable || denied.RetryAfter != 5 {
		t.Error(denied)
	}
}

func TestFailedFetchIsRepeatedAfterFiveSeconds(t *testing.T) {
	s := newServer(t)
	s.isDown = true
	made := s.access(t)
	for range 10 {
		if err := made.Ready(t.Context()); !isUnavailable(err) {
			t.Fatal(err)
		}
	}
	if len(s.requests) != 1 {
		t.Errorf("%d requests", len(s.requests))
	}
	s.set(func() { s.isDown = false })
	s.clock.advance(5)
	if err := made.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// A key set at a new address is found after the old address failed, within the hour.
func TestMovedKeySetIsFoundAgain(t *testing.T) {
	const discovery = "/.well-known/openid-configuration"
	s := newServer(t)
	moved := strings.Replace(string(s.issuer.Discovery()), jwksPath, "/old", 1)
	s.bodies[discovery], s.bodies["/old"] = []byte(moved), s.issuer.JWKS()
	made := s.access(t)
	if err := made.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.set(func() { delete(s.bodies, discovery); s.statuses["/old"] = http.StatusNotFound })
	s.clock.advance(300)
	// The old keys are used meanwhile.
	if err := made.Ready(t.Context()); err != nil || s.count("/old") != 2 {
		t.Error(err, s.requests)
	}
	s.clock.advance(5)
	if err := made.Ready(t.Context()); err != nil || s.count(jwksPath) != 1 {
		t.Error(err, s.requests)
	}
}

func TestConcurrentCallersShareOneFetch(t *testing.T) {
	s := newServer(t)
	made := s.access(t)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			if err := made.Ready(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if s.count(jwksPath) != 1 {
		t.Errorf("%d fetches", s.count(jwksPath))
	}
}

// A client that hangs up while the keys are fetched must not make the issuer look unavailable.
func TestCallerThatGoesAwayDoesNotCancelFetch(t *testing.T) {
	s := newServer(t)
	made := s.access(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := made.Ready(ctx); err != nil {
		t.Error(err)
	}
	if err := made.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// A caller that waits for the fetch of another one stops when its client goes away.
func TestWaitingCallerHonorsContext(t *testing.T) {
	s := newServer(t)
	made := s.access(t)
	s.mutex.Lock() // The server does not answer.
	fetching := make(chan error, 1)
	go func() { fetching <- made.Ready(context.WithoutCancel(t.Context())) }()
	time.Sleep(50 * time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := made.Ready(ctx); !isUnavailable(err) {
		t.Error(err)
	}
	if waited := time.Since(began); waited > 2*time.Second {
		t.Errorf("waited %v", waited)
	}
	s.mutex.Unlock()
	if err := <-fetching; err != nil {
		t.Error(err)
	}
}

func TestWrongDocumentsAreOutages(t *testing.T) {
	const discovery = "/.well-known/openid-configuration"
	for _, row := range []struct{ path, body string }{
		{discovery, ""},
		{discovery, "[]"},
		{discovery, "{}"},
		{discovery, `{"issuer":"https://evil.example","jwks_uri":"URL/jwks"}`},
		{discovery, `{"issuer":"URL"}`},
		{discovery, `{"issuer":"URL","jwks_uri":"http://id.example/jwks"}`},
		{discovery, `{"issuer":"URL","issuer":"URL","jwks_uri":"URL/oauth2/jwks"}`},
		{jwksPath, "{}"},
		{jwksPath, `{"keys":[]} {}`},
		{jwksPath, `{"keys":["` + strings.Repeat("a", 70_000) + `"]}`},
	} {
		s := newServer(t)
		s.bodies[row.path] = []byte(strings.ReplaceAll(row.body, "URL", s.URL))
		if err := s.access(t).Ready(t.Context()); !isUnavailable(err) {
			t.Errorf("%s: %v", row.body[:min(len(row.body), 80)], err)
		}
	}
	for _, status := range []int{201, 302, 404, 500} {
		s := newServer(t)
		s.headers["Location"] = "/elsewhere"
		s.statuses[jwksPath] = status
		if err := s.access(t).Ready(t.Context()); !isUnavailable(err) || s.count("/elsewhere") > 0 {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// No proxy of the environment decides which keys are trusted.
func TestProxyOfEnvironmentIsIgnored(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	if err := newServer(t).access(t).Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// second returns the error of a call.
func second[T any](_ T, err error) error { return err }

// otherKey returns a token whose header names an unknown key.
func otherKey(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	header := encode(fmt.Appendf(nil, `{"alg":"ES256","typ":"at+jwt","kid":%q}`, "unknown"))
	return header + "." + rest
}

var _ access.KeySource = away{}
