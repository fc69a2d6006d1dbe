package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func kind(name string, key ...string) Kind {
	return Kind{Name: name, Resource: strings.TrimSuffix(name, "s"), Schema: &Schema{KeyMembers: key}}
}

func TestAddressIsSecure(t *testing.T) {
	for address, allowed := range map[string]bool{
		"https://id.example.org":  true,
		"https://id.example.org/": true,
		"http://localhost:8400":   true,
		"http://127.0.0.1:8400":   true,
		"http://[::1]:8400":       true,
		"http://id.example.org":   false,
		"http://localhost.evil":   false,
		"ftp://localhost":         false,
		"id.example.org":          false,
		"":                        false,
	} {
		if _, err := New(Config{URL: address, Token: "t"}); (err == nil) != allowed {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, config := range []Config{{}, {ClientID: "a"}, {ClientSecret: "b"}} {
		config.URL = "https://id.example.org"
		if _, err := New(config); err == nil {
			t.Errorf("%+v needs a caller", config)
		}
	}
}

func TestKeyJoinsMembers(t *testing.T) {
	texts := kind("texts", "organization", "client_id", "language")
	for want, document := range map[string]Document{
		"de":             {"language": "de"},
		"acme de":        {"organization": "acme", "language": "de"},
		"client:wiki de": {"client_id": "wiki", "language": "de", "texts": "x"},
	} {
		if key := texts.Key(document); key != want {
			t.Errorf("%v: %q", document, key)
		}
	}
}

// server answers the calls below /api/admin, and has a token for the client.
func server(t *testing.T, answer func(path string, body map[string]any) (int, any)) (*Client, *[]string) {
	t.Helper()
	var calls []string
	mux := http.NewServeMux()
	test := httptest.NewServer(mux)
	t.Cleanup(test.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"token_endpoint": "%s/oauth2/token"}`, test.URL)
	})
	issued := 0
	mux.HandleFunc("/oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		if id != "terraform" || secret != "s%2F" || r.FormValue("scope") != "admin" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		issued++
		fmt.Fprintf(w, `{"access_token": "token-%d", "expires_in": 300}`, issued)
	})
	mux.HandleFunc("/api/admin/", func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.RequestURI(), "/api/admin/")
		calls = append(calls, path+" "+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		status, value := answer(path, body)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(value)
	})
	client, err := New(Config{URL: test.URL, ClientID: "terraform", ClientSecret: "s/"})
	if err != nil {
		t.Fatal(err)
	}
	return client, &calls
}

type answer = map[string]any

func TestExportIsReadOnceUntilChange(t *testing.T) {
	ctx, roles := context.Background(), kind("roles", "name")
	rejected := true
	client, calls := server(t, func(path string, body map[string]any) (int, any) {
		if strings.HasPrefix(path, "export") {
			if rejected {
				rejected = false
				return http.StatusUnauthorized, answer{}
			}
			return http.StatusOK, answer{"objects": answer{"roles": []answer{{"name": "auditor"}}}}
		}
		return http.StatusOK, answer{"applied": true}
	})
	for range 2 {
		objects, err := client.Objects(ctx, roles)
		if err != nil || objects["auditor"] == nil {
			t.Fatal(objects, err)
		}
	}
	if _, err := client.Apply(ctx, roles, "auditor", Document{"name": "auditor"}); err != nil {
		t.Fatal(err)
	}
	// A rejected token is replaced once.
	want := []string{"export?kinds=roles token-1", "export?kinds=roles token-2", "apply token-2", "export?kinds=roles token-2"}
	if !slices.Equal(*calls, want) {
		t.Fatalf("%q", *calls)
	}
}

func TestApplyReportsWhatPreventsIt(t *testing.T) {
	ctx, clients := context.Background(), kind("clients", "id")
	for text, response := range map[string]any{
		"no permission x":   answer{"problems": []answer{{"kind": "clients", "object": "wiki", "problem": "no permission x"}}},
		"set client_secret": answer{"new_secrets": answer{"clients/wiki": ""}},
	} {
		client, _ := server(t, func(string, map[string]any) (int, any) { return http.StatusOK, response })
		if _, err := client.Apply(ctx, clients, "wiki", Document{"id": "wiki"}); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", text, err)
		}
	}
	tried := 0
	client, _ := server(t, func(path string, _ map[string]any) (int, any) {
		if tried++; tried < 3 {
			return http.StatusPreconditionFailed, answer{"title": "Changed"}
		}
		return http.StatusOK, answer{"applied": true}
	})
	if _, err := client.Apply(ctx, clients, "wiki", nil); err != nil || tried != 3 {
		t.Error(tried, err)
	}
	client, _ = server(t, func(string, map[string]any) (int, any) {
		return http.StatusForbidden, answer{"title": "Forbidden", "detail": "needs clients:write"}
	})
	if _, err := client.Apply(ctx, clients, "wiki", nil); err == nil || err.Error() != "403 Forbidden: needs clients:write" {
		t.Error(err)
	}
}

func TestPlanRepeatsFormerChangesAndShowsImpactOnce(t *testing.T) {
	ctx, roles := context.Background(), kind("roles", "name")
	var bodies []map[string]any
	client, _ := server(t, func(_ string, body map[string]any) (int, any) {
		bodies = append(bodies, body)
		plan := answer{"impact": answer{"losses": []answer{{"permissions": []string{"users:write"}, "users": 3}}}}
		if len(bodies) == 3 {
			plan = answer{"problems": []answer{{"kind": "roles", "object": "c", "problem": "bad"}, {"kind": "roles", "object": "a", "problem": "broken"}}}
		}
		return http.StatusOK, plan
	})
	plan := func(key string) *Planned {
		planned, err := client.Plan(ctx, Change{roles, key, Document{"name": key}})
		if err != nil {
			t.Fatal(err)
		}
		return planned
	}
	if first := plan("a"); !slices.Equal(first.Impact, []string{"users who lose users:write: 3"}) {
		t.Error(first.Impact)
	}
	if second := plan("b"); second.Impact != nil {
		t.Error(second.Impact)
	}
	third := plan("c")
	if !slices.Equal(third.Problems, []string{"bad"}) || !slices.Equal(third.Others, []string{"roles/a: broken"}) {
		t.Error(third)
	}
	plan("a")
	only, _ := json.Marshal(bodies[3]["only"])
	if string(only) != `{"roles":["b","a"]}` {
		t.Errorf("%s", only)
	}
}

func TestSecretStaysAtServer(t *testing.T) {
	client, err := New(Config{URL: "https://id.example.org", ClientID: "a", ClientSecret: "b"})
	if err != nil {
		t.Fatal(err)
	}
	test := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved/.well-known/openid-configuration" {
			http.Redirect(w, r, "/.well-known/openid-configuration", http.StatusFound)
			return
		}
		fmt.Fprint(w, `{"token_endpoint": "https://elsewhere.example.com/token"}`)
	}))
	defer test.Close()
	for _, address := range []string{test.URL, test.URL + "/moved"} {
		client.config.URL = address
		if _, err := client.bearer(context.Background(), false); err == nil {
			t.Error(address)
		}
	}
}

func TestSchemaOfValuesCanBeBoolean(t *testing.T) {
	var schema Schema
	text := `{ "properties": { "a": { "type": "string" } }, "additionalProperties": false }`
	if err := json.Unmarshal([]byte(text), &schema); err != nil || schema.Properties["a"].Type != "string" {
		t.Errorf("%+v: %v", schema, err)
	}
}
