// Package provider has a resource for each kind of objects that files of Doorward can describe.
package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"doorward.example/terraform-provider-doorward/internal/api"
)

// Address is the source of the provider in a configuration.
const Address = "doorward.example/doorward/doorward"

type doorward struct{}

// New returns the provider.
func New() provider.Provider { return doorward{} }

type settings struct {
	URL          types.String `tfsdk:"url"`
	Token        types.String `tfsdk:"token"`
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
}

func (doorward) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName, response.Version = "doorward", api.Version
}

func (doorward) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	text := func(description string, sensitive bool) schema.Attribute {
		return schema.StringAttribute{Optional: true, Sensitive: sensitive, MarkdownDescription: description}
	}
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"url":           text("Address of the server. If omitted, `DOORWARD_URL`.", false),
		"token":         text("Access token with the scope `admin`. If omitted, `DOORWARD_TOKEN`.", true),
		"client_id":     text("Client that gets a token for itself. If omitted, `DOORWARD_CLIENT_ID`.", false),
		"client_secret": text("Secret of this client. If omitted, `DOORWARD_CLIENT_SECRET`.", true),
	}}
}

func (doorward) Configure(ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse) {
	var set settings
	response.Diagnostics.Append(request.Config.Get(ctx, &set)...)
	if response.Diagnostics.HasError() {
		return
	}
	for _, value := range []types.String{set.URL, set.Token, set.ClientID, set.ClientSecret} {
		if value.IsUnknown() {
			// The address is that of a server that the same run creates: nothing can be planned there.
			response.Diagnostics.AddWarning("Doorward is not known yet", "A plan cannot show the impact before the server exists.")
			return
		}
	}
	or := func(value types.String, variable string) string {
		if value.IsNull() {
			return os.Getenv(variable)
		}
		return value.ValueString()
	}
	client, err := api.New(api.Config{
		URL:          or(set.URL, "DOORWARD_URL"),
		Token:        or(set.Token, "DOORWARD_TOKEN"),
		ClientID:     or(set.ClientID, "DOORWARD_CLIENT_ID"),
		ClientSecret: or(set.ClientSecret, "DOORWARD_CLIENT_SECRET"),
		Agent:        "terraform-provider-doorward/" + api.Version,
	})
	if err != nil {
		response.Diagnostics.AddError("Doorward is not configured", err.Error())
		return
	}
	response.ResourceData = client
}

func (doorward) Resources(context.Context) []func() resource.Resource {
	var resources []func() resource.Resource
	for _, kind := range api.Kinds {
		resources = append(resources, func() resource.Resource { return &object{kind: kind, attributes: attributesOf(kind)} })
	}
	return resources
}

func (doorward) DataSources(context.Context) []func() datasource.DataSource { return nil }
