// Package weburl normalizes URLs as DPoP proofs name them (RFC 9449 section 4.3), by RFC 3986
// section 6.2.
//
// It reads what browsers read (backslashes excepted), because clients in browsers write the URLs.
// A host that is an IPv4 address in an unusual form, such as 0x7f.1, is not accepted.
package weburl

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Origin returns the origin of an http or https URL, and false for anything else.
func Origin(text string) (string, bool) {
	origin, _, ok := parse(text)
	return origin, ok
}

// Target returns a normalized URL without query and fragment.
func Target(text string) (string, bool) {
	origin, path, ok := parse(text)
	return origin + path, ok
}

func parse(text string) (origin, path string, ok bool) {
	if !isVisible(text) || strings.Contains(text, `\`) {
		return "", "", false
	}
	scheme, rest, found := strings.Cut(text, ":")
	scheme = strings.ToLower(scheme)
	if !found || (scheme != "http" && scheme != "https") {
		return "", "", false
	}
	rest = strings.TrimLeft(rest, "/")
	if end := strings.IndexAny(rest, "?#"); end >= 0 {
		rest = rest[:end]
	}
	authority, path := rest, ""
	if slash := strings.IndexByte(rest, '/'); slash >= 0 {
		authority, path = rest[:slash], rest[slash:]
	}
	origin, ok = readOrigin(scheme, authority)
	return origin, normalizePath(path), ok
}

func readOrigin(scheme, authority string) (string, bool) {
	place := authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		// A user is part of the authority, but no part of an origin.
		if strings.Trim(authority[:at], ":") != "" {
			return "", false
		}
		place = authority[at+1:]
	}
	name, port, ok := splitPort(place)
	if !ok {
		return "", false
	}
	host, ok := readHost(name)
	if !ok {
		return "", false
	}
	if port == "" || isDefault(scheme, port) {
		return scheme + "://" + host, true
	}
	return scheme + "://" + host + ":" + port, true
}

// splitPort returns the host and the port in digits without leading zeros.
func splitPort(place string) (host, port string, ok bool) {
	end := strings.IndexByte(place, ':')
	if strings.HasPrefix(place, "[") {
		bracket := strings.IndexByte(place, ']')
		if bracket < 0 {
			return "", "", false
		}
		end = bracket + 1
		if end == len(place) {
			end = -1
		} else if place[end] != ':' {
			return "", "", false
		}
	}
	if end < 0 {
		return place, "", place != ""
	}
	host, digits := place[:end], place[end+1:]
	if digits == "" {
		return host, "", host != ""
	}
	if strings.Trim(digits, "0123456789") != "" {
		return "", "", false
	}
	number, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return "", "", false
	}
	return host, strconv.FormatUint(number, 10), host != ""
}

func isDefault(scheme, port string) bool {
	return (scheme == "http" && port == "80") || (scheme == "https" && port == "443")
}

func readHost(name string) (string, bool) {
	if inner, isV6 := strings.CutPrefix(name, "["); isV6 {
		inner, isClosed := strings.CutSuffix(inner, "]")
		address, err := netip.ParseAddr(inner)
		if !isClosed || err != nil || !address.Is6() || address.Zone() != "" {
			return "", false
		}
		return "[" + address.StringExpanded() + "]", true
	}
	plain, err := url.PathUnescape(name)
	if err != nil {
		return "", false
	}
	host := strings.ToLower(plain)
	for at := range len(plain) {
		if !isHostByte(plain[at]) {
			return "", false
		}
	}
	if endsInNumber(host) {
		address, err := netip.ParseAddr(host)
		if err != nil || !address.Is4() {
			return "", false
		}
		return address.String(), true
	}
	return host, host != ""
}

func isHostByte(char byte) bool {
	return isAlphanumeric(char) || strings.IndexByte("!$&'()*+,;=~_.-", char) >= 0
}

// endsInNumber returns true for a host whose last label is a number, which browsers read as IPv4.
func endsInNumber(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if digits, isHex := strings.CutPrefix(last, "0x"); isHex {
		return strings.Trim(digits, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

func normalizePath(path string) string {
	var kept []string
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for position, segment := range segments {
		switch strings.ReplaceAll(strings.ReplaceAll(segment, "%2e", "."), "%2E", ".") {
		case "..":
			kept = kept[:max(len(kept)-1, 0)]
		case ".":
		default:
			kept = append(kept, segment)
			continue
		}
		if position == len(segments)-1 {
			kept = append(kept, "")
		}
	}
	return escape("/" + strings.Join(kept, "/"))
}

// escape writes escapes in upper case, none for unreserved characters, and one for each character
// that browsers escape in paths.
func escape(path string) string {
	var written strings.Builder
	for at := 0; at < len(path); at++ {
		char, isEscape := path[at], false
		if char == '%' && at+2 < len(path) {
			if value, err := strconv.ParseUint(path[at+1:at+3], 16, 8); err == nil {
				char, isEscape = byte(value), true
				at += 2
			}
		}
		isPlain := isAlphanumeric(char) || strings.IndexByte("._~-", char) >= 0
		if (isEscape && !isPlain) || strings.IndexByte("\"<>`{}", char) >= 0 {
			fmt.Fprintf(&written, "%%%02X", char)
		} else {
			written.WriteByte(char)
		}
	}
	return written.String()
}

func isAlphanumeric(char byte) bool {
	return char >= '0' && char <= '9' || char >= 'A' && char <= 'Z' || char >= 'a' && char <= 'z'
}

func isVisible(text string) bool {
	for at := range len(text) {
		if text[at] <= ' ' || text[at] > '~' {
			return false
		}
	}
	return true
}
