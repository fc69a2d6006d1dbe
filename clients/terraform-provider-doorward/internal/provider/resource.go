package provider

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"doorward.example/terraform-provider-doorward/internal/api"
)

// object is the resource for a kind of objects.
type object struct {
	kind       api.Kind
	attributes []attribute
	client     *api.Client
}

var (
	_ resource.ResourceWithConfigure   = &object{}
	_ resource.ResourceWithImportState = &object{}
	_ resource.ResourceWithModifyPlan  = &object{}
)

func (o *object) Metadata(_ context.Context, request resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_" + o.kind.Resource
}

func (o *object) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for _, one := range o.attributes {
		attributes[one.name] = one.schema()
		if one.isSecret {
			attributes[one.name+versionSuffix] = one.versionSchema()
		}
	}
	response.Schema = schema.Schema{Attributes: attributes, MarkdownDescription: o.kind.Schema.Description}
}

func (o *object) Configure(_ context.Context, request resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	o.client, _ = request.ProviderData.(*api.Client)
}

// document returns the document of a configuration. A secret is in it if it is new, or has another version.
// Values that are not known yet are reported as absent.
func (o *object) document(config, state tftypes.Value) (api.Document, bool, error) {
	document, known, all := api.Document{}, true, fields(config)
	for _, one := range o.attributes {
		value := all[one.name]
		if one.isSecret && !o.isSent(one, config, state) {
			continue
		}
		if !value.IsFullyKnown() {
			if !one.isSecret {
				known = false
				continue
			}
			// The secret of a plan is not stored. A generated one is not known before the apply.
			value = tftypes.NewValue(tftypes.String, rand.Text()+rand.Text())
		}
		member, err := one.toJSON(value)
		if err != nil {
			return nil, false, err
		}
		if member != nil {
			document[one.name] = member
		}
	}
	return document, known, nil
}

// isSent returns true if a secret is new or has another version.
func (o *object) isSent(secret attribute, config, state tftypes.Value) bool {
	name := secret.name + versionSuffix
	return state.IsNull() || !fields(config)[name].Equal(fields(state)[name])
}

// ModifyPlan asks the server what the change does. The plan has the values that the server will have.
func (o *object) ModifyPlan(ctx context.Context, request resource.ModifyPlanRequest, response *resource.ModifyPlanResponse) {
	if o.client == nil {
		return
	}
	state := request.State.Raw
	if request.Plan.Raw.IsNull() {
		o.planDeletion(ctx, state, &response.Diagnostics)
		return
	}
	config := request.Config.Raw
	document, known, err := o.document(config, state)
	if err != nil {
		response.Diagnostics.AddError("The configuration has a wrong value", err.Error())
		return
	}
	if !known {
		return
	}
	key := o.kind.Key(document)
	objects, err := o.client.Objects(ctx, o.kind)
	if err != nil {
		response.Diagnostics.AddError("Doorward cannot be read", err.Error())
		return
	}
	before, exists := objects[key]
	isReplaced := false
	if former, hasState := o.keyOf(state); hasState {
		o.client.Manage(o.kind, former)
	} else if exists && o.client.Manages(o.kind, key) {
		// It is replaced: the apply deletes it first.
		before, exists, isReplaced = nil, false, true
	} else if exists {
		response.Diagnostics.AddError(
			fmt.Sprintf("%s exists already", o.title(key)),
			fmt.Sprintf("Take it over: import it as %q. The plan of an import changes nothing.", key),
		)
		return
	}
	var change *api.ObjectChange
	if !exists || !o.isAsConfigured(config, before, document) {
		changes := []api.Change{{Kind: o.kind, Key: key, Document: document}}
		if former, hasState := o.keyOf(state); hasState && former != key {
			changes = append([]api.Change{{Kind: o.kind, Key: former}}, changes...)
		}
		planned, err := o.client.Plan(ctx, changes...)
		if err != nil {
			response.Diagnostics.AddError(fmt.Sprintf("%s cannot be planned", o.title(key)), err.Error())
			return
		}
		if report(planned, o.title(key), &response.Diagnostics); response.Diagnostics.HasError() {
			return
		}
		change = planned.Change
	}
	planned, err := o.planned(config, before, change)
	if err != nil {
		response.Diagnostics.AddError("The plan has an unexpected value", err.Error())
		return
	}
	if isReplaced {
		o.forgetComputed(planned, config)
	}
	o.copyVersions(planned, config)
	response.Plan.Raw = tftypes.NewValue(request.Plan.Raw.Type(), planned)
}

func (o *object) planDeletion(ctx context.Context, state tftypes.Value, diagnostics *diag.Diagnostics) {
	key, _ := o.keyOf(state)
	planned, err := o.client.Plan(ctx, api.Change{Kind: o.kind, Key: key})
	if err != nil {
		diagnostics.AddError(fmt.Sprintf("The deletion of %s cannot be planned", o.title(key)), err.Error())
		return
	}
	// Plans have another order than the apply, which deletes first what uses the object.
	planned.Others = append(planned.Problems, planned.Others...)
	planned.Problems = nil
	report(planned, "The deletion of "+o.title(key), diagnostics)
}

func report(planned *api.Planned, title string, diagnostics *diag.Diagnostics) {
	if len(planned.Problems) > 0 {
		diagnostics.AddError(title+" is not possible", strings.Join(planned.Problems, "\n"))
	}
	if len(planned.Others) > 0 {
		diagnostics.AddWarning(title+" could fail", strings.Join(planned.Others, "\n"))
	}
	if len(planned.Impact) > 0 {
		diagnostics.AddWarning(title+" has an impact", strings.Join(planned.Impact, "\n"))
	}
}

// isAsConfigured returns true if a plan would surely find no difference: it need not be asked for.
func (o *object) isAsConfigured(config tftypes.Value, before, document api.Document) bool {
	all := fields(config)
	for _, one := range o.attributes {
		switch value := all[one.name]; {
		case one.isSecret:
			if _, isSent := document[one.name]; isSent {
				return false
			}
		case value.IsNull():
			if one.removable && one.canonical(before[one.name]) != nil {
				return false
			}
		case !one.same(value, before[one.name]):
			return false
		}
	}
	return true
}

// planned returns the values after the change. What the configuration leaves out has the value that the server
// plans, or a default that only the apply shows.
func (o *object) planned(config tftypes.Value, before api.Document, change *api.ObjectChange) (map[string]tftypes.Value, error) {
	after := map[string]any{}
	if change != nil {
		for _, member := range change.Members {
			after[member.Name] = member.After
		}
	}
	all, configured := map[string]tftypes.Value{}, fields(config)
	for _, one := range o.attributes {
		value, err := one.planned(one.name, configured[one.name], before[one.name], before != nil, after)
		if err != nil {
			return nil, err
		}
		all[one.name] = value
	}
	return all, nil
}

func (a attribute) planned(path string, config tftypes.Value, before any, exists bool, after map[string]any) (tftypes.Value, error) {
	if a.isSecret {
		return a.null(), nil
	}
	former, _ := before.(map[string]any)
	if a.form == nested && (!config.IsNull() || hasBelow(after, path)) {
		all, configured := map[string]tftypes.Value{}, fields(config)
		isEmpty := true
		for _, one := range a.inner {
			value := one.null()
			if configured != nil {
				value = configured[one.name]
			}
			value, err := one.planned(path+"."+one.name, value, former[one.name], exists || before == nil, after)
			if err != nil {
				return a.null(), err
			}
			isEmpty = isEmpty && value.IsNull()
			all[one.name] = value
		}
		if isEmpty && config.IsNull() {
			return a.null(), nil
		}
		return tftypes.NewValue(a.tfType(), all), nil
	}
	if !config.IsNull() {
		return config, nil
	}
	member, isPlanned := after[path]
	switch {
	case isPlanned:
		return a.fromJSON(member)
	case hasBelow(after, path):
		// Names can have dots, so the value is not put together from its paths.
		return a.unknown(), nil
	case exists || a.removable || a.key:
		return a.fromJSON(before)
	default:
		return a.unknown(), nil
	}
}

func hasBelow(after map[string]any, path string) bool {
	for name := range after {
		if strings.HasPrefix(name, path+".") {
			return true
		}
	}
	return false
}

// forgetComputed makes the values unknown that a plan beside the present object cannot show.
func (o *object) forgetComputed(planned map[string]tftypes.Value, config tftypes.Value) {
	configured := fields(config)
	for _, one := range o.attributes {
		if !one.key && !one.isSecret && configured[one.name].IsNull() {
			planned[one.name] = one.unknown()
		}
	}
}

// copyVersions keeps the numbers beside secrets, which no document has.
func (o *object) copyVersions(all map[string]tftypes.Value, from tftypes.Value) {
	known := fields(from)
	for _, one := range o.attributes {
		if !one.isSecret {
			continue
		}
		name := one.name + versionSuffix
		if all[name] = tftypes.NewValue(tftypes.Number, nil); known != nil {
			all[name] = known[name]
		}
	}
}

func (o *object) title(key string) string {
	return o.kind.Name + "/" + strings.TrimPrefix(key, "/")
}

// keyOf returns the key of the object in a state, if there is one.
func (o *object) keyOf(state tftypes.Value) (string, bool) {
	document, all := api.Document{}, fields(state)
	for _, one := range o.attributes {
		var text string
		if value := all[one.name]; one.key && all != nil && !value.IsNull() && value.As(&text) == nil {
			document[one.name] = text
		}
	}
	return o.kind.Key(document), all != nil
}

// state returns the state of a stored object, in the form of the preferred values that mean the same. A value that
// isGiven is that of the server, whatever its form.
func (o *object) state(preferred tftypes.Value, stored api.Document, kind tftypes.Type, isGiven func(string) bool) (tftypes.Value, error) {
	all, known := map[string]tftypes.Value{}, fields(preferred)
	for _, one := range o.attributes {
		value := one.null()
		if known != nil {
			value = known[one.name]
		}
		value, err := one.stored(value, stored[one.name], isGiven(one.name))
		if err != nil {
			return tftypes.Value{}, err
		}
		all[one.name] = value
	}
	o.copyVersions(all, preferred)
	return tftypes.NewValue(kind, all), nil
}

func none(string) bool { return false }

func (o *object) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	null := tftypes.NewValue(request.Config.Raw.Type(), nil)
	response.State.Raw = o.apply(ctx, request.Config.Raw, request.Plan.Raw, null, &response.Diagnostics)
}

func (o *object) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	response.State.Raw = o.apply(ctx, request.Config.Raw, request.Plan.Raw, request.State.Raw, &response.Diagnostics)
}

// apply makes the object what the configuration says. Returns its state: the former one after an error.
func (o *object) apply(ctx context.Context, config, plan, state tftypes.Value, diagnostics *diag.Diagnostics) tftypes.Value {
	document, _, err := o.document(config, state)
	if err != nil {
		diagnostics.AddError("The configuration has a wrong value", err.Error())
		return state
	}
	key := o.kind.Key(document)
	stored, err := o.client.Apply(ctx, o.kind, key, document)
	if err != nil {
		diagnostics.AddError(fmt.Sprintf("%s was not changed", o.title(key)), err.Error())
		return state
	}
	given := fields(config)
	after, err := o.state(plan, stored, plan.Type(), func(name string) bool { return !given[name].IsNull() })
	if err != nil {
		diagnostics.AddError(fmt.Sprintf("%s has an unexpected value", o.title(key)), err.Error())
		return state
	}
	return after
}

func (o *object) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	key, _ := o.keyOf(request.State.Raw)
	objects, err := o.client.Objects(ctx, o.kind)
	if err != nil {
		response.Diagnostics.AddError("Doorward cannot be read", err.Error())
		return
	}
	stored, ok := objects[key]
	if !ok {
		response.State.RemoveResource(ctx)
		return
	}
	o.client.Manage(o.kind, key)
	state, err := o.read(ctx, request.State.Raw, key, stored)
	if err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("%s cannot be read", o.title(key)), err.Error())
		return
	}
	response.State.Raw = state
}

// read returns the state of a stored object. Where it differs from the former state, the server says whether that is
// another value, or another form of the same one: a provider of the kind `google` is stored as one of OpenID Connect.
func (o *object) read(ctx context.Context, former tftypes.Value, key string, stored api.Document) (tftypes.Value, error) {
	state, err := o.state(former, stored, former.Type(), none)
	if err != nil || state.Equal(former) {
		return state, err
	}
	// A state has no secret, and the one of the server stays.
	document, _, err := o.document(former, former)
	if err != nil {
		return state, err
	}
	members, all, err := o.client.Difference(ctx, api.Change{Kind: o.kind, Key: key, Document: document})
	if err != nil || all {
		return state, err
	}
	known := fields(former)
	return o.state(former, stored, former.Type(), func(name string) bool {
		differs := func(member string) bool { return member == name || strings.HasPrefix(member, name+".") }
		return !known[name].IsNull() && !slices.ContainsFunc(members, differs)
	})
}

func (o *object) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	key, _ := o.keyOf(request.State.Raw)
	if _, err := o.client.Apply(ctx, o.kind, key, nil); err != nil {
		response.Diagnostics.AddError(fmt.Sprintf("%s was not deleted", o.title(key)), err.Error())
	}
}

// ImportState takes an object over by its key, as an export names it: `acme /sales` is a group of an organization.
func (o *object) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	objects, err := o.client.Objects(ctx, o.kind)
	if err != nil {
		response.Diagnostics.AddError("Doorward cannot be read", err.Error())
		return
	}
	stored, ok := objects[request.ID]
	if !ok {
		response.Diagnostics.AddError("There is no such object", fmt.Sprintf("The server has no %s.", o.title(request.ID)))
		return
	}
	kind := response.State.Schema.Type().TerraformType(ctx)
	state, err := o.state(tftypes.NewValue(kind, nil), stored, kind, none)
	if err != nil {
		response.Diagnostics.AddError("The object has an unexpected value", err.Error())
		return
	}
	response.State.Raw = state
}
