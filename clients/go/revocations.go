package access

import (
	"hash/maphash"
	"maps"
	"slices"
	"time"
)

const (
	// defaultCapacity is the maximum number of remembered revocations: about 40 MB.
	defaultCapacity = 1_000_000
	// shards is the number of parts, so that a cleanup touches a small part at a time.
	shards = 64
	// wholeCleanup is the minimum interval in seconds between cleanups of all parts.
	wholeCleanup = 60
	// maxLists is the maximum size of the lists after changes of claims in bytes, and textCost that of a
	// text beside its bytes.
	maxLists, textCost = 1024 * 1024, 64
	// maxTime is the latest time of an event in Unix seconds.
	maxTime = 1<<32 - 1
)

// because is the reason of a revocation.
type because uint8

const (
	sessionEnded because = iota
	sessionsEnded
	rolesReduced
	grantRevoked
	accountDisabled
	accountPurged
	allRevoked
	clientRevoked
	tooOld
)

// String returns the reason for the holder of the token.
func (b because) String() string {
	return [...]string{
		sessionEnded:    "the session was ended",
		sessionsEnded:   "the sessions of the user were ended",
		rolesReduced:    "roles were reduced",
		grantRevoked:    "the grant was revoked",
		accountDisabled: "the account was disabled",
		accountPurged:   "the account was deleted",
		allRevoked:      "all tokens up to a time were revoked",
		clientRevoked:   "the tokens of the client were revoked",
		tooOld:          "the token is older than this service accepts",
	}[b]
}

// domain is what names the tokens of a revocation.
type domain uint8

const (
	bySession domain = iota
	bySubject
	// byClaims names a subject whose claims changed.
	byClaims
	byGrant
	byClient
	byTenant
	byRole
	byGroup
	byPermission
	domains
	// byNothing names every token of the issuer.
	byNothing
)

// target names tokens: by one claim, or by sub and client_id.
type target struct {
	domain       domain
	name, client string
}

// targets returns what can name the tokens of a caller.
func targets(caller *Principal) func(yield func(target) bool) {
	return func(yield func(target) bool) {
		ok := (caller.SessionID == "" || yield(target{bySession, caller.SessionID, ""})) &&
			yield(target{bySubject, caller.Subject, ""}) &&
			yield(target{byClaims, caller.Subject, ""}) &&
			yield(target{byGrant, caller.Subject, caller.ClientID}) &&
			yield(target{byClient, caller.ClientID, ""}) &&
			(caller.Organization == "" || yield(target{byTenant, caller.Organization, ""}))
		for _, list := range []struct {
			domain domain
			names  []string
		}{{byRole, caller.Roles}, {byGroup, caller.Groups}, {byPermission, caller.Entitlements}} {
			for _, name := range list.names {
				ok = ok && yield(target{list.domain, name, ""})
			}
		}
	}
}

// revocation rejects tokens that were issued up to a time.
type revocation struct {
	target  target
	until   int64
	because because
	// kept are the lists after a change of claims: tokens of the second until with no more are kept.
	kept *lists
}

// lists are those of a subject after a change.
type lists struct{ roles, groups, entitlements []string }

func (l *lists) cost() int {
	cost := textCost
	for _, text := range slices.Concat(l.roles, l.groups, l.entitlements) {
		cost += textCost + len(text)
	}
	return cost
}

func (l *lists) contain(caller *Principal) bool {
	return isWithin(caller.Roles, l.roles) && isWithin(caller.Groups, l.groups) &&
		isWithin(caller.Entitlements, l.entitlements)
}

// common returns what both have.
func (l *lists) common(other *lists) *lists {
	return &lists{
		both(l.roles, other.roles), both(l.groups, other.groups),
		both(l.entitlements, other.entitlements),
	}
}

func isWithin(names, allowed []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(allowed, name) })
}

func both(one, other []string) []string {
	var found []string
	for _, name := range one {
		if slices.Contains(other, name) {
			found = append(found, name)
		}
	}
	return found
}

// targetKey is a hash with a secret of this process, so that no name can be chosen for a given hash.
type targetKey uint64

// revoked is a remembered revocation, in eight bytes.
type revoked struct {
	until   uint32
	because because
	domain  domain
}

type keptLists struct {
	at    int64
	lists *lists
}

// revocations remembers those of the longest life of a token. It forgets none earlier: if it is full,
// all tokens that were issued until then are revoked instead. It is not safe for concurrent use.
type revocations struct {
	seed   maphash.Seed
	shards [shards]map[targetKey]revoked
	// counts are the numbers of entries of each domain, and peaks the largest sizes of the shards.
	counts   [domains]int
	peaks    [shards]int
	capacity int
	// life is the longest life of a token in seconds, with the clock difference.
	life int64
	// all is the time up to which every token is revoked, and newest the latest time of an event.
	all, newest int64
	kept        map[targetKey]keptLists
	keptCost    int
	// The shard that was cleaned last, and the times of that and of the cleanup of all.
	cleaned                 int
	cleanedAt, cleanedWhole int64
}

func newRevocations(longestLife time.Duration, capacity int) *revocations {
	return &revocations{
		seed:     maphash.MakeSeed(),
		capacity: capacity,
		life:     int64((longestLife + MaxLeeway) / time.Second),
		all:      -1,
		kept:     map[targetKey]keptLists{},
	}
}

func (r *revocations) len() int {
	number := 0
	for _, count := range r.counts {
		number += count
	}
	return number
}

// record remembers a revocation. It returns false if the memory was full.
func (r *revocations) record(one *revocation, now int64) bool {
	r.newest = max(r.newest, one.until)
	r.clean(now)
	if one.target.domain == byNothing {
		r.all = max(r.all, one.until)
		return true
	}
	key := r.key(one.target)
	shard := r.shard(key)
	former, isKnown := r.shards[shard][key]
	if !isKnown && r.len() >= r.capacity && !r.makeRoom(now) {
		r.overflow(now)
		return false
	}
	if isKnown && int64(former.until) > one.until {
		return true
	}
	r.keepLists(key, one, isKnown && int64(former.until) == one.until)
	if !isKnown {
		r.counts[one.target.domain]++
	}
	if r.shards[shard] == nil {
		r.shards[shard] = map[targetKey]revoked{}
	}
	r.shards[shard][key] = revoked{uint32(one.until), one.because, one.target.domain}
	r.peaks[shard] = max(r.peaks[shard], len(r.shards[shard]))
	return true
}

// find returns the reason if a token is revoked, or older than what is remembered.
func (r *revocations) find(caller *Principal, issuedAt, now int64) (because, bool) {
	if issuedAt <= r.all {
		return allRevoked, true
	}
	for one := range targets(caller) {
		// A kind of revocation that is not there costs nothing.
		if r.counts[one.domain] == 0 {
			continue
		}
		key := r.key(one)
		found, isThere := r.shards[r.shard(key)][key]
		if !isThere || issuedAt > int64(found.until) {
			continue
		}
		kept, hasLists := r.kept[key]
		if !hasLists || kept.at != issuedAt || !kept.lists.contain(caller) {
			return found.because, true
		}
	}
	return tooOld, now-issuedAt > r.life
}

func (r *revocations) key(one target) targetKey {
	return targetKey(maphash.Comparable(r.seed, one))
}

func (r *revocations) shard(key targetKey) int {
	return int(key % shards)
}

// keepLists remembers the lists after a change of claims, or that no token of this second is kept.
func (r *revocations) keepLists(key targetKey, one *revocation, isSameSecond bool) {
	before, hadLists := r.kept[key]
	if hadLists {
		r.keptCost -= before.lists.cost()
		delete(r.kept, key)
	}
	wanted := one.kept
	if wanted == nil || (isSameSecond && !hadLists) {
		return
	}
	if isSameSecond {
		// Another event of this second keeps only tokens within its lists.
		wanted = wanted.common(before.lists)
	}
	// Without the lists, the tokens of this second are rejected.
	if cost := wanted.cost(); r.keptCost+cost <= maxLists {
		r.keptCost += cost
		r.kept[key] = keptLists{one.until, wanted}
	}
}

// clean forgets revocations of tokens that have expired, in one part of the memory in a second.
func (r *revocations) clean(now int64) {
	if now == r.cleanedAt {
		return
	}
	r.cleaned, r.cleanedAt = (r.cleaned+1)%shards, now
	r.cleanShard(r.cleaned, now)
	if r.cleaned == 0 {
		for key, kept := range r.kept {
			if kept.at+r.life < now {
				r.keptCost -= kept.lists.cost()
				delete(r.kept, key)
			}
		}
	}
}

func (r *revocations) cleanShard(shard int, now int64) {
	entries := r.shards[shard]
	maps.DeleteFunc(entries, func(_ targetKey, one revoked) bool {
		isOver := int64(one.until)+r.life < now
		if isOver {
			r.counts[one.domain]--
		}
		return isOver
	})
	// A map never shrinks.
	if 4*len(entries) < r.peaks[shard] {
		smaller := make(map[targetKey]revoked, len(entries))
		maps.Copy(smaller, entries)
		r.shards[shard], r.peaks[shard] = smaller, len(entries)
	}
}

func (r *revocations) makeRoom(now int64) bool {
	if now < r.cleanedWhole || now >= r.cleanedWhole+wholeCleanup {
		r.cleanedWhole = now
		for shard := range shards {
			r.cleanShard(shard, now)
		}
	}
	return r.len() < r.capacity
}

// overflow revokes all tokens until now instead of single ones.
func (r *revocations) overflow(now int64) {
	r.all = max(r.all, r.newest, now)
	r.shards, r.counts, r.peaks = [shards]map[targetKey]revoked{}, [domains]int{}, [shards]int{}
	r.kept, r.keptCost = map[targetKey]keptLists{}, 0
}
