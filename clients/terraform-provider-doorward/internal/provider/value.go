package provider

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func (a attribute) null() tftypes.Value    { return tftypes.NewValue(a.tfType(), nil) }
func (a attribute) unknown() tftypes.Value { return tftypes.NewValue(a.tfType(), tftypes.UnknownValue) }

// fields returns the attributes of an object; none if it is null or unknown.
func fields(value tftypes.Value) map[string]tftypes.Value {
	var all map[string]tftypes.Value
	if value.IsKnown() && !value.IsNull() {
		_ = value.As(&all)
	}
	return all
}

// toJSON returns the member of a document for a known value; nil for null.
func (a attribute) toJSON(value tftypes.Value) (any, error) {
	if value.IsNull() {
		return nil, nil
	}
	switch a.form {
	case number:
		number := new(big.Float)
		if err := value.As(&number); err != nil {
			return nil, err
		}
		whole, accuracy := number.Int64()
		if accuracy != big.Exact {
			return nil, fmt.Errorf("%s must be a whole number", a.name)
		}
		return whole, nil
	case flag:
		var flag bool
		err := value.As(&flag)
		return flag, err
	case words, set, list:
		texts, err := texts(value)
		if err != nil {
			return nil, err
		}
		if a.form != list {
			slices.Sort(texts)
		}
		if a.form == words {
			return strings.Join(texts, " "), nil
		}
		return asAny(texts), nil
	case mapping:
		members := map[string]any{}
		for name, member := range fields(value) {
			var text string
			if err := member.As(&text); err != nil {
				return nil, err
			}
			members[name] = text
		}
		return members, nil
	case nested:
		members, all := map[string]any{}, fields(value)
		for _, one := range a.inner {
			member, err := one.toJSON(all[one.name])
			if err != nil {
				return nil, err
			}
			if member != nil {
				members[one.name] = member
			}
		}
		return members, nil
	}
	var text string
	if err := value.As(&text); err != nil {
		return nil, err
	}
	if a.form != other {
		return text, nil
	}
	var any any
	if err := json.Unmarshal([]byte(text), &any); err != nil {
		return nil, fmt.Errorf("%s must be JSON, as jsonencode writes it: %w", a.name, err)
	}
	return any, nil
}

func texts(value tftypes.Value) ([]string, error) {
	var elements []tftypes.Value
	if err := value.As(&elements); err != nil {
		return nil, err
	}
	texts := make([]string, len(elements))
	for i, element := range elements {
		if err := element.As(&texts[i]); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

func asAny(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

// fromJSON returns the value for a member of a document.
func (a attribute) fromJSON(member any) (tftypes.Value, error) {
	wrong := fmt.Errorf("the server has %v as %s, which this version of the provider does not know", member, a.name)
	if member == nil {
		return a.null(), nil
	}
	switch a.form {
	case number:
		value, ok := member.(float64)
		if !ok {
			return a.null(), wrong
		}
		return tftypes.NewValue(tftypes.Number, value), nil
	case flag:
		value, ok := member.(bool)
		if !ok {
			return a.null(), wrong
		}
		return tftypes.NewValue(tftypes.Bool, value), nil
	case words, set, list:
		items, ok := member.([]any)
		if text, isText := member.(string); isText && a.form == words {
			items, ok = asAny(strings.Fields(text)), true
		}
		if !ok {
			return a.null(), wrong
		}
		elements := make([]tftypes.Value, len(items))
		for i, item := range items {
			text, ok := item.(string)
			if !ok {
				return a.null(), wrong
			}
			elements[i] = tftypes.NewValue(tftypes.String, text)
		}
		return tftypes.NewValue(a.tfType(), elements), nil
	case mapping, nested:
		members, ok := member.(map[string]any)
		if !ok {
			return a.null(), wrong
		}
		all := map[string]tftypes.Value{}
		if a.form == nested {
			for _, one := range a.inner {
				value, err := one.fromJSON(members[one.name])
				if err != nil {
					return a.null(), err
				}
				all[one.name] = value
			}
			return tftypes.NewValue(a.tfType(), all), nil
		}
		for name, value := range members {
			text, ok := value.(string)
			if !ok {
				return a.null(), wrong
			}
			all[name] = tftypes.NewValue(tftypes.String, text)
		}
		return tftypes.NewValue(a.tfType(), all), nil
	case other:
		text, err := json.Marshal(member)
		return tftypes.NewValue(tftypes.String, string(text)), err
	}
	text, ok := member.(string)
	if !ok {
		return a.null(), wrong
	}
	return tftypes.NewValue(tftypes.String, text), nil
}

// same returns true if a value means the member of a document, whose form can differ: an empty list is none, and
// the order of a set has no meaning.
func (a attribute) same(value tftypes.Value, member any) bool {
	if !value.IsFullyKnown() {
		return false
	}
	own, err := a.toJSON(value)
	return err == nil && reflect.DeepEqual(a.canonical(own), a.canonical(member))
}

// canonical returns a form of a member in which equal ones are equal.
func (a attribute) canonical(member any) any {
	if a.form == words {
		if text, ok := member.(string); ok {
			member = asAny(strings.Fields(text))
		}
	}
	member = plain(member)
	if items, ok := member.([]any); ok && (a.form == words || a.form == set) {
		slices.SortFunc(items, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return member
}

// plain returns a copy without members that have no value.
func plain(member any) any {
	switch member := member.(type) {
	case int64:
		return float64(member)
	case string:
		if member == "" {
			return nil
		}
	case []any:
		if len(member) == 0 {
			return nil
		}
		items := make([]any, len(member))
		for i, item := range member {
			items[i] = plain(item)
		}
		return items
	case map[string]any:
		members := map[string]any{}
		for name, value := range member {
			if value = plain(value); value != nil {
				members[name] = value
			}
		}
		if len(members) == 0 {
			return nil
		}
		return members
	}
	return member
}

// stored returns the value for a member of a stored document: the preferred one if it means the same, or if the
// configuration gives it: the server has checked that it stores what was given, perhaps under another name.
func (a attribute) stored(preferred tftypes.Value, member any, isGiven bool) (tftypes.Value, error) {
	if a.isSecret {
		return a.null(), nil
	}
	members, isObject := member.(map[string]any)
	known := fields(preferred)
	switch {
	case a.form == nested && isObject && known != nil:
		all := map[string]tftypes.Value{}
		for _, one := range a.inner {
			value, err := one.stored(known[one.name], members[one.name], isGiven)
			if err != nil {
				return a.null(), err
			}
			all[one.name] = value
		}
		return tftypes.NewValue(a.tfType(), all), nil
	case !preferred.IsNull() && preferred.IsFullyKnown() && (isGiven || a.same(preferred, member)):
		return preferred, nil
	}
	return a.fromJSON(member)
}
