package provider

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var look = attribute{name: "look", form: nested, removable: true, inner: []attribute{
	{name: "color", form: text}, {name: "size", form: number},
}}

func parsed(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestValuesAreReadBack(t *testing.T) {
	for text, one := range map[string]attribute{
		`"a"`:                          {form: text},
		`7`:                            {form: number},
		`false`:                        {form: flag},
		`"openid profile"`:             {form: words},
		`["a","b"]`:                    {form: set},
		`["b","a","b"]`:                {form: list},
		`{"a.b":"c"}`:                  {form: mapping},
		`{"color":"red","size":1}`:     look,
		`{"color":"red"}`:              look,
		`{"x":[1,{"y":null}],"z":"Z"}`: {form: other},
		`null`:                         {form: list},
	} {
		member := parsed(t, text)
		value, err := one.fromJSON(member)
		if err != nil {
			t.Error(text, err)
			continue
		}
		back, err := one.toJSON(value)
		written, _ := json.Marshal(back)
		if err != nil || string(written) != text {
			t.Errorf("%s: %s %v", text, written, err)
		}
		if member != nil && !one.same(value, member) {
			t.Errorf("%s is not the same as itself", text)
		}
	}
	for text, one := range map[string]attribute{
		`1`: {form: text}, `"1"`: {form: number}, `[1]`: {form: set}, `{"a":1}`: {form: mapping}, `"x"`: look, `[]`: {form: flag},
	} {
		if value, err := one.fromJSON(parsed(t, text)); err == nil {
			t.Errorf("%s: %v", text, value)
		}
	}
}

// What a configuration says stays in the state, if the server has the same in another form.
func TestSameIgnoresFormOfServer(t *testing.T) {
	for _, row := range []struct {
		one        attribute
		own, their string
		same       bool
	}{
		{attribute{form: set}, `["b","a"]`, `["a","b"]`, true},
		{attribute{form: list}, `["b","a"]`, `["a","b"]`, false},
		{attribute{form: list}, `[]`, `null`, true},
		{attribute{form: words}, `"b a"`, `"a b"`, true},
		{attribute{form: text}, `""`, `null`, true},
		{attribute{form: text}, `"a"`, `"b"`, false},
		{attribute{form: flag}, `false`, `null`, false},
		{attribute{form: mapping}, `{"user":"X"}`, `{"user":"X","email":""}`, true},
		{attribute{form: mapping}, `{"user":"X"}`, `{"user":"X","email":"Y"}`, false},
		{attribute{form: other}, `{"b":1,"a":[2]}`, `{"a":[2],"b":1}`, true},
		{look, `{"color":"red"}`, `{"color":"red","size":1}`, false},
	} {
		value, err := row.one.fromJSON(parsed(t, row.own))
		if err != nil {
			t.Fatal(err)
		}
		if same := row.one.same(value, parsed(t, row.their)); same != row.same {
			t.Errorf("%s and %s: %v", row.own, row.their, same)
		}
		stored, err := row.one.stored(value, parsed(t, row.their), false)
		if err != nil || row.same != stored.Equal(value) {
			t.Errorf("%s and %s: %v %v", row.own, row.their, stored, err)
		}
		given, err := row.one.stored(value, parsed(t, row.their), true)
		if err != nil || (row.one.form != nested && !given.Equal(value)) {
			t.Errorf("%s and %s: %v %v", row.own, row.their, given, err)
		}
	}
}

func TestPlannedValueIsThatOfServer(t *testing.T) {
	code := attribute{name: "code", form: text, removable: true}
	kept := attribute{name: "label", form: text}
	texts := attribute{name: "texts", form: mapping}
	for name, row := range map[string]struct {
		one            attribute
		config, before string
		exists         bool
		after          string
		want           string
	}{
		"configured":            {kept, `"a"`, `"b"`, true, `{"label":"a"}`, `"a"`},
		"removed":               {code, `null`, `"b"`, true, `{"code":null}`, `null`},
		"kept":                  {kept, `null`, `"b"`, true, `{}`, `"b"`},
		"default":               {kept, `null`, `null`, false, `{}`, `unknown`},
		"none":                  {code, `null`, `null`, false, `{}`, `null`},
		"completed":             {code, `null`, `null`, false, `{"code":"c"}`, `"c"`},
		"map with another text": {texts, `null`, `{"a":"b"}`, true, `{"texts.a":null}`, `unknown`},
		"object":                {look, `{"color":"red"}`, `{"size":3}`, true, `{"look.color":"red","look.size":null}`, `{"color":"red"}`},
		"object is removed":     {look, `null`, `{"size":3}`, true, `{"look.size":null}`, `null`},
		"secret":                {attribute{form: text, isSecret: true}, `null`, `"keep"`, true, `{}`, `null`},
	} {
		config, err := row.one.fromJSON(parsed(t, row.config))
		if err != nil {
			t.Fatal(err)
		}
		after, _ := parsed(t, row.after).(map[string]any)
		value, err := row.one.planned(row.one.name, config, parsed(t, row.before), row.exists, after)
		if err != nil {
			t.Fatal(name, err)
		}
		written := []byte("unknown")
		if value.IsFullyKnown() {
			known, err := row.one.toJSON(value)
			if err != nil {
				t.Fatal(err)
			}
			written, _ = json.Marshal(known)
		}
		if string(written) != row.want {
			t.Errorf("%s: %s", name, written)
		}
	}
}

func TestEachKindHasSchema(t *testing.T) {
	for _, new := range New().Resources(t.Context()) {
		one := new().(*object)
		if len(one.attributes) < 2 || len(one.kind.Schema.KeyMembers) == 0 {
			t.Errorf("%s: %v", one.kind.Name, one.kind.Schema)
		}
		for _, attribute := range one.attributes {
			if attribute.schema() == nil || attribute.tfType().Is(tftypes.DynamicPseudoType) {
				t.Errorf("%s.%s", one.kind.Name, attribute.name)
			}
		}
	}
}
