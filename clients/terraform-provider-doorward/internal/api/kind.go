package api

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
)

// Kinds are generated from the document of the API by `cargo xtask generate`.
//
//go:embed kinds.json
var generated []byte

// Schema describes a value of a document.
type Schema struct {
	Type        string             `json:"type"`
	Format      string             `json:"format"`
	Description string             `json:"description"`
	Enum        []string           `json:"enum"`
	Items       *Schema            `json:"items"`
	Unique      bool               `json:"uniqueItems"`
	WriteOnly   bool               `json:"writeOnly"`
	Properties  map[string]*Schema `json:"properties"`
	// Values of an object with any names.
	Values   *Schema  `json:"additionalProperties"`
	Required []string `json:"required"`
	// KeyMembers name an object.
	KeyMembers []string `json:"x-key"`
	// Removable says that an object without the member has none; otherwise it keeps its value.
	Removable bool `json:"x-removable"`
}

// UnmarshalJSON also reads `true` and `false`, which are schemas (JSON Schema 2020-12, section 4.3.2).
func (s *Schema) UnmarshalJSON(text []byte) error {
	if string(text) == "true" || string(text) == "false" {
		return nil
	}
	type members Schema
	return json.Unmarshal(text, (*members)(s))
}

// Kind is a kind of objects.
type Kind struct {
	// Name in the API: `clients`.
	Name string
	// Resource is the end of the name of the resource: `client`.
	Resource string
	Schema   *Schema
}

// document is the generated file.
type document struct {
	Version string `json:"version"`
	Kinds   []struct {
		Name     string  `json:"name"`
		Resource string  `json:"resource"`
		Schema   *Schema `json:"schema"`
	} `json:"kinds"`
}

// Version is that of Doorward, whose API this is.
var Version, Kinds = load()

func load() (string, []Kind) {
	var all document
	if err := json.Unmarshal(generated, &all); err != nil {
		panic(err)
	}
	var kinds []Kind
	for _, one := range all.Kinds {
		kinds = append(kinds, Kind(one))
	}
	return all.Version, kinds
}

// IsKey returns true for a member that names an object.
func (k Kind) IsKey(member string) bool {
	return slices.Contains(k.Schema.KeyMembers, member)
}

// IsRequired returns true for a member that each object has.
func (k Kind) IsRequired(member string) bool {
	return slices.Contains(k.Schema.Required, member)
}

// Key returns the key of an object: the values of its members.
func (k Kind) Key(document Document) string {
	var values []string
	for _, name := range k.Schema.KeyMembers {
		value, ok := document[name].(string)
		if !ok {
			continue
		}
		if name == "client_id" {
			// A client and an organization can have the same name.
			value = "client:" + value
		}
		values = append(values, value)
	}
	return strings.Join(values, " ")
}
