package access_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"doorward.example/access"
	"doorward.example/access/accesstest"
)

const (
	audience = "https://tasks.example/api"
	start    = int64(1_800_000_000)
)

// clock is a clock that tests move.
type clock struct{ seconds atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.seconds.Store(start)
	return c
}

func (c *clock) now() time.Time { return time.Unix(c.seconds.Load(), 0) }

func (c *clock) advance(seconds int64) { c.seconds.Add(seconds) }

// silent is a logger for tests in which denials are expected.
func silent() access.Option {
	return access.WithLogger(slog.New(slog.DiscardHandler))
}

// newIssuer returns an issuer in memory and its authenticator, on the clock of a test.
func newIssuer(t testing.TB, c *clock, options ...access.Option) (*accesstest.Issuer, *access.Access) {
	t.Helper()
	issuer := accesstest.New("https://id.example", audience)
	issuer.Now = c.now
	made, err := issuer.Access(append([]access.Option{silent()}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return issuer, made
}

// server is an issuer over HTTP that says what a test sets, and remembers what it was asked.
type server struct {
	*httptest.Server
	issuer *accesstest.Issuer
	clock  *clock

	mutex    sync.Mutex
	requests []string
	forms    []map[string]string
	isDown   bool
	// A body or status replaces the answer to a path.
	bodies   map[string][]byte
	statuses map[string]int
	headers  map[string]string
	answer   map[string]any
}

func newServer(t testing.TB) *server {
	t.Helper()
	s := &server{
		clock: newClock(), bodies: map[string][]byte{}, statuses: map[string]int{},
		headers: map[string]string{},
	}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	s.issuer = accesstest.New(s.URL, audience)
	s.issuer.Now = s.clock.now
	return s
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.requests = append(s.requests, r.URL.Path)
	if s.isDown {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	for name, value := range s.headers {
		w.Header().Set(name, value)
	}
	if status := s.statuses[r.URL.Path]; status != 0 {
		w.WriteHeader(status)
	}
	if body, isThere := s.bodies[r.URL.Path]; isThere {
		_, _ = w.Write(body)
		return
	}
	if r.URL.Path == "/oauth2/introspect" {
		s.introspect(w, r)
		return
	}
	s.issuer.ServeHTTP(w, r)
}

func (s *server) introspect(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	form := map[string]string{"client": id, "secret": secret}
	for name := range r.PostForm {
		form[name] = r.PostForm.Get(name)
	}
	s.forms = append(s.forms, form)
	_ = json.NewEncoder(w).Encode(s.answer)
}

// set changes what the server says.
func (s *server) set(change func()) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change()
}

// count returns the number of requests to a path.
func (s *server) count(path string) int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	number := 0
	for _, one := range s.requests {
		if one == path {
			number++
		}
	}
	return number
}

// access returns an authenticator that asks the server.
func (s *server) access(t testing.TB, options ...access.Option) *access.Access {
	t.Helper()
	own := []access.Option{silent(), access.WithClock(s.clock.now)}
	made, err := access.New(s.URL, audience, append(own, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(made.Close)
	return made
}

// request returns a request with header fields, of which one may come twice.
func request(fields ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/api/tasks/", nil)
	for at := 0; at < len(fields); at += 2 {
		r.Header.Add(fields[at], fields[at+1])
	}
	return r
}

// deniedBy returns the denial of a request.
func deniedBy(t testing.TB, err error) *access.Denied {
	t.Helper()
	var denied *access.Denied
	if !errors.As(err, &denied) {
		t.Fatalf("not denied: %v", err)
	}
	return denied
}

// codeOf returns the code of a rejected token, and "" if it was accepted.
func codeOf(t testing.TB, err error) string {
	t.Helper()
	var rejected *access.TokenError
	if errors.As(err, &rejected) {
		return rejected.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return ""
}

// isUnavailable returns true for an outage.
func isUnavailable(err error) bool {
	var away *access.UnavailableError
	return errors.As(err, &away)
}

// call sends a request to a handler, and returns status and body.
func call(handler http.Handler, r *http.Request) (int, string) {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	body, _ := io.ReadAll(recorder.Result().Body)
	return recorder.Code, string(bytes.TrimSpace(body))
}

// respond sends a request to a handler, and returns the whole response.
func respond(handler http.Handler, r *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	return recorder
}

func loggerTo(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, nil))
}
