use clap::ArgGroup;
use doorward_admin::claims::operations::PUT;

use crate::command::prelude::*;
use crate::operation;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a custom claim, or replace the one with this ID
    Put(Box<PutArgs>),
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").required(true).args([
    "constant", "role", "group", "organization", "organization_name", "profile_field", "roles", "groups",
]))]
#[command(group = ArgGroup::new("list").args(["roles", "groups"]))]
pub struct PutArgs {
    /// ID of the custom claim
    id: String,
    /// Name of the claim
    #[arg(long, value_name = "NAME")]
    claim: String,
    /// Names of the members below the claim that lead to the value, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    path: Vec<String>,
    /// Client whose tokens contain it [default: all clients]
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// Output that contains it (repeatable)
    #[arg(long, value_name = "OUTPUT", required = true, value_parser = ["access_token", "id_token", "userinfo", "introspection"])]
    output: Vec<String>,
    /// Scope that the token must have
    #[arg(long)]
    scope: Option<String>,
    /// Value in every token, as JSON; other text is a string
    #[arg(long, value_name = "VALUE")]
    constant: Option<TypedValue>,
    /// Value for a role (repeatable; the first role that the subject has decides)
    #[arg(long, value_name = "ROLE=VALUE", value_parser = case)]
    role: Vec<Value>,
    /// Value for a group and its subgroups (repeatable; the first match decides)
    #[arg(long, value_name = "PATH=VALUE", value_parser = case)]
    group: Vec<Value>,
    /// Value for an organization (repeatable)
    #[arg(long, value_name = "SLUG=VALUE", value_parser = case)]
    organization: Vec<Value>,
    /// Use the display name of the organization
    #[arg(long)]
    organization_name: bool,
    /// Use the user's value of a custom profile field; requires `--scope` or `--client`
    #[arg(long, value_name = "NAME")]
    profile_field: Option<String>,
    #[command(flatten)]
    list: ListArgs,
    /// Value if no role, group or organization matches [default: no claim]
    #[arg(long, value_name = "VALUE", conflicts_with_all = ["constant", "organization_name", "profile_field", "list"])]
    otherwise: Option<TypedValue>,
    #[command(flatten)]
    out: Output,
}

/// The list of roles or groups in a claim.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// List the roles of the user, or of the client acting for itself; requires `--scope` or `--client`
    #[arg(long)]
    roles: bool,
    /// List the groups of the user and the groups above them; requires `--scope` or `--client`
    #[arg(long)]
    groups: bool,
    /// Start of the names of the listed roles [default: all roles]
    #[arg(
        long,
        value_name = "TEXT",
        requires = "list",
        conflicts_with = "groups"
    )]
    starting_with: Option<String>,
    /// Path of the group below which the listed groups are [default: all groups]
    #[arg(long, value_name = "PATH", requires = "list", conflicts_with = "roles")]
    below: Option<String>,
    /// Form of each group: its path, or `name`, the last part of the path
    #[arg(long, value_name = "FORM", requires = "list", conflicts_with = "roles", default_value = "path", value_parser = ["path", "name"])]
    format: String,
    /// Write roles without `--starting-with`; paths without `--below` and the first slash
    #[arg(long, requires = "list")]
    strip: bool,
    /// Text before each entry
    #[arg(long, value_name = "TEXT", requires = "list")]
    prefix: Option<String>,
}

/// A typed value: JSON, or a string.
#[derive(Clone, Debug)]
struct TypedValue(Value);

impl From<String> for TypedValue {
    fn from(text: String) -> Self {
        Self(serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

/// Reads a value for a role, a group or an organization.
fn case(text: &str) -> Result<Value, String> {
    let (when, given) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok(json!({ "when": when, "value": TypedValue::from(given.to_owned()).0 }))
}

impl PutArgs {
    fn source(&self) -> Value {
        let otherwise = self.otherwise.as_ref().map(|typed| &typed.0);
        let choice = |kind: &str, values: &[Value]| json!({ "kind": kind, "values": values, "otherwise": otherwise });
        let ListArgs { strip, prefix, .. } = &self.list;
        if let Some(TypedValue(value)) = &self.constant {
            json!({ "kind": "constant", "value": value })
        } else if !self.role.is_empty() {
            choice("role", &self.role)
        } else if !self.group.is_empty() {
            choice("group", &self.group)
        } else if self.organization_name {
            json!({ "kind": "organization_name" })
        } else if let Some(field) = &self.profile_field {
            json!({ "kind": "profile_field", "field": field })
        } else if self.list.roles {
            let start = &self.list.starting_with;
            json!({ "kind": "roles", "starting_with": start, "strip": strip, "prefix": prefix })
        } else if self.list.groups {
            let ListArgs { below, format, .. } = &self.list;
            json!({ "kind": "groups", "below": below, "format": format, "strip": strip, "prefix": prefix })
        } else {
            choice("organization", &self.organization)
        }
    }
}

pub async fn run(installation: &Installation, Verb::Put(args): Verb) -> Result {
    let body = json!({
        "id": args.id, "claim": args.claim, "path": args.path, "client_id": args.client,
        "outputs": args.output, "scope": args.scope, "source": args.source(),
    });
    operation::apply(&PUT, &body, &installation.operator(), args.out).await
}
