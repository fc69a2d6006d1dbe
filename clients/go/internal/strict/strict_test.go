package strict

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestObjects(t *testing.T) {
	for text, expected := range map[string]map[string]any{
		`{}`:       {},
		` {"a":1}`: {"a": int64(1)},
		`{"a":[true,null,"\u00e9",{"b":{}}]}`: {
			"a": []any{true, nil, "é", map[string]any{"b": map[string]any{}}}},
		`{"a":-0}`:                   {"a": float64(0)},
		`{"a":1.5,"b":1E2}`:          {"a": 1.5, "b": 100.0},
		`{"a":9223372036854775807}`:  {"a": int64(9223372036854775807)},
		`{"a":18446744073709551615}`: {"a": uint64(18446744073709551615)},
		`{"a":18446744073709551616}`: {"a": 18446744073709551616.0},
		`{"a":"\ud83d\ude00"}`:       {"a": "😀"},
		`{"a":"\\ud83d"}`:            {"a": `\ud83d`},
	} {
		found, err := ParseObject([]byte(text))
		if err != nil || !reflect.DeepEqual(found, expected) {
			t.Errorf("%s: %#v %v", text, found, err)
		}
	}
}

func TestAmbiguousTexts(t *testing.T) {
	for _, text := range []string{
		``, `[]`, `1`, `null`, `{`, `{}{}`, `{} x`, "\ufeff{}", `{"a":1,"a":1}`, `{"a":1,"\u0061":1}`,
		`{"b":{"a":1,"a":2}}`, `[{"a":1,"a":2}]`, `{"a":NaN}`, `{"a":1e999}`, `{"a":01}`, `{'a':1}`,
		`{"a":1,}`, `{"a":"\ud83d"}`, `{"a":"\ude00"}`, `{"a":"\ud83dx"}`, `{"a":"\ud83d\u0061"}`,
		`{"\ud83d":1}`, "{\"a\":\"\xff\"}", "{\"a\":\"\n\"}", `{"a":/**/1}`,
		`{"a":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`,
		strings.Repeat(`{"a":`, 100_000),
	} {
		if found, err := ParseObject([]byte(text)); err == nil {
			t.Errorf("%.40s: %v", text, found)
		}
	}
}

func TestBase64URL(t *testing.T) {
	for text, isCanonical := range map[string]bool{
		"YQ": true, "YWI": true, "YWJj": true, "_-8": true,
		"": false, "YR": false, "YQ==": false, "YQ\n": false, "Y\rQ": false, "+/8": false, "Y": false, "YQ ": false,
		"YWJjZ": false, "é": false,
	} {
		data, ok := Base64URL(text)
		if ok != isCanonical || (ok && Encode(data) != text) {
			t.Errorf("%q: %v", text, ok)
		}
	}
}

// FuzzParseObject checks that an accepted text means the same to the standard decoder.
func FuzzParseObject(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-0,1.5,"\ud83d\ude00"]}`, `{"a":1,"a":2}`, `{"a":"\ud83d"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := ParseObject(data)
		if err != nil {
			return
		}
		var expected map[string]any
		if err := json.Unmarshal(data, &expected); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(found)
		if err != nil {
			t.Fatal(err)
		}
		var again map[string]any
		if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again, expected) {
			t.Errorf("%s: %v, expected %v", data, again, expected)
		}
	})
}
