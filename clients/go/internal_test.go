package access

import (
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"testing"
	"time"
)

func TestAddressesOfIssuer(t *testing.T) {
	for address, isAccepted := range map[string]bool{
		"https://id.example":                  true,
		"https://id.example:8443/a?b":         true,
		"http://localhost:8400":               true,
		"http://127.0.0.1:8400":               true,
		"http://127.9.9.9":                    true,
		"http://[::1]:8400":                   true,
		"http://id.example":                   false,
		"http://localhost.evil.example":       false,
		"http://127.0.0.1.evil.example":       false,
		"https://user@id.example":             false,
		"https://user:password@id.example":    false,
		"https://id.example/#a":               false,
		"https://id.example/a b":              false,
		"https://id.example/\n":               false,
		"https://b\u00fccher.example":         false,
		"ftp://id.example":                    false,
		"file:///etc/passwd":                  false,
		"https://":                            false,
		"https:id.example":                    false,
		"id.example":                          false,
		"":                                    false,
		"https://id.example:port/":            false,
		"HTTPS://id.example":                  true,
		"http://[::ffff:127.0.0.1]:8400/jwks": true,
	} {
		if err := checkURL(address); (err == nil) != isAccepted {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestFreshness(t *testing.T) {
	for value, seconds := range map[string]int64{
		"":                         300,
		"max-age=600":              600,
		"public, MAX-AGE=600":      600,
		`max-age="600"`:            600,
		"max-age=1":                30,
		"max-age=99999999":         86_400,
		"max-age=9999999999999999": 86_400,
		"max-age=-5":               300,
		"max-age=abc":              300,
		"no-store, max-age=600":    30,
		"no-cache":                 30,
	} {
		if found := maxAge(http.Header{"Cache-Control": {value}}); found != seconds {
			t.Errorf("%q: %d", value, found)
		}
	}
}

func TestReplayStoreIsBounded(t *testing.T) {
	store := &memoryStore{size: 2, used: map[[32]byte]int64{}}
	claim := func(name byte, expiresAt, now int64) string {
		isNew, err := store.Claim(t.Context(), [32]byte{name}, time.Unix(expiresAt, 0), time.Unix(now, 0))
		switch {
		case errors.Is(err, errManyProofs):
			return "full"
		case isNew:
			return "new"
		default:
			return "used"
		}
	}
	for at, row := range []struct {
		name           byte
		expiresAt, now int64
		expected       string
	}{
		{'a', 10, 0, "new"}, {'a', 10, 0, "used"}, {'b', 20, 0, "new"}, {'c', 10, 9, "full"},
		{'b', 20, 9, "used"}, {'c', 30, 10, "new"}, {'d', 30, 19, "full"}, {'a', 30, 20, "new"},
		{'c', 30, 20, "used"}, {'d', 40, 29, "full"}, {'d', 40, 30, "new"},
	} {
		if found := claim(row.name, row.expiresAt, row.now); found != row.expected {
			t.Errorf("row %d: %s", at, found)
		}
	}
}

func TestOneOfConcurrentProofsIsNew(t *testing.T) {
	store := NewMemoryStore()
	found := make(chan bool)
	for range 50 {
		go func() {
			isNew, _ := store.Claim(t.Context(), [32]byte{1}, time.Unix(60, 0), time.Unix(0, 0))
			found <- isNew
		}()
	}
	number := 0
	for range 50 {
		if <-found {
			number++
		}
	}
	if number != 1 {
		t.Errorf("%d callers consumed the proof", number)
	}
}

func TestLockoutForgetsOldestAddress(t *testing.T) {
	counter := &lockout{tolerated: 1, log: discard()}
	first := netip.MustParseAddr("192.0.2.1")
	counter.add(first, 0)
	if counter.wait(first, 0) != lockoutSeconds {
		t.Error("the address is not locked out")
	}
	address := netip.MustParseAddr("10.0.0.0")
	for range maxAddresses {
		counter.add(address, 0)
		address = address.Next()
	}
	if counter.addresses.len() != maxAddresses || counter.wait(first, 0) != 0 {
		t.Errorf("%d addresses", counter.addresses.len())
	}
}

func TestCachedAnswersAreBounded(t *testing.T) {
	asking := &introspector{log: discard(), now: time.Now}
	name := make([]byte, 0, 8)
	for number := range maxAnswers + 100 {
		name = append(name[:0], byte(number), byte(number>>8))
		asking.answer(APIKey, string(name), netip.Addr{})
	}
	if found := asking.answers.len(); found > maxAnswers {
		t.Errorf("%d answers", found)
	}
	oldest, _ := asking.answers.oldest()
	oldest.created = oldest.created.Add(-forgottenAfter)
	before := asking.answers.len()
	asking.answer(APIKey, string(name), netip.Addr{})
	if after := asking.answers.len(); after >= before {
		t.Errorf("%d answers, %d before", after, before)
	}
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
