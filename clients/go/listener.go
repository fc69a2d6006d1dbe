package access

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"doorward.example/access/internal/strict"
)

const (
	// pollMethod is the delivery by poll.
	pollMethod = "urn:ietf:rfc:8936"
	// signalScopes are those of the access token: to manage own streams, and to read them.
	signalScopes = "ssf.manage ssf.read"
	// maxEvents and maxEventBytes are the maximum number of events in an answer, and its size.
	maxEvents, maxEventBytes = 100, 4 * 1024 * 1024
	// pollTimeout is the maximum duration of a request. The issuer answers a poll within 20 seconds.
	pollTimeout = 25 * time.Second
	// farewell is the maximum duration of the deletion of the stream at the end.
	farewell = 3 * time.Second
	// patience is the number of failures after which the waits become longWait, about a minute.
	patience, longWait = 60, 5 * time.Second
	// absentWait is the wait while the issuer does not offer signals, or not to this client.
	absentWait = time.Minute
	// earlyRenewal is the time before the expiry of an access token at which another is requested.
	earlyRenewal = 30 * time.Second
)

// waits are those after the first failures, so that the service listens again within a second of the
// end of a cut.
var waits = []time.Duration{
	100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond,
}

var (
	errAbsent        = errors.New("the issuer does not offer signals")
	errUnknownStream = errors.New("the stream is unknown")
	errNoToken       = errors.New(
		"no access token for signals; is this client registered as a receiver of signals?")
	errMalformedAnswer = errors.New("the issuer's answer is malformed")
)

// A Listener is a goroutine that reads what the issuer reports. It has its own stream.
type Listener struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// Listen starts to listen to the issuer's signals, for an Access with WithSignals. One Access of a
// process listens for all that share its Signals. Stop the Listener at the end.
func (a *Access) Listen() (*Listener, error) {
	if a.signals == nil {
		return nil, misconfigured("Listen needs WithSignals")
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &Listener{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(l.done)
		(&subscription{access: a, signals: a.signals, isBehind: true}).run(ctx)
	}()
	return l, nil
}

// Stop stops listening and deletes the stream at the issuer. It waits for the end of a request, a few
// seconds at most.
func (l *Listener) Stop() {
	l.cancel()
	<-l.done
}

// subscription is the state of a listener between two polls.
type subscription struct {
	access  *Access
	signals *Signals
	// The endpoint of streams, "" if unknown; the access token; the own stream, whose ID is "" for none.
	streams    string
	token      string
	tokenUntil time.Time
	stream     eventStream
	// isBehind is set until an answer has shown that no event is waiting.
	isBehind bool
	ack      []string
	setErrs  map[string]setError
	failures int
}

type eventStream struct{ id, endpoint string }

// poll is a request of RFC 8936 section 2.2.
type poll struct {
	MaxEvents         int                 `json:"maxEvents"`
	ReturnImmediately bool                `json:"returnImmediately"`
	Ack               []string            `json:"ack,omitempty"`
	SetErrs           map[string]setError `json:"setErrs,omitempty"`
}

// setError is a report about a rejected event (RFC 8936 section 2.6).
type setError struct {
	Err         string `json:"err"`
	Description string `json:"description"`
}

func (s *subscription) run(ctx context.Context) {
	for ctx.Err() == nil {
		wait := s.advance(ctx)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
	s.end()
}

// advance polls once, and returns the wait before the next poll.
func (s *subscription) advance(ctx context.Context) time.Duration {
	if err := s.poll(ctx); err != nil {
		if ctx.Err() != nil {
			return 0
		}
		return s.after(err)
	}
	if s.failures > 0 {
		s.access.log.Info("listening to the issuer's signals again")
	}
	s.failures = 0
	return 0
}

func (s *subscription) poll(ctx context.Context) error {
	if s.streams == "" {
		if err := s.findStreams(ctx); err != nil {
			return err
		}
		s.signals.noteOffer(true)
	}
	if s.token == "" || !time.Now().Before(s.tokenUntil) {
		if err := s.requestToken(ctx); err != nil {
			return err
		}
	}
	if s.stream.id == "" {
		// The former stream may have had events that were not read.
		s.signals.noteGap()
		s.isBehind = true
		if err := s.createStream(ctx); err != nil {
			return err
		}
		s.access.log.Info("listening to the issuer's signals")
	}
	answer, err := s.post(ctx, s.stream.endpoint, poll{maxEvents, s.isBehind, s.ack, s.setErrs})
	if errors.Is(err, statusError(http.StatusNotFound)) {
		return errUnknownStream
	}
	if err != nil {
		return err
	}
	s.ack, s.setErrs = nil, nil
	return s.take(ctx, answer)
}

// take remembers the events of an answer.
func (s *subscription) take(ctx context.Context, answer map[string]any) error {
	sets, isObject := answer["sets"].(map[string]any)
	if !isObject {
		return errMalformedAnswer
	}
	var ack []string
	setErrs := map[string]setError{}
	for _, id := range slices.Sorted(maps.Keys(sets)) {
		token, _ := sets[id].(string)
		event, err := s.access.ReceiveEvent(ctx, token)
		if err == nil && event.ID != id {
			err = invalidEvent("it has another jti")
		}
		rejected := (*EventError)(nil)
		switch {
		case err == nil:
			ack = append(ack, id)
		case errors.As(err, &rejected):
			s.access.log.Warn("signal rejected", "jti", id, "code", rejected.Code, "error", err)
			setErrs[id] = setError{rejected.Code, rejected.Error()}
		default:
			// All of them come again: an acknowledgement also counts for the events before it.
			return err
		}
	}
	s.ack, s.setErrs = ack, setErrs
	s.isBehind = answer["moreAvailable"] == true
	if !s.isBehind {
		s.signals.noteHeard(s.access.now().Unix())
	}
	return nil
}

// after prepares another attempt after a failure, and returns the wait before it.
func (s *subscription) after(err error) time.Duration {
	s.isBehind = true
	switch {
	case errors.Is(err, errAbsent):
		s.streams = ""
		if s.signals.noteOffer(false) {
			s.access.log.Info(
				"the issuer does not offer signals: a revoked token is accepted until it expires")
		}
		return absentWait
	case errors.Is(err, errNoToken):
		s.streams = ""
	case errors.Is(err, errUnknownStream):
		s.signals.noteGap()
		s.stream, s.ack, s.setErrs = eventStream{}, nil, nil
	case errors.Is(err, statusError(http.StatusUnauthorized)):
		s.token = ""
	default:
		// The endpoints may have moved.
		s.streams = ""
	}
	if s.failures == 0 {
		s.access.log.Warn("the issuer's signals cannot be read", "error", err)
	}
	s.failures++
	if s.failures > patience {
		if errors.Is(err, errNoToken) {
			// An administrator has to register the client.
			return absentWait
		}
		return longWait
	}
	wait := time.Second
	if s.failures <= len(waits) {
		wait = waits[s.failures-1]
	}
	// Up to a half less, so that many services do not return at once.
	return wait - rand.N(wait/2)
}

// findStreams reads the issuer's configuration document (SSF 1.0 section 7.1).
func (s *subscription) findStreams(ctx context.Context) error {
	issuer := s.access.want.issuer
	address, err := url.Parse(issuer)
	if err != nil {
		return err
	}
	// The path of an issuer follows.
	address.Path = "/.well-known/ssf-configuration" + strings.TrimRight(address.Path, "/")
	request, err := http.NewRequest(http.MethodGet, address.String(), nil)
	if err != nil {
		return err
	}
	document, err := s.send(ctx, request)
	if errors.Is(err, statusError(http.StatusNotFound)) {
		return errAbsent
	}
	if err != nil {
		return err
	}
	if document["issuer"] != issuer {
		return errors.New("the configuration names another issuer")
	}
	methods, _ := document["delivery_methods_supported"].([]any)
	if !slices.Contains(methods, any(pollMethod)) {
		return errAbsent
	}
	streams, _ := document["configuration_endpoint"].(string)
	if err := checkURL(streams); err != nil {
		return err
	}
	s.streams = streams
	return nil
}

// requestToken requests an access token by client credentials (RFC 6749 section 4.4).
func (s *subscription) requestToken(ctx context.Context) error {
	endpoint, err := s.access.fetcher.findAddress(ctx, s.access.want.issuer, "token_endpoint")
	if err != nil {
		return err
	}
	config := &s.signals.config
	request, err := formRequest(endpoint, config.ClientID, config.ClientSecret, url.Values{
		"grant_type": {"client_credentials"}, "scope": {signalScopes},
	})
	if err != nil {
		return err
	}
	answer, err := s.send(ctx, request)
	if status := statusError(0); errors.As(err, &status) && status >= 400 && status < 500 {
		return fmt.Errorf("%w: %w", errNoToken, err)
	}
	if err != nil {
		return err
	}
	own := members{payload: answer}
	token := own.requiredText("access_token")
	life, _ := own.time("expires_in")
	if own.err != nil || token == "" {
		return errMalformedAnswer
	}
	s.token = token
	s.tokenUntil = time.Now().Add(time.Duration(life)*time.Second - earlyRenewal)
	return nil
}

func (s *subscription) createStream(ctx context.Context) error {
	answer, err := s.post(ctx, s.streams, map[string]any{
		"delivery":         map[string]any{"method": pollMethod},
		"events_requested": events,
		"description":      s.access.want.audience,
	})
	if err != nil {
		return err
	}
	id, _ := answer["stream_id"].(string)
	delivery, _ := answer["delivery"].(map[string]any)
	endpoint, _ := delivery["endpoint_url"].(string)
	if id == "" {
		return errMalformedAnswer
	}
	if err := checkURL(endpoint); err != nil {
		return err
	}
	s.stream = eventStream{id, endpoint}
	return nil
}

// end deletes the stream, which no other process needs.
func (s *subscription) end() {
	if s.stream.id == "" || s.streams == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	if err := s.deleteStream(ctx); err != nil {
		s.access.log.Info("the stream of signals ends after an hour", "error", err)
	}
}

func (s *subscription) deleteStream(ctx context.Context) error {
	address, err := url.Parse(s.streams)
	if err != nil {
		return err
	}
	query := address.Query()
	query.Set("stream_id", s.stream.id)
	address.RawQuery = query.Encode()
	request, err := http.NewRequest(http.MethodDelete, address.String(), nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	_, err = s.send(ctx, request)
	return err
}

// post sends a value in JSON.
func (s *subscription) post(
	ctx context.Context, address string, value any,
) (map[string]any, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+s.token)
	return s.send(ctx, request)
}

func (s *subscription) send(
	ctx context.Context, request *http.Request,
) (map[string]any, error) {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	body, _, err := s.access.fetcher.exchange(ctx, request, maxEventBytes,
		http.StatusOK, http.StatusCreated, http.StatusNoContent)
	if err != nil || len(body) == 0 {
		return map[string]any{}, err
	}
	return strict.ParseObject(body)
}
