package access

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"doorward.example/access/internal/strict"
)

const (
	// fetchTimeout is the maximum duration of a request to the issuer.
	fetchTimeout = 5 * time.Second
	// maxDocument is the maximum size of a document in bytes.
	maxDocument = 64 * 1024
	// defaultMaxAge is the time in seconds for which a document without max-age is fresh.
	defaultMaxAge = 300
	// leastMaxAge and mostMaxAge are the bounds of the issuer's max-age in seconds.
	leastMaxAge, mostMaxAge = 30, 24 * 3600
)

// probes find within seconds that a connection is cut, on which a poll waits for signals.
var probes = net.KeepAliveConfig{Enable: true, Idle: time.Second, Interval: time.Second, Count: 3}

var errTooLarge = errors.New("the issuer's response is too large")

// fetcher sends requests to the issuer.
type fetcher struct{ client *http.Client }

// newFetcher creates a fetcher. Without a transport it uses a new one without a proxy: the
// environment of the service must not decide which keys are trusted.
func newFetcher(transport http.RoundTripper) fetcher {
	if transport == nil {
		transport = &http.Transport{
			DialContext:            (&net.Dialer{Timeout: fetchTimeout, KeepAliveConfig: probes}).DialContext,
			TLSHandshakeTimeout:    fetchTimeout,
			ForceAttemptHTTP2:      true,
			IdleConnTimeout:        30 * time.Second,
			MaxIdleConnsPerHost:    8,
			MaxResponseHeaderBytes: maxDocument,
		}
	}
	return fetcher{&http.Client{
		Transport: transport,
		// A redirect is an error.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// statusError is a status that was not expected.
type statusError int

// Error returns the message.
func (s statusError) Error() string {
	return fmt.Sprintf("the issuer answered with status %d", int(s))
}

// formRequest creates a request with a form and HTTP Basic (RFC 6749 section 2.3.1).
func formRequest(
	endpoint, clientID, clientSecret string, fields url.Values,
) (*http.Request, error) {
	request, err := http.NewRequest(http.MethodPost, endpoint, strings.NewReader(fields.Encode()))
	if err != nil {
		return nil, err
	}
	// Both parts are form-encoded before they are joined.
	request.SetBasicAuth(url.QueryEscape(clientID), url.QueryEscape(clientSecret))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request, nil
}

// send returns body and header of a response of at most so many bytes with status 200.
//
// A caller that goes away does not cancel the request: others wait for its result, and a client that
// hangs up must not make the issuer look unavailable.
func (f fetcher) send(
	ctx context.Context, request *http.Request, most int64,
) ([]byte, http.Header, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer cancel()
	return f.exchange(ctx, request, most, http.StatusOK)
}

// exchange returns body and header of a response of at most so many bytes with one of these statuses.
func (f fetcher) exchange(
	ctx context.Context, request *http.Request, most int64, statuses ...int,
) ([]byte, http.Header, error) {
	request.Header.Set("User-Agent", "doorward-access-go/0.1")
	request.Header.Set("Accept", "application/json")
	response, err := f.client.Do(request.WithContext(ctx))
	if err != nil {
		return nil, nil, fmt.Errorf("the issuer cannot be reached: %w", err)
	}
	defer response.Body.Close()
	if !slices.Contains(statuses, response.StatusCode) {
		return nil, nil, statusError(response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	if err != nil {
		return nil, nil, fmt.Errorf("the issuer cannot be reached: %w", err)
	}
	if int64(len(body)) > most {
		return nil, nil, errTooLarge
	}
	return body, response.Header, nil
}

// fetch returns a document, and the time in seconds for which it is fresh.
func (f fetcher) fetch(ctx context.Context, address string) ([]byte, int64, error) {
	if err := checkURL(address); err != nil {
		return nil, 0, err
	}
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, err
	}
	body, header, err := f.send(ctx, request, maxDocument)
	return body, maxAge(header), err
}

// findAddress returns an address of the issuer's metadata (OIDC Discovery section 4.3).
func (f fetcher) findAddress(ctx context.Context, issuer, member string) (string, error) {
	body, _, err := f.fetch(ctx, strings.TrimRight(issuer, "/")+"/.well-known/openid-configuration")
	if err != nil {
		return "", err
	}
	metadata, err := strict.ParseObject(body)
	if err != nil {
		return "", fmt.Errorf("the issuer's metadata is malformed: %w", err)
	}
	if metadata["issuer"] != issuer {
		return "", errors.New("the metadata names another issuer")
	}
	address, isText := metadata[member].(string)
	if !isText {
		return "", fmt.Errorf("the issuer's metadata has no %s", member)
	}
	return address, checkURL(address)
}

// close closes idle connections.
func (f fetcher) close() {
	f.client.CloseIdleConnections()
}

var errInsecure = errors.New("the address must be https, or http on this machine")

// checkURL checks that a URL is https, or http on this machine.
func checkURL(address string) error {
	for at := range len(address) {
		if address[at] <= ' ' || address[at] > '~' || address[at] == '#' {
			return errInsecure
		}
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Hostname() == "" || parsed.User != nil {
		return errInsecure
	}
	isLocal := strings.EqualFold(parsed.Hostname(), "localhost")
	if ip, err := netip.ParseAddr(parsed.Hostname()); err == nil {
		isLocal = ip.IsLoopback()
	}
	if parsed.Scheme != "https" && (parsed.Scheme != "http" || !isLocal) {
		return errInsecure
	}
	return nil
}

// maxAge returns max-age within bounds; no-store and no-cache mean the lower bound.
func maxAge(header http.Header) int64 {
	age := int64(defaultMaxAge)
	directives := strings.Join(header.Values("Cache-Control"), ",")
	for directive := range strings.SplitSeq(strings.ToLower(directives), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch name {
		case "no-store", "no-cache":
			return leastMaxAge
		case "max-age":
			age = defaultMaxAge
			if seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 62); err == nil {
				age = int64(seconds)
			}
		}
	}
	return min(max(age, leastMaxAge), mostMaxAge)
}
