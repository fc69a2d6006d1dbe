package access

import (
	"log/slog"
	"net/netip"
	"sync"
)

const (
	// attemptWindow is the counting window in seconds, from the first invalid key.
	attemptWindow = 600
	// lockoutSeconds is the duration of a lockout.
	lockoutSeconds = 900
	// maxAddresses is the maximum number of addresses, of which the oldest is dropped first.
	maxAddresses = 10_000
	// defaultToleratedKeys is the number of invalid API keys of an address before its lockout.
	defaultToleratedKeys = 10
)

// lockout counts invalid API keys by address, in bounded memory.
type lockout struct {
	tolerated int
	log       *slog.Logger

	mutex     sync.Mutex
	addresses queue[netip.Addr, *attempts]
}

type attempts struct {
	count int
	// since is the start of the counting window, until the end of the lockout.
	since, until int64
}

// wait returns the remaining lockout of an address in seconds, 0 if there is none.
func (l *lockout) wait(address netip.Addr, now int64) int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	found, isThere := l.addresses.get(network(address))
	if !isThere {
		return 0
	}
	return int(max(found.until-now, 0))
}

// add counts an invalid key.
func (l *lockout) add(address netip.Addr, now int64) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	found, isThere := l.addresses.get(network(address))
	if !isThere {
		found = &attempts{}
		l.addresses.add(network(address), found)
		if l.addresses.len() > maxAddresses {
			l.addresses.dropOldest()
		}
	}
	if now < found.until {
		return
	}
	if found.count == 0 || now >= found.since+attemptWindow {
		found.count, found.since = 0, now
	}
	found.count++
	if found.count >= l.tolerated {
		found.count, found.until = 0, now+lockoutSeconds
		l.log.Warn("address locked out after invalid API keys", "address", address)
	}
}

// network returns the /64 network of an IPv6 address, which usually belongs to one user.
func network(address netip.Addr) netip.Addr {
	if address.Is4() {
		return address
	}
	prefix, err := address.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.Addr()
}

// canonical returns an address in its usual form.
func canonical(address netip.Addr) netip.Addr {
	return address.Unmap().WithZone("")
}
