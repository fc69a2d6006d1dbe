package access_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lestrrat-go/dsig"
)

const (
	sessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
	// longPoll is how long a poll without an event waits.
	longPoll = 50 * time.Millisecond
)

// transmitter is an issuer as far as a receiver sees it.
type transmitter struct {
	*httptest.Server
	keys algorithmKeys

	mutex    sync.Mutex
	isAbsent bool
	isCut    bool
	polls    int
	refused  int
	tokens   []string
	streams  map[string]bool
	created  int
	deleted  int
	life     int
	events   []event
	done     map[string]bool
	errors   map[string]string
}

type event struct{ id, set string }

func newTransmitter(t *testing.T) *transmitter {
	t.Helper()
	tr := &transmitter{
		keys: newAlgorithmKeys(t), streams: map[string]bool{}, done: map[string]bool{},
		errors: map[string]string{}, life: 300,
	}
	tr.Server = httptest.NewServer(tr)
	t.Cleanup(tr.Close)
	return tr
}

// with runs a function while no request is answered.
func (tr *transmitter) with(change func()) {
	tr.mutex.Lock()
	defer tr.mutex.Unlock()
	change()
}

func (tr *transmitter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, answer := tr.answer(r)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if answer != nil {
		_ = json.NewEncoder(w).Encode(answer)
	}
}

func (tr *transmitter) answer(r *http.Request) (int, any) {
	tr.mutex.Lock()
	defer tr.mutex.Unlock()
	sent := r.Header.Get("Authorization")
	switch {
	case r.URL.Path == "/.well-known/openid-configuration":
		return 200, map[string]any{"issuer": tr.URL, "token_endpoint": tr.URL + "/token"}
	case tr.isCut:
		tr.refused++
		return 503, nil
	case r.URL.Path == "/.well-known/ssf-configuration" && tr.isAbsent:
		return 404, nil
	case r.URL.Path == "/.well-known/ssf-configuration":
		return 200, map[string]any{
			"issuer": tr.URL, "configuration_endpoint": tr.URL + "/streams",
			"delivery_methods_supported": []string{"urn:ietf:rfc:8936"},
		}
	case r.URL.Path == "/token":
		id, secret, _ := r.BasicAuth()
		if id != "tasks+api" || secret != "s%3Acret" ||
			r.PostFormValue("grant_type") != "client_credentials" || r.PostFormValue("scope") != "ssf.manage ssf.read" {
			return 401, nil
		}
		tr.tokens = append(tr.tokens, fmt.Sprint("t", len(tr.tokens)))
		return 200, map[string]any{"access_token": tr.tokens[len(tr.tokens)-1], "expires_in": tr.life}
	case !slices.Contains(tr.tokens, strings.TrimPrefix(sent, "Bearer ")):
		return 401, nil
	case r.Method == http.MethodDelete:
		delete(tr.streams, r.URL.Query().Get("stream_id"))
		tr.deleted++
		return 204, nil
	case r.URL.Path == "/streams":
		id := fmt.Sprint("s", tr.created)
		tr.created++
		tr.streams[id], tr.done = true, map[string]bool{}
		delivery := map[string]any{"endpoint_url": tr.URL + "/poll/" + id}
		return 201, map[string]any{"stream_id": id, "delivery": delivery}
	default:
		return tr.poll(r)
	}
}

func (tr *transmitter) poll(r *http.Request) (int, any) {
	var sent struct {
		ReturnImmediately bool
		Ack               []string
		SetErrs           map[string]struct{ Err string }
	}
	if !tr.streams[strings.TrimPrefix(r.URL.Path, "/poll/")] {
		return 404, nil
	}
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
		return 400, nil
	}
	tr.polls++
	for _, id := range sent.Ack {
		tr.done[id] = true
	}
	for id, one := range sent.SetErrs {
		tr.done[id], tr.errors[id] = true, one.Err
	}
	if len(tr.open()) == 0 && !sent.ReturnImmediately {
		tr.mutex.Unlock()
		time.Sleep(longPoll)
		tr.mutex.Lock()
	}
	open, sets := tr.open(), map[string]string{}
	for _, one := range open[:min(len(open), 2)] {
		sets[one.id] = one.set
	}
	return 200, map[string]any{"sets": sets, "moreAvailable": len(open) > 2}
}

func (tr *transmitter) open() []event {
	return slices.DeleteFunc(slices.Clone(tr.events), func(one event) bool { return tr.done[one.id] })
}

// sign returns a token of a type, signed by the key of this name.
func (tr *transmitter) sign(t *testing.T, typ, kid string, claims map[string]any) string {
	t.Helper()
	header, _ := json.Marshal(map[string]any{"alg": "ES256", "typ": typ, "kid": kid})
	all := map[string]any{"iss": tr.URL, "iat": start}
	maps.Copy(all, claims)
	payload, _ := json.Marshal(all)
	text := encode(header) + "." + encode(payload)
	key := tr.keys.private["ES256"]
	signature, err := dsig.Sign(key, dsigName["ES256"], []byte(text), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(signature)
}

// report adds an event about a subject.
func (tr *transmitter) report(t *testing.T, id, kid string, subject map[string]any) {
	t.Helper()
	set := tr.sign(t, "secevent+jwt", kid, map[string]any{
		"aud": "tasks api", "jti": id, "sub_id": subject,
		"events": map[string]any{sessionRevoked: map[string]any{"event_timestamp": start}},
	})
	tr.with(func() { tr.events = append(tr.events, event{id, set}) })
}

func (tr *transmitter) endSession(t *testing.T, id, session string) {
	t.Helper()
	opaque := map[string]any{"format": "opaque", "id": session}
	tr.report(t, id, "ES256", map[string]any{"format": "complex", "session": opaque})
}

func (tr *transmitter) isDone(id string) (isDone bool) {
	tr.with(func() { isDone = tr.done[id] })
	return isDone
}
