// Package api calls the administration API of Doorward.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	// timeout of a call; a plan of many objects simulates sign-ins.
	timeout = 2 * time.Minute
	// maxAnswer bounds what is read of a response.
	maxAnswer = 64 << 20
	// margin before the end of a token at which another is fetched.
	margin = 30 * time.Second
	// tries of a change while others change the deployment.
	tries = 5
)

// Document has the members of an object, as a file of it has them.
type Document = map[string]any

// Config says where the server is and who calls it: a token, or a client with its secret.
type Config struct {
	URL, Token, ClientID, ClientSecret, Agent string
}

// Client calls one server.
type Client struct {
	config Config
	http   *http.Client

	tokens  sync.Mutex
	token   string
	expires time.Time

	// exports has the objects of each kind until the next change.
	exports sync.Mutex
	read    map[string]map[string]Document

	// changes are planned and made one after the other: each must find the state that it has read.
	changes sync.Mutex

	planner planner
}

// New checks the configuration. A token is sent only over HTTPS, or to this machine.
func New(config Config) (*Client, error) {
	config.URL = strings.TrimRight(config.URL, "/")
	address, err := url.Parse(config.URL)
	if err != nil || address.Host == "" {
		return nil, fmt.Errorf("url must be the address of the server, such as https://id.example.org, got %q", config.URL)
	}
	ip := net.ParseIP(address.Hostname())
	local := address.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
	if address.Scheme != "https" && !(address.Scheme == "http" && local) {
		return nil, errors.New("url must begin with https://")
	}
	if config.Token == "" && (config.ClientID == "" || config.ClientSecret == "") {
		return nil, errors.New("set token, or client_id and client_secret")
	}
	client := &http.Client{
		Timeout: timeout,
		// The API does not redirect; another server gets no token.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Client{config: config, http: client, read: map[string]map[string]Document{}}, nil
}

// Problem is a response with an error (RFC 9457).
type Problem struct {
	Status int    `json:"-"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	// An error of the token endpoint (RFC 6749, section 5.2).
	Code        string `json:"error"`
	Description string `json:"error_description"`
	Errors      []struct {
		Name   string `json:"name"`
		Field  string `json:"field"`
		Detail string `json:"detail"`
	} `json:"errors"`
}

func (p *Problem) Error() string {
	text := fmt.Sprintf("%d %s", p.Status, p.Title)
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	if p.Code != "" {
		text += ": " + p.Code + " " + p.Description
	}
	for _, one := range p.Errors {
		text += fmt.Sprintf("; %s%s: %s", one.Name, one.Field, one.Detail)
	}
	return text
}

// Objects returns the objects of a kind by their keys.
func (c *Client) Objects(ctx context.Context, kind Kind) (map[string]Document, error) {
	c.exports.Lock()
	defer c.exports.Unlock()
	if known, ok := c.read[kind.Name]; ok {
		return known, nil
	}
	var exported struct {
		Objects map[string][]Document `json:"objects"`
	}
	path := "export?kinds=" + url.QueryEscape(kind.Name)
	if err := c.call(ctx, http.MethodGet, path, nil, &exported); err != nil {
		return nil, err
	}
	objects := map[string]Document{}
	for _, document := range exported.Objects[kind.Name] {
		objects[kind.Key(document)] = document
	}
	c.read[kind.Name] = objects
	return objects, nil
}

func (c *Client) forget() {
	c.exports.Lock()
	defer c.exports.Unlock()
	clear(c.read)
}

// Apply makes an object what the document says, or deletes it without a document. Returns the stored object.
func (c *Client) Apply(ctx context.Context, kind Kind, key string, document Document) (Document, error) {
	c.changes.Lock()
	defer c.changes.Unlock()
	plan, err := c.run(ctx, "apply", []Change{{kind, key, document}})
	if err != nil {
		return nil, err
	}
	c.forget()
	if len(plan.Problems) > 0 {
		return nil, errors.New(plan.Problems[0].Text)
	}
	if !plan.Applied && len(plan.NewSecrets) > 0 {
		return nil, errors.New("the server would generate a secret, which no state may contain: set client_secret")
	}
	c.planner.forget(kind, key)
	if document == nil {
		return nil, nil
	}
	objects, err := c.Objects(ctx, kind)
	if err != nil {
		return nil, err
	}
	stored, ok := objects[key]
	if !ok {
		return nil, fmt.Errorf("the server does not have %s/%s after the change", kind.Name, key)
	}
	return stored, nil
}

// run plans or applies changes, again if somebody else has changed the deployment meanwhile.
func (c *Client) run(ctx context.Context, path string, changes []Change) (*Plan, error) {
	for try := 1; ; try++ {
		var plan Plan
		err := c.call(ctx, http.MethodPost, path, request(changes), &plan)
		var problem *Problem
		if err == nil {
			return &plan, nil
		}
		if !errors.As(err, &problem) || problem.Status != http.StatusPreconditionFailed || try == tries {
			return nil, err
		}
	}
}

// call sends a request with a token, and once more with another one if the server rejects it.
func (c *Client) call(ctx context.Context, method, path string, body, answer any) error {
	for again := false; ; again = true {
		token, err := c.bearer(ctx, again)
		if err != nil {
			return err
		}
		err = c.send(ctx, method, c.config.URL+"/api/admin/"+path, token, body, answer)
		var problem *Problem
		if again || c.config.Token != "" || !errors.As(err, &problem) || problem.Status != http.StatusUnauthorized {
			return err
		}
	}
}

func (c *Client) send(ctx context.Context, method, address, token string, body, answer any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return c.answer(request, answer)
}

func (c *Client) answer(request *http.Request, answer any) error {
	request.Header.Set("User-Agent", c.config.Agent)
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		problem := &Problem{Status: response.StatusCode}
		if json.Unmarshal(text, problem) != nil || problem.Title == "" {
			problem.Title = http.StatusText(response.StatusCode)
		}
		return problem
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("%s is no response of this API: %w", request.URL.Path, err)
	}
	return nil
}

// bearer returns the access token: the configured one, or one for the client (RFC 6749, section 4.4).
func (c *Client) bearer(ctx context.Context, renew bool) (string, error) {
	if c.config.Token != "" {
		return c.config.Token, nil
	}
	c.tokens.Lock()
	defer c.tokens.Unlock()
	if !renew && c.token != "" && time.Now().Before(c.expires) {
		return c.token, nil
	}
	endpoint, err := c.tokenEndpoint(ctx)
	if err != nil {
		return "", err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"admin"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(c.config.ClientID), url.QueryEscape(c.config.ClientSecret))
	var issued struct {
		Token   string `json:"access_token"`
		Expires int64  `json:"expires_in"`
	}
	if err := c.answer(request, &issued); err != nil {
		return "", fmt.Errorf("no token for the client %s: %w", c.config.ClientID, err)
	}
	c.token = issued.Token
	c.expires = time.Now().Add(time.Duration(issued.Expires)*time.Second - margin)
	return c.token, nil
}

// tokenEndpoint reads the metadata (RFC 8414, OpenID Connect Discovery 1.0). The secret goes to no other host.
func (c *Client) tokenEndpoint(ctx context.Context) (string, error) {
	var metadata struct {
		Endpoint string `json:"token_endpoint"`
	}
	err := c.send(ctx, http.MethodGet, c.config.URL+"/.well-known/openid-configuration", "", nil, &metadata)
	if err != nil {
		return "", fmt.Errorf("no metadata of the server: %w", err)
	}
	if !strings.HasPrefix(metadata.Endpoint, c.config.URL+"/") {
		return "", fmt.Errorf("the server is known as %s: use its address as url", metadata.Endpoint)
	}
	return metadata.Endpoint, nil
}
