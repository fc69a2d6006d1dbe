// Package strict reads JSON and base64url in exactly one spelling.
//
// Ordinary parsers keep one of two members of the same name, and not always the same one. A signed
// token that two programs read differently enables attacks (RFC 8725 section 2.4).
package strict

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxDepth is the maximum depth of nesting.
const MaxDepth = 32

// ErrAmbiguous reports a text that is not one unambiguous JSON object.
var ErrAmbiguous = errors.New("not an unambiguous JSON object")

// ParseObject parses one JSON object. It rejects duplicate members, half surrogate pairs, invalid
// UTF-8, numbers out of range, and deep nesting.
//
// Integers of 64 bits are int64 or uint64, other numbers float64: no claim holds a rounded integer.
func ParseObject(data []byte) (map[string]any, error) {
	// The standard decoder replaces invalid UTF-8 and half surrogate pairs silently.
	if !utf8.Valid(data) || !json.Valid(data) || hasHalfSurrogate(data) {
		return nil, ErrAmbiguous
	}
	reader := reader{data: data}
	value, err := reader.value(MaxDepth)
	if err != nil {
		return nil, ErrAmbiguous
	}
	object, isObject := value.(map[string]any)
	if !isObject {
		return nil, ErrAmbiguous
	}
	return object, nil
}

// reader builds the value of a text that json.Valid accepted: the syntax needs no second check.
type reader struct {
	data []byte
	at   int
}

func (r *reader) value(levels int) (any, error) {
	switch r.next() {
	case '{':
		return r.object(levels - 1)
	case '[':
		return r.array(levels - 1)
	case '"':
		return r.text()
	case 't':
		r.at += len("true")
		return true, nil
	case 'f':
		r.at += len("false")
		return false, nil
	case 'n':
		r.at += len("null")
		return nil, nil
	default:
		start := r.at
		for r.at < len(r.data) && strings.IndexByte("+-.eE0123456789", r.data[r.at]) >= 0 {
			r.at++
		}
		return number(string(r.data[start:r.at]))
	}
}

func (r *reader) object(levels int) (any, error) {
	if levels < 0 {
		return nil, ErrAmbiguous
	}
	object := map[string]any{}
	r.at++
	for r.next() != '}' {
		name, err := r.text()
		if err != nil {
			return nil, err
		}
		if _, isThere := object[name]; isThere {
			return nil, ErrAmbiguous
		}
		r.next() // The colon.
		r.at++
		if object[name], err = r.value(levels); err != nil {
			return nil, err
		}
		r.skipComma()
	}
	r.at++
	return object, nil
}

func (r *reader) array(levels int) (any, error) {
	if levels < 0 {
		return nil, ErrAmbiguous
	}
	array := []any{}
	r.at++
	for r.next() != ']' {
		value, err := r.value(levels)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
		r.skipComma()
	}
	r.at++
	return array, nil
}

func (r *reader) text() (string, error) {
	start, isEscaped := r.at, false
	for r.at++; r.data[r.at] != '"'; r.at++ {
		if r.data[r.at] == '\\' {
			isEscaped = true
			r.at++
		}
	}
	r.at++
	if !isEscaped {
		return string(r.data[start+1 : r.at-1]), nil
	}
	var text string
	err := json.Unmarshal(r.data[start:r.at], &text)
	return text, err
}

// next skips white space and returns the byte that follows.
func (r *reader) next() byte {
	for strings.IndexByte(" \t\r\n", r.data[r.at]) >= 0 {
		r.at++
	}
	return r.data[r.at]
}

func (r *reader) skipComma() {
	if r.next() == ',' {
		r.at++
	}
}

func number(text string) (any, error) {
	if text != "-0" && !strings.ContainsAny(text, ".eE") {
		if value, err := strconv.ParseInt(text, 10, 64); err == nil {
			return value, nil
		}
		if value, err := strconv.ParseUint(text, 10, 64); err == nil {
			return value, nil
		}
	}
	return strconv.ParseFloat(text, 64)
}

// hasHalfSurrogate returns true if an escape names one half of a surrogate pair without the other.
// The text is valid JSON: each backslash begins a complete escape.
func hasHalfSurrogate(data []byte) bool {
	for at := 0; at < len(data); at++ {
		if data[at] != '\\' {
			continue
		}
		at++
		if data[at] != 'u' {
			continue
		}
		unit := codeUnit(data[at+1:])
		at += 4
		switch {
		case unit >= 0xDC00 && unit <= 0xDFFF:
			return true
		case unit >= 0xD800 && unit <= 0xDBFF:
			rest := data[at+1:]
			if len(rest) < 6 || rest[0] != '\\' || rest[1] != 'u' {
				return true
			}
			if low := codeUnit(rest[2:]); low < 0xDC00 || low > 0xDFFF {
				return true
			}
			at += 6
		}
	}
	return false
}

func codeUnit(digits []byte) uint64 {
	unit, err := strconv.ParseUint(string(digits[:4]), 16, 32)
	if err != nil {
		return 0xD800 // Not hexadecimal, which json.Valid excludes: rejected.
	}
	return unit
}
