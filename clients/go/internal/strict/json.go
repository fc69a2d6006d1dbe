// Package strict reads JSON and base64url in exactly one spelling.
//
// Ordinary parsers keep one of two members of the same name, and not always the same one. A signed
// token that two programs read differently enables attacks (RFC 8725 section 2.4).
package strict

import (
	"bytes"
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
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	value, err := read(decoder, MaxDepth)
	if err != nil {
		return nil, ErrAmbiguous
	}
	object, isObject := value.(map[string]any)
	if !isObject {
		return nil, ErrAmbiguous
	}
	return object, nil
}

// read builds the next value of a text that json.Valid accepted.
func read(decoder *json.Decoder, levels int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		if levels == 0 {
			return nil, ErrAmbiguous
		}
		if token == '{' {
			return readObject(decoder, levels-1)
		}
		return readArray(decoder, levels-1)
	case json.Number:
		return number(string(token))
	default:
		return token, nil
	}
}

func readObject(decoder *json.Decoder, levels int) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name, isText := token.(string)
		if !isText {
			return nil, ErrAmbiguous
		}
		if _, isThere := object[name]; isThere {
			return nil, ErrAmbiguous
		}
		if object[name], err = read(decoder, levels); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token()
	return object, err
}

func readArray(decoder *json.Decoder, levels int) (any, error) {
	array := []any{}
	for decoder.More() {
		value, err := read(decoder, levels)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := decoder.Token()
	return array, err
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
