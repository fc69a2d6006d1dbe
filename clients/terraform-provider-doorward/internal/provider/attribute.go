package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"doorward.example/terraform-provider-doorward/internal/api"
)

// form is the form of an attribute.
type form int

const (
	text form = iota
	number
	flag
	// words are separated by spaces in the document.
	words
	set
	list
	// mapping has texts by name.
	mapping
	nested
	// other is any value, written as JSON.
	other
)

// versionSuffix is the end of the name of an attribute that only the state has: a change of it sends the secret again.
const versionSuffix = "_version"

// attribute is a member of a document.
type attribute struct {
	name                               string
	form                               form
	description                        string
	key, required, removable, isSecret bool
	inner                              []attribute
}

// attributesOf returns the members of the documents of a kind by name.
func attributesOf(kind api.Kind) []attribute {
	attributes := members(kind.Schema)
	for i := range attributes {
		one := &attributes[i]
		one.key, one.required = kind.IsKey(one.name), kind.IsRequired(one.name)
	}
	return attributes
}

func members(of *api.Schema) []attribute {
	var attributes []attribute
	for _, name := range slices.Sorted(maps.Keys(of.Properties)) {
		member := of.Properties[name]
		one := attribute{
			name: name, form: formOf(member), description: describe(member),
			removable: member.Removable, isSecret: member.WriteOnly,
		}
		if one.form == nested {
			one.inner = members(member)
		}
		attributes = append(attributes, one)
	}
	return attributes
}

func formOf(member *api.Schema) form {
	texts := func(schema *api.Schema) bool { return schema != nil && schema.Type == "string" }
	switch {
	case member.Type == "string" && member.Format == "names":
		return words
	case member.Type == "string":
		return text
	case member.Type == "integer":
		return number
	case member.Type == "boolean":
		return flag
	case member.Type == "array" && texts(member.Items) && member.Unique:
		return set
	case member.Type == "array" && texts(member.Items):
		return list
	case member.Type == "object" && len(member.Properties) > 0:
		return nested
	case member.Type == "object" && texts(member.Values):
		return mapping
	default:
		return other
	}
}

func describe(member *api.Schema) string {
	description := member.Description
	if len(member.Enum) > 0 {
		description += " One of `" + strings.Join(member.Enum, "`, `") + "`."
	}
	if formOf(member) == other {
		description += " Write it with `jsonencode`."
	}
	return strings.TrimSpace(description)
}

// schema returns the attribute in the schema of a resource. What a configuration leaves out is computed: the
// server says in a plan whether it keeps a value, has a default, or has none.
func (a attribute) schema() schema.Attribute {
	optional := !a.required
	computed := optional && !a.key && !a.isSecret
	var replaced []planmodifier.String
	if a.key {
		replaced = append(replaced, stringplanmodifier.RequiresReplace())
	}
	switch a.form {
	case number:
		return schema.Int64Attribute{Required: a.required, Optional: optional, Computed: computed, MarkdownDescription: a.description}
	case flag:
		return schema.BoolAttribute{Required: a.required, Optional: optional, Computed: computed, MarkdownDescription: a.description}
	case words, set:
		return schema.SetAttribute{ElementType: types.StringType, Required: a.required, Optional: optional, Computed: computed, MarkdownDescription: a.description}
	case list:
		return schema.ListAttribute{ElementType: types.StringType, Required: a.required, Optional: optional, Computed: computed, MarkdownDescription: a.description}
	case mapping:
		return schema.MapAttribute{ElementType: types.StringType, Required: a.required, Optional: optional, Computed: computed, MarkdownDescription: a.description}
	case nested:
		inner := map[string]schema.Attribute{}
		for _, one := range a.inner {
			inner[one.name] = one.schema()
		}
		return schema.SingleNestedAttribute{Attributes: inner, Required: a.required, Optional: optional, Computed: computed, MarkdownDescription: a.description}
	default:
		return schema.StringAttribute{
			Required: a.required, Optional: optional, Computed: computed, Sensitive: a.isSecret, WriteOnly: a.isSecret,
			PlanModifiers: replaced, MarkdownDescription: a.description,
		}
	}
}

// versionSchema returns the attribute beside that of a secret.
func (a attribute) versionSchema() schema.Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: fmt.Sprintf("Any number. Another one sends `%s` again, which no state has.", a.name),
	}
}

func (a attribute) tfType() tftypes.Type {
	switch a.form {
	case number:
		return tftypes.Number
	case flag:
		return tftypes.Bool
	case words, set:
		return tftypes.Set{ElementType: tftypes.String}
	case list:
		return tftypes.List{ElementType: tftypes.String}
	case mapping:
		return tftypes.Map{ElementType: tftypes.String}
	case nested:
		inner := map[string]tftypes.Type{}
		for _, one := range a.inner {
			inner[one.name] = one.tfType()
		}
		return tftypes.Object{AttributeTypes: inner}
	default:
		return tftypes.String
	}
}
