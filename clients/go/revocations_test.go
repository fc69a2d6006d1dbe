package access

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
)

const (
	testNow  = int64(1_800_000_000)
	testLife = 300
)

func remembering(capacity int) *revocations {
	return newRevocations(testLife*time.Second, capacity)
}

func until(at int64, domain domain, names ...string) *revocation {
	names = append(names, "")
	return &revocation{
		target: target{domain, names[0], names[1]}, until: at, because: sessionEnded,
	}
}

// changed is a change of the claims of a user, who then has these roles.
func changed(at int64, subject string, roles ...string) *revocation {
	found := until(at, byClaims, subject)
	found.because, found.kept = rolesReduced, &lists{roles: roles}
	return found
}

func testCaller(subject string) *Principal {
	return &Principal{
		Subject: subject, ClientID: "web", SessionID: "s1", Organization: "acme",
		Roles: []string{"developer"}, Groups: []string{"staff"}, Entitlements: []string{"tasks:read"},
	}
}

// reason returns why a token is rejected, and "" if it is accepted.
func (r *revocations) reason(caller *Principal, issuedAt, now int64) string {
	if found, isRevoked := r.find(caller, issuedAt, now); isRevoked {
		return found.String()
	}
	return ""
}

func TestRevokesWhatItNames(t *testing.T) {
	for _, row := range []struct{ named, other *revocation }{
		{until(testNow, bySession, "s1"), until(testNow, bySession, "s2")},
		{until(testNow, bySubject, "alice"), until(testNow, bySubject, "bob")},
		{until(testNow, bySubject, "alice"), until(testNow, bySession, "alice")},
		{until(testNow, byGrant, "alice", "web"), until(testNow, byGrant, "alice", "other")},
		{until(testNow, byGrant, "alice", "web"), until(testNow, byGrant, "web", "alice")},
		{until(testNow, byClient, "web"), until(testNow, byClient, "alice")},
		{until(testNow, byTenant, "acme"), until(testNow, byTenant, "")},
		{until(testNow, byRole, "developer"), until(testNow, byRole, "staff")},
		{until(testNow, byGroup, "staff"), until(testNow, byGroup, "developer")},
		{until(testNow, byPermission, "tasks:read"), until(testNow, byPermission, "developer")},
	} {
		memory := remembering(10)
		memory.record(row.other, testNow)
		if found := memory.reason(testCaller("alice"), testNow, testNow); found != "" {
			t.Errorf("%v: %s", row.other.target, found)
		}
		memory.record(row.named, testNow)
		for after, expected := range map[int64]string{-1: sessionEnded.String(), 0: sessionEnded.String(), 1: ""} {
			if found := memory.reason(testCaller("alice"), testNow+after, testNow); found != expected {
				t.Errorf("%v %+d: %q", row.named.target, after, found)
			}
		}
	}
}

func TestLatestEventCounts(t *testing.T) {
	for _, order := range [][]int64{{0, -5}, {-5, 0}, {0, 0}} {
		memory := remembering(10)
		for _, after := range order {
			memory.record(until(testNow+after, bySubject, "alice"), testNow)
		}
		if memory.reason(testCaller("alice"), testNow, testNow) == "" ||
			memory.reason(testCaller("alice"), testNow+1, testNow+1) != "" || memory.len() != 1 {
			t.Error(order)
		}
	}
}

// Only tokens of the second of a change can be kept, within what the events of that second left.
func TestTokenWithinChangedClaimsIsKept(t *testing.T) {
	for name, row := range map[string]struct {
		events []*revocation
		isKept bool
	}{
		"same":       {[]*revocation{changed(testNow, "alice", "developer")}, true},
		"more":       {[]*revocation{changed(testNow, "alice", "developer", "owner")}, true},
		"less":       {[]*revocation{changed(testNow, "alice", "owner")}, false},
		"later":      {[]*revocation{changed(testNow+1, "alice", "developer")}, false},
		"superseded": {[]*revocation{changed(testNow+1, "alice", "developer"), changed(testNow, "alice", "developer")}, false},
		"both":       {[]*revocation{changed(testNow, "alice", "developer", "a"), changed(testNow, "alice", "b", "developer")}, true},
		"not both":   {[]*revocation{changed(testNow, "alice", "developer"), changed(testNow, "alice", "owner")}, false},
		"none left": {[]*revocation{changed(testNow, "alice", "owner"), changed(testNow, "alice", "developer"),
			changed(testNow, "alice", "developer")}, false},
		"ended": {[]*revocation{changed(testNow, "alice", "developer"), until(testNow, bySubject, "alice")}, false},
	} {
		memory := remembering(10)
		for _, event := range row.events {
			event.kept = withKept(event.kept)
			memory.record(event, testNow)
		}
		if found := memory.reason(testCaller("alice"), testNow, testNow+1); (found == "") != row.isKept {
			t.Errorf("%s: %q", name, found)
		}
		if memory.reason(testCaller("alice"), testNow-1, testNow+1) == "" {
			t.Errorf("%s: an older token is accepted", name)
		}
	}
}

// withKept adds the group and the permission of the caller.
func withKept(kept *lists) *lists {
	if kept != nil {
		kept.groups, kept.entitlements = []string{"staff"}, []string{"tasks:read"}
	}
	return kept
}

func TestFullMemoryRevokesAllUntilNow(t *testing.T) {
	memory := remembering(3)
	for _, name := range []string{"a", "b", "c", "a"} {
		if !memory.record(until(testNow, bySubject, name), testNow) {
			t.Error(name)
		}
	}
	if found := memory.reason(testCaller("alice"), testNow, testNow); found != "" {
		t.Error(found)
	}
	if memory.record(until(testNow, bySubject, "d"), testNow+1) || memory.len() != 0 {
		t.Error("the memory had room")
	}
	if found := memory.reason(testCaller("alice"), testNow+1, testNow+1); found != allRevoked.String() {
		t.Error(found)
	}
	if found := memory.reason(testCaller("a"), testNow+2, testNow+2); found != "" {
		t.Error(found)
	}
}

func TestEntriesEndAfterLifeOfToken(t *testing.T) {
	memory := remembering(3)
	for _, name := range []string{"a", "b", "alice"} {
		memory.record(until(testNow, bySubject, name), testNow)
	}
	end := testNow + testLife + int64(MaxLeeway/time.Second)
	for now := testNow; now <= end; now++ {
		memory.clean(now)
		if memory.reason(testCaller("alice"), testNow, now) != sessionEnded.String() {
			t.Fatal(now - testNow)
		}
	}
	if !memory.record(until(end+200, bySubject, "d"), end+200) {
		t.Error("what has ended makes no room")
	}
	if found := memory.reason(testCaller("a"), testNow, end+200); found != tooOld.String() {
		t.Error(found)
	}
}

func TestListsAreBounded(t *testing.T) {
	memory := remembering(10)
	for _, name := range []string{"a", "b", "c", "d"} {
		memory.record(changed(testNow, name, strings.Repeat("r", maxLists/3)), testNow)
	}
	found := ""
	for _, name := range []string{"a", "b", "c", "d"} {
		found += fmt.Sprint(memory.reason(&Principal{Subject: name}, testNow, testNow) == "", " ")
	}
	if found != "true true false false " {
		t.Error(found)
	}
	for now := testNow + testLife + 100; now < testNow+testLife+300; now++ {
		memory.clean(now)
	}
	if len(memory.kept) != 0 || memory.keptCost != 0 || memory.len() != 0 {
		t.Error(memory.kept, memory.keptCost, memory.len())
	}
}

// A naive memory, which forgets nothing, decides the same.
func TestAgreesWithNaiveMemory(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	name := func() string { return string(rune('a' + random.IntN(3))) }
	for range 2000 {
		memory, all := remembering(1000), []*revocation{}
		for range random.IntN(12) {
			event := until(testNow+random.Int64N(4), domain(random.IntN(int(domains))), name())
			switch event.target.domain {
			case byGrant:
				event.target.client = name()
			case byClaims:
				event.kept = &lists{[]string{name(), name()}, []string{name()}, nil}
			}
			all = append(all, event)
			memory.record(event, testNow)
		}
		caller := &Principal{
			Subject: name(), ClientID: name(), SessionID: name(), Organization: name(),
			Roles: []string{name()}, Groups: []string{name()},
		}
		for issuedAt := testNow - 1; issuedAt < testNow+5; issuedAt++ {
			expected := false
			for _, event := range all {
				isKept := event.kept != nil && event.until == issuedAt && event.kept.contain(caller)
				for one := range targets(caller) {
					expected = expected || (one == event.target && issuedAt <= event.until && !isKept)
				}
			}
			if _, found := memory.find(caller, issuedAt, testNow); found != expected {
				t.Fatal(caller, issuedAt-testNow, all, found)
			}
		}
	}
}

func TestMillionEntriesAreSmall(t *testing.T) {
	heap := func() int64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	before := heap()
	memory := newRevocations(time.Hour, defaultCapacity)
	fill(memory, defaultCapacity)
	if size := (heap() - before) >> 20; size > 64 || memory.len() != defaultCapacity {
		t.Errorf("%d entries have %d MB", memory.len(), size)
	}
	largest := 0
	for _, shard := range memory.shards {
		largest = max(largest, len(shard))
	}
	if largest > 2*defaultCapacity/shards {
		t.Errorf("a shard has %d entries", largest)
	}
	// All of them end, and their memory with them.
	for now := testNow + 3700; now < testNow+3700+shards; now++ {
		memory.clean(now)
	}
	if size := (heap() - before) >> 20; size > 1 || memory.len() != 0 {
		t.Errorf("%d entries have %d MB", memory.len(), size)
	}
}

func fill(memory *revocations, number int) {
	for at := range number {
		memory.record(until(testNow, bySession, fmt.Sprintf("0190c1f0-0000-7000-8000-%012d", at)), testNow)
	}
}

// BenchmarkFind is the cost of the decision about a request with a million revocations, some of each
// kind, and with none.
func BenchmarkFind(b *testing.B) {
	full := newRevocations(time.Hour, defaultCapacity+int(domains))
	for domain := range domains {
		full.record(until(testNow, domain, "other"), testNow)
	}
	fill(full, defaultCapacity)
	for name, memory := range maps.All(map[string]*revocations{"full": full, "empty": remembering(1)}) {
		b.Run(name, func(b *testing.B) {
			caller := testCaller("alice")
			b.ReportAllocs()
			for b.Loop() {
				if _, isRevoked := memory.find(caller, testNow, testNow); isRevoked {
					b.Fatal("revoked")
				}
			}
		})
	}
}
