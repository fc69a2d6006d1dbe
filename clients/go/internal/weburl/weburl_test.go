package weburl

import "testing"

func TestTargets(t *testing.T) {
	for text, expected := range map[string]string{
		"https://a.example":                   "https://a.example/",
		"HTTPS://A.Example:443/x?y#z":         "https://a.example/x",
		"http://a.example:80":                 "http://a.example/",
		"http://a.example:0443/":              "http://a.example:443/",
		"https:a.example/x":                   "https://a.example/x",
		"https://@a.example/":                 "https://a.example/",
		"https://:@a.example/":                "https://a.example/",
		"https://a.example/%7euser/%2f%2e":    "https://a.example/~user/%2F.",
		"https://a.example/a/../b/./c/%2E%2e": "https://a.example/b/",
		"https://a.example/..":                "https://a.example/",
		"https://a.example/{}":                "https://a.example/%7B%7D",
		"https://a.example/%":                 "https://a.example/%",
		"https://%61.example/":                "https://a.example/",
		"https://127.0.0.1:8443/":             "https://127.0.0.1:8443/",
		"https://[::1]/":                      "https://[0000:0000:0000:0000:0000:0000:0000:0001]/",
		"https://a.example:/":                 "https://a.example/",
	} {
		if found, ok := Target(text); !ok || found != expected {
			t.Errorf("%s: %s %v", text, found, ok)
		}
	}
}

func TestOtherTexts(t *testing.T) {
	for _, text := range []string{
		"", "a.example", "ftp://a.example", "https://", "https:///", "https://user@a.example",
		"https://user:password@a.example", `https://a.example\x`, "https://a.example/ b", "https://a.example/é",
		"https://a.example:65536/", "https://a.example:x/", "https://a.example:99999999999999999999/",
		"https://[::1", "https://[::1]x/", "https://[::1%25eth0]/", "https://[1.2.3.4]/", "https://::1/",
		"https://0x7f.1/", "https://127.1/", "https://1/", "https://127.0.0.01/", "https://127.0.0.1./",
		"https://a b/", "https://a%20b/", "https://a%/", "https://a^b/", "https://:80/",
	} {
		if found, ok := Target(text); ok {
			t.Errorf("%s: %s", text, found)
		}
	}
}

func TestOrigins(t *testing.T) {
	if found, ok := Origin("https://A.example:8443/x/../y"); !ok || found != "https://a.example:8443" {
		t.Error(found, ok)
	}
	if found, ok := Origin("urn:tasks"); ok {
		t.Error(found)
	}
}
