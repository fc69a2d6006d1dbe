package access_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"doorward.example/access"
)

const sessionEnded = "the session was ended"

// listening is a service that listens.
type listening struct {
	*access.Access
	signals  *access.Signals
	listener *access.Listener
	clock    *clock
	token    string
}

func listenTo(
	t *testing.T, tr *transmitter, choice access.WhenCut, options ...access.Option,
) *listening {
	t.Helper()
	signals, err := access.NewSignals(access.SignalsConfig{
		ClientID: "tasks api", ClientSecret: "s:cret", WhenCut: choice,
	})
	if err != nil {
		t.Fatal(err)
	}
	l := &listening{signals: signals, clock: newClock()}
	own := []access.Option{
		silent(), access.WithKeys(tr.keys.source), access.WithClock(l.clock.now), access.WithSignals(signals),
	}
	if l.Access, err = access.New(tr.URL, audience, append(own, options...)...); err != nil {
		t.Fatal(err)
	}
	l.token = tr.sign(t, "at+jwt", "ES256", map[string]any{
		"sub": "alice", "aud": audience, "client_id": "web", "jti": "t1", "sid": "s1", "exp": start + 300,
	})
	t.Cleanup(l.Close)
	return l
}

func (l *listening) listen(t *testing.T) {
	t.Helper()
	var err error
	if l.listener, err = l.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.listener.Stop)
}

func (l *listening) isCurrent() bool { return l.signals.IsCurrent(l.clock.now()) }

// reason returns why the token is rejected, and "" if it is accepted.
func (l *listening) reason(t *testing.T) string {
	t.Helper()
	_, err := l.AuthenticateToken(t.Context(), l.token)
	if rejected := (*access.TokenError)(nil); errors.As(err, &rejected) && rejected.Code == "revoked" {
		return rejected.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	return ""
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for range 4000 {
		if condition() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal(what, "did not happen")
}

func TestTokenOfEndedSessionIsRejected(t *testing.T) {
	tr := newTransmitter(t)
	l := listenTo(t, tr, access.WhenCutContinue)
	l.listen(t)
	eventually(t, "knowledge", l.isCurrent)
	if reason := l.reason(t); reason != "" {
		t.Fatal(reason)
	}
	for number := range 4 {
		tr.endSession(t, fmt.Sprint("e", number), fmt.Sprint("other-", number))
	}
	tr.endSession(t, "mine", "s1")
	eventually(t, "acknowledgement", func() bool { return tr.isDone("mine") && tr.isDone("e0") && tr.isDone("e3") })
	if reason := l.reason(t); reason != sessionEnded || l.signals.Len() != 5 {
		t.Error(reason, l.signals.Len())
	}
	recorder := respond(l.Guard().HandlerFunc(greet), request("Authorization", "Bearer "+l.token))
	challenge := recorder.Header().Get("WWW-Authenticate")
	if recorder.Code != 401 || !strings.Contains(challenge, `error="invalid_token", error_description="`+sessionEnded+`"`) ||
		!strings.Contains(recorder.Body.String(), sessionEnded) {
		t.Error(recorder.Code, challenge, recorder.Body)
	}
	l.listener.Stop()
	tr.with(func() {
		if tr.created != 1 || tr.deleted != 1 || len(tr.tokens) != 1 {
			t.Error(tr.created, tr.deleted, tr.tokens)
		}
	})
}

// A service that starts learns first what ended before.
func TestStartReadsWhatEndedBefore(t *testing.T) {
	tr := newTransmitter(t)
	for number := range 6 {
		tr.endSession(t, fmt.Sprint("e", number), fmt.Sprint("s", number))
	}
	l := listenTo(t, tr, access.WhenCutReject)
	if _, err := l.AuthenticateToken(t.Context(), l.token); !isUnavailable(err) {
		t.Error(err)
	}
	l.listen(t)
	eventually(t, "knowledge", l.isCurrent)
	if reason := l.reason(t); reason != sessionEnded {
		t.Error(reason)
	}
}

func TestStopDoesNotWaitForPoll(t *testing.T) {
	released := make(chan struct{})
	var tr *transmitter
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/poll/") {
			<-released
		}
		tr.ServeHTTP(w, r)
	}))
	defer service.Close()
	defer close(released)
	tr = newTransmitter(t)
	tr.URL = service.URL
	l := listenTo(t, tr, access.WhenCutContinue)
	l.listen(t)
	eventually(t, "stream", func() (isThere bool) {
		tr.with(func() { isThere = len(tr.streams) == 1 })
		return isThere
	})
	begun := time.Now()
	l.listener.Stop()
	l.listener.Stop()
	if waited := time.Since(begun); waited > 3*time.Second || len(tr.streams) != 0 {
		t.Error(waited, tr.streams)
	}
}

func TestCutIsFollowedByChoice(t *testing.T) {
	answer := map[string]any{
		"active": true, "sub": "alice", "client_id": "web", "jti": "t1", "aud": audience,
		"roles": []string{"reader"},
	}
	asked := 0
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		_ = json.NewEncoder(w).Encode(answer)
	}))
	defer issuer.Close()
	for _, choice := range []access.WhenCut{"", access.WhenCutContinue, access.WhenCutReject, access.WhenCutIntrospect} {
		tr := newTransmitter(t)
		metadata := fmt.Sprintf(`{"issuer":"%s","introspection_endpoint":"%s","token_endpoint":"%s/token"}`,
			tr.URL, issuer.URL, tr.URL)
		tr.Config.Handler = withMetadata(tr, metadata)
		l := listenTo(t, tr, choice, credentials)
		l.listen(t)
		eventually(t, "knowledge", l.isCurrent)
		if reason := l.reason(t); reason != "" {
			t.Error(choice, reason)
		}
		tr.with(func() { tr.isCut = true })
		// The poll before has ended then.
		eventually(t, "cut", func() (isCut bool) {
			tr.with(func() { isCut = tr.refused > 0 })
			return isCut
		})
		l.clock.advance(31)
		if age, isKnown := l.signals.Age(l.clock.now()); age != 31*time.Second || !isKnown || l.isCurrent() {
			t.Error(choice, age, isKnown)
		}
		caller, err := l.AuthenticateToken(t.Context(), l.token)
		switch choice {
		case access.WhenCutReject:
			status, _ := call(l.Guard().HandlerFunc(greet), request("Authorization", "Bearer "+l.token))
			if !isUnavailable(err) || status != 503 {
				t.Error(choice, err, status)
			}
		case access.WhenCutIntrospect:
			if err != nil || !caller.HasRole("reader") || asked != 1 {
				t.Error(choice, err, caller, asked)
			}
		default:
			if err != nil {
				t.Error(choice, err)
			}
		}
		tr.endSession(t, "mine", "s1")
		tr.with(func() { tr.isCut = false })
		begun := time.Now()
		eventually(t, "acknowledgement", func() bool { return tr.isDone("mine") })
		if waited := time.Since(begun); waited > 2*time.Second || l.reason(t) != sessionEnded || tr.created != 1 {
			t.Error(choice, waited, l.reason(t), tr.created)
		}
		l.listener.Stop()
	}
}

func withMetadata(next http.Handler, metadata string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/.well-known/openid-configuration" {
			_, _ = w.Write([]byte(metadata))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func TestEndedStreamAndTokenAreReplaced(t *testing.T) {
	tr := newTransmitter(t)
	l := listenTo(t, tr, access.WhenCutContinue)
	l.listen(t)
	eventually(t, "knowledge", l.isCurrent)
	tr.with(func() {
		clear(tr.streams)
		tr.tokens = nil
	})
	tr.endSession(t, "mine", "s1")
	eventually(t, "acknowledgement", func() bool { return tr.isDone("mine") })
	if reason := l.reason(t); reason != sessionEnded || tr.created != 2 {
		t.Error(reason, tr.created)
	}
}

func TestExpiredAccessTokenIsRenewed(t *testing.T) {
	tr := newTransmitter(t)
	tr.life = 30
	l := listenTo(t, tr, access.WhenCutContinue)
	l.listen(t)
	eventually(t, "renewal", func() (isRenewed bool) {
		tr.with(func() { isRenewed = len(tr.tokens) > 2 })
		return isRenewed
	})
	tr.with(func() {
		if tr.created != 1 {
			t.Error(tr.created)
		}
	})
}

func TestBadEventsAreReported(t *testing.T) {
	tr := newTransmitter(t)
	tr.report(t, "unknown", "other", nil)
	tr.report(t, "algorithm", "RS256", nil)
	tr.report(t, "subject", "ES256", map[string]any{"format": "email"})
	set := tr.sign(t, "secevent+jwt", "ES256", map[string]any{"aud": "web", "jti": "audience"})
	tr.events = append(tr.events, event{"audience", set}, event{"broken", "e.e"})
	tr.endSession(t, "jti", "s1")
	tr.events[len(tr.events)-1].id = "another"
	l := listenTo(t, tr, access.WhenCutContinue)
	l.listen(t)
	expected := map[string]string{
		"unknown": "invalid_key", "algorithm": "invalid_request", "subject": "invalid_request",
		"audience": "invalid_audience", "broken": "invalid_request", "another": "invalid_request",
	}
	eventually(t, "report", func() (isDone bool) {
		tr.with(func() { isDone = maps.Equal(tr.errors, expected) })
		return isDone
	})
	eventually(t, "knowledge", l.isCurrent)
}

// Events whose key cannot be read now come again: none is reported, and none is acknowledged.
func TestEventsWithoutKeysComeAgain(t *testing.T) {
	tr := newTransmitter(t)
	source := &failingKeys{KeySource: tr.keys.source}
	source.set(true)
	l := listenTo(t, tr, access.WhenCutContinue, access.WithKeys(source))
	tr.endSession(t, "mine", "s1")
	l.listen(t)
	eventually(t, "polls", func() (isPolled bool) {
		tr.with(func() { isPolled = tr.polls > 2 })
		return isPolled
	})
	if _, isKnown := l.signals.Age(l.clock.now()); isKnown || tr.isDone("mine") {
		t.Error("the event was lost")
	}
	source.set(false)
	eventually(t, "acknowledgement", func() bool { return tr.isDone("mine") })
	if reason := l.reason(t); reason != sessionEnded || len(tr.errors) != 0 {
		t.Error(reason, tr.errors)
	}
}

func TestServiceWithoutSignalsGoesOn(t *testing.T) {
	tr := newTransmitter(t)
	tr.isAbsent = true
	l := listenTo(t, tr, access.WhenCutContinue)
	if !l.signals.IsOffered() {
		t.Error("not offered")
	}
	l.listen(t)
	eventually(t, "absence", func() bool { return !l.signals.IsOffered() })
	if _, isKnown := l.signals.Age(l.clock.now()); isKnown || l.reason(t) != "" {
		t.Error(isKnown, l.reason(t))
	}
}

// A cached answer about a key is not used after a revocation that may concern its owner.
func TestAnswerBeforeRevocationIsDoubted(t *testing.T) {
	signals, err := access.NewSignals(access.SignalsConfig{ClientID: "tasks api"})
	if err != nil {
		t.Fatal(err)
	}
	tr := newTransmitter(t)
	s, made := keyed(t, access.WithSignals(signals), access.WithKeys(tr.keys.source))
	tr.URL = s.URL
	for range 2 {
		if err := s.ask(t, made, "dw_key"); err != nil {
			t.Fatal(err)
		}
	}
	tr.report(t, "e1", "ES256", map[string]any{"format": "iss_sub", "iss": s.URL, "sub": "alice"})
	if event, err := made.ReceiveEvent(t.Context(), tr.events[0].set); err != nil || !event.Revokes {
		t.Fatal(event, err)
	}
	s.clock.advance(1)
	for range 2 {
		if err := s.ask(t, made, "dw_key"); err != nil {
			t.Fatal(err)
		}
	}
	if asked := s.count(introspectPath); asked != 2 {
		t.Errorf("asked %d times", asked)
	}
	s.set(func() { s.answer = map[string]any{"active": false} })
	if err := s.ask(t, made, "dw_key"); err != nil {
		t.Error("the new answer is not used:", err)
	}
}

func TestSettingsOfSignals(t *testing.T) {
	for _, config := range []access.SignalsConfig{
		{}, {ClientSecret: "a"}, {ClientID: "a", WhenCut: "later"}, {ClientID: "a", MaxAge: -1},
		{ClientID: "a", LongestLife: time.Millisecond}, {ClientID: "a", Capacity: -1},
	} {
		if _, err := access.NewSignals(config); !errors.Is(err, access.ErrMisconfigured) {
			t.Error(config, err)
		}
	}
	_, made := newIssuer(t, newClock())
	if _, err := made.Listen(); !errors.Is(err, access.ErrMisconfigured) {
		t.Error(err)
	}
	if _, err := made.ReceiveEvent(t.Context(), "e.e.e"); !errors.Is(err, access.ErrMisconfigured) {
		t.Error(err)
	}
	signals, err := access.NewSignals(access.SignalsConfig{
		ClientID: "a", WhenCut: access.WhenCutIntrospect,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, issuer := range []string{"https://id.example", "http://id.example"} {
		keys := access.WithKeys(newAlgorithmKeys(t).source)
		_, err := access.New(issuer, audience, keys, access.WithSignals(signals))
		if !errors.Is(err, access.ErrMisconfigured) {
			t.Error(issuer, err)
		}
	}
}

func TestStoppedListenerLeavesNoGoroutine(t *testing.T) {
	tr := newTransmitter(t)
	before := runtime.NumGoroutine()
	for range 5 {
		l := listenTo(t, tr, access.WhenCutContinue)
		l.listen(t)
		eventually(t, "knowledge", l.isCurrent)
		l.listener.Stop()
		l.Close()
	}
	tr.CloseClientConnections()
	eventually(t, "end of all goroutines", func() bool { return runtime.NumGoroutine() <= before })
}

// failingKeys is a source that may be unavailable.
type failingKeys struct {
	access.KeySource
	mutex  sync.Mutex
	isDown bool
}

func (f *failingKeys) set(isDown bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.isDown = isDown
}

func (f *failingKeys) Keys(ctx context.Context) (*access.KeySet, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.isDown {
		return nil, &access.UnavailableError{RetryAfter: 1}
	}
	return f.KeySource.Keys(ctx)
}
