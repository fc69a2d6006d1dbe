package access_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"doorward.example/access"
)

// vectorFile has inputs with the decision about each, for the packages of all languages.
const vectorFile = "../vectors/vectors.json"

// vectorsVersion is the version of the file that these tests understand.
const vectorsVersion = 2

type vectors struct {
	Version int
	JWKS    map[string]string
	Vectors []vector
}

type vector struct {
	Kind, Name  string
	Skip        map[string]string
	Now         int64
	JWKS        *string
	Settings    vectorSettings
	Token       string
	Document    string
	Proof       string
	Method, URI string
	AccessToken *string `json:"access_token"`
	Requires    requirement
	Requests    []sent
	Steps       []step
	Expect      any
}

type vectorSettings struct {
	Issuer, Audience string
	Origin, Realm    *string
	ResourceMetadata string `json:"resource_metadata"`
	Leeway           *int64
	PlainJWT         bool   `json:"plain_jwt"`
	RequireDPoP      bool   `json:"require_dpop"`
	ReplayStore      string `json:"replay_store"`
	Receiver         string
	LongestLife      int64 `json:"longest_life"`
}

// step is an event that a service receives, or a token that it is shown.
type step struct {
	Now        int64
	Set, Token string
}

type requirement struct {
	Permission, Scope string
	ACRValues         []string `json:"acr_values"`
	MaxAge            *int64   `json:"max_age"`
	VerifiedUsersOnly bool     `json:"verified_users_only"`
}

type sent struct {
	Method, Path string
	Headers      [][2]string
	Certificate  *string
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	text, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var file vectors
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestVectors(t *testing.T) {
	file := readVectors(t)
	run := map[string]func(*testing.T, vectors, vector) any{
		"token": decideToken, "proof": decideProof, "jwks": decideKeys, "request": decideRequests,
		"signals": decideSignals,
	}
	names := map[string]bool{}
	for _, one := range file.Vectors {
		if names[one.Name] {
			t.Errorf("two vectors are named %s", one.Name)
		}
		names[one.Name] = true
		t.Run(one.Name, func(t *testing.T) {
			if reason := one.Skip["go"]; reason != "" {
				t.Skip(reason)
			}
			found := normalized(t, run[one.Kind](t, file, one))
			if !reflect.DeepEqual(found, one.Expect) {
				t.Errorf("found\n%v\nexpected\n%v", found, one.Expect)
			}
		})
	}
	if file.Version != vectorsVersion || len(names) < 1000 {
		t.Errorf("%d vectors of version %d", len(names), file.Version)
	}
}

// normalized returns a value as the vectors are read.
func normalized(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var read any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&read); err != nil {
		t.Fatal(err)
	}
	return read
}

// away is an issuer that does not respond, and a store that is not available.
type away struct{}

var errAway = errors.New("away")

func (away) Keys(context.Context) (*access.KeySet, error) {
	return nil, &access.UnavailableError{RetryAfter: 5}
}

func (a away) KeysFor(ctx context.Context, _ string) (*access.KeySet, error) { return a.Keys(ctx) }

func (away) Claim(context.Context, [sha256.Size]byte, time.Time, time.Time) (bool, error) {
	return false, errAway
}

func authenticator(
	t *testing.T, file vectors, one vector, further ...access.Option,
) *access.Access {
	t.Helper()
	settings := one.Settings
	now := time.Unix(one.Now, 0)
	options := append([]access.Option{
		access.WithClock(func() time.Time { return now }),
		access.WithLogger(slog.New(slog.DiscardHandler)),
		access.WithResourceMetadata(settings.ResourceMetadata),
		access.WithKeys(away{}),
	}, further...)
	if one.JWKS != nil {
		keys, err := access.ParseKeySet([]byte(file.JWKS[*one.JWKS]))
		if err != nil {
			t.Fatal(err)
		}
		options = append(options, access.WithKeys(keys.Fixed()))
	}
	if settings.Origin != nil {
		options = append(options, access.WithOrigin(*settings.Origin))
	}
	if settings.Realm != nil {
		options = append(options, access.WithRealm(*settings.Realm))
	}
	if settings.Leeway != nil {
		leeway := time.Duration(*settings.Leeway) * time.Second
		options = append(options, access.WithLeeway(leeway))
	}
	if settings.PlainJWT {
		options = append(options, access.WithPlainJWT())
	}
	if settings.RequireDPoP {
		options = append(options, access.WithDPoPRequired())
	}
	if settings.ReplayStore == "unavailable" {
		options = append(options, access.WithReplayStore(away{}))
	}
	made, err := access.New(settings.Issuer, settings.Audience, options...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func decideToken(t *testing.T, file vectors, one vector) any {
	return shown(t, authenticator(t, file, one), one.Token, func(caller *access.Principal) any {
		return map[string]any{"principal": described(caller)}
	})
}

// shown returns the decision about a token.
func shown(
	t *testing.T, made *access.Access, token string, accepted func(*access.Principal) any,
) any {
	caller, err := made.AuthenticateToken(t.Context(), token)
	var rejected *access.TokenError
	switch {
	case errors.As(err, &rejected):
		return map[string]string{"code": rejected.Code, "message": rejected.Error()}
	case err != nil:
		t.Fatal(err)
	}
	return accepted(caller)
}

func decideSignals(t *testing.T, file vectors, one vector) any {
	signals, err := access.NewSignals(access.SignalsConfig{
		ClientID: one.Settings.Receiver, LongestLife: time.Duration(one.Settings.LongestLife) * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	c := newClock()
	made := authenticator(t, file, one, access.WithSignals(signals), access.WithClock(c.now))
	var found []any
	for _, step := range one.Steps {
		c.seconds.Store(step.Now)
		if step.Set == "" {
			found = append(found, shown(t, made, step.Token, func(*access.Principal) any {
				return map[string]bool{"accepted": true}
			}))
			continue
		}
		event, err := made.ReceiveEvent(t.Context(), step.Set)
		var rejected *access.EventError
		switch {
		case errors.As(err, &rejected):
			found = append(found, map[string]string{"err": rejected.Code})
		case err != nil:
			t.Fatal(err)
		default:
			found = append(found, map[string]any{"jti": event.ID, "revokes": event.Revokes})
		}
	}
	return found
}

func decideProof(_ *testing.T, _ vectors, one vector) any {
	token := ""
	if one.AccessToken != nil {
		token = *one.AccessToken
	}
	proof, err := access.VerifyProof(one.Proof, one.Method, one.URI, token, time.Unix(one.Now, 0))
	var rejected *access.ProofError
	if errors.As(err, &rejected) {
		return map[string]string{"code": rejected.Code, "message": rejected.Error()}
	}
	name := proof.Name()
	return map[string]any{
		"jkt": proof.JKT, "jti": proof.ID, "iat": proof.IssuedAt.Unix(), "nonce": orNull(proof.Nonce),
		"name": hex.EncodeToString(name[:]), "expires_at": proof.ExpiresAt().Unix(),
	}
}

func decideKeys(_ *testing.T, _ vectors, one vector) any {
	keys, err := access.ParseKeySet([]byte(one.Document))
	if err != nil {
		return map[string]string{"message": err.Error()}
	}
	return map[string]any{"kids": listed(keys.IDs())}
}

// decideRequests sends the requests to a guarded handler in memory, and to a server.
func decideRequests(t *testing.T, file vectors, one vector) any {
	inMemory := answers(t, file, one, func(handler http.Handler, sent sent) *http.Response {
		request := &http.Request{
			Method: sent.Method, RequestURI: sent.Path, Header: http.Header{}, RemoteAddr: "192.0.2.1:1",
		}
		for _, field := range sent.Headers {
			request.Header.Add(field[0], field[1])
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request.WithContext(t.Context()))
		return recorder.Result()
	})
	onWire := answers(t, file, one, func(handler http.Handler, sent sent) *http.Response {
		return overTCP(t, handler, sent)
	})
	if !reflect.DeepEqual(normalized(t, inMemory), normalized(t, onWire)) {
		t.Errorf("the server answers\n%v\nin memory\n%v", onWire, inMemory)
	}
	return inMemory
}

func answers(
	t *testing.T, file vectors, one vector, send func(http.Handler, sent) *http.Response,
) []any {
	certificate := ""
	made := authenticator(t, file, one,
		access.WithCertificate(func(*http.Request) string { return certificate }))
	required := one.Requires
	// Further requirements are in a guard of their own, so that a request is authenticated twice.
	guard := made.Guard(access.PermissionCoveredBy(required.Permission, required.Scope))
	if required.MaxAge != nil {
		guard = guard.Recent(time.Duration(*required.MaxAge) * time.Second)
	}
	if len(required.ACRValues) > 0 {
		guard = guard.Strong(required.ACRValues[0], required.ACRValues[1:]...)
	}
	handler := guard.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request, caller *access.Principal) {
			_ = json.NewEncoder(w).Encode(described(caller))
		})
	if required.VerifiedUsersOnly {
		handler = made.Guard(access.VerifiedUser).Handler(handler)
	}
	var found []any
	for _, request := range one.Requests {
		certificate = ""
		if request.Certificate != nil {
			certificate = *request.Certificate
		}
		found = append(found, answer(t, send(handler, request)))
	}
	return found
}

// overTCP writes a request byte by byte to a new server.
func overTCP(t *testing.T, handler http.Handler, sent sent) *http.Response {
	server := httptest.NewServer(handler)
	defer server.Close()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s HTTP/1.1\r\nHost: tasks.example\r\nConnection: close\r\n",
		sent.Method, sent.Path)
	for _, field := range sent.Headers {
		fmt.Fprintf(&text, "%s: %s\r\n", field[0], field[1])
	}
	if _, err := io.WriteString(connection, text.String()+"\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response
}

func answer(t *testing.T, response *http.Response) any {
	var body map[string]any
	decoder := json.NewDecoder(response.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&body); err != nil {
		t.Errorf("status %d: %v", response.StatusCode, err)
		return response.Status
	}
	if response.StatusCode == http.StatusOK {
		return map[string]any{"principal": body}
	}
	id, hasID := body["decision_id"]
	delete(body, "decision_id")
	if header := response.Header.Get("X-Decision-Id"); hasID && header != id {
		t.Errorf("decision IDs %v and %v", header, id)
	}
	challenges := response.Header.Values("WWW-Authenticate")
	found := map[string]any{
		"status": response.StatusCode, "challenges": append([]string{}, challenges...),
		"error": nil, "retry_after": nil, "has_decision_id": hasID, "body": body,
	}
	if len(challenges) > 0 {
		if _, rest, ok := strings.Cut(challenges[0], ` error="`); ok {
			found["error"], _, _ = strings.Cut(rest, `"`)
		}
	}
	if seconds := response.Header.Get("Retry-After"); seconds != "" {
		found["retry_after"] = json.Number(seconds)
	}
	return found
}

func described(caller *access.Principal) map[string]any {
	text := func(claim, value string) any {
		// An empty claim and a missing one are equal for a service.
		if _, isText := caller.Claims[claim].(string); isText {
			return value
		}
		return nil
	}
	found := map[string]any{
		"subject": caller.Subject, "client_id": caller.ClientID, "scope": listed(caller.Scope),
		"roles": listed(caller.Roles), "groups": listed(caller.Groups),
		"managed_groups": listed(caller.ManagedGroups),
		"entitlements":   listed(slices.Compact(slices.Sorted(slices.Values(caller.Entitlements)))),
		"org":            text("org", caller.Organization), "email_verified": caller.EmailVerified,
		"acr": text("acr", caller.ACR), "amr": listed(caller.AMR), "auth_time": nil,
		"sid": text("sid", caller.SessionID), "jti": caller.ID, "expires_at": caller.ExpiresAt.Unix(),
		"confirmation": nil, "authorization_details": caller.AuthorizationDetails,
		"is_service": caller.IsService(), "is_verified_user": caller.IsVerifiedUser(),
	}
	if !caller.AuthTime.IsZero() {
		found["auth_time"] = caller.AuthTime.Unix()
	}
	if caller.AuthorizationDetails == nil {
		found["authorization_details"] = []string{}
	}
	if bound := caller.Confirmation; bound != nil {
		confirmation := map[string]any{}
		for name, value := range bound.Others {
			confirmation[name] = value
		}
		for name, value := range map[string]string{"jkt": bound.JKT, "x5t#S256": bound.X5TS256} {
			if value != "" {
				confirmation[name] = value
			}
		}
		found["confirmation"] = confirmation
	}
	return found
}

func listed(list []string) []string {
	return append([]string{}, list...)
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
