use clap::ArgGroup;
use doorward_admin::claims::{self, ClaimSpec};
use doorward_domain::model::{
    Case, Choice, ClaimMapping, ClaimOutput, ClaimSource, GroupFormat, GroupList, RoleList,
};

use crate::command::prelude::*;
use crate::command::values::word;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a custom claim, or replace the one with this ID
    Put(Box<PutArgs>),
    /// List the custom claims
    List(Output),
    /// Show a custom claim
    Show(Which),
    /// Remove a custom claim; issued tokens keep it until they expire
    Remove(Which),
}

#[derive(Debug, Args)]
pub struct Which {
    /// ID of the custom claim
    id: String,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").required(true).args([
    "constant", "role", "group", "organization", "organization_name", "profile_field", "roles", "groups",
]))]
#[command(group = ArgGroup::new("list").args(["roles", "groups"]))]
pub struct PutArgs {
    #[command(flatten)]
    which: Which,
    /// Name of the claim
    #[arg(long, value_name = "NAME")]
    claim: String,
    /// Names of the members below the claim that lead to the value, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    path: Vec<String>,
    /// Client whose tokens contain it [default: all clients]
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// Output that contains it: `access_token`, `id_token`, `userinfo` or `introspection` (repeatable)
    #[arg(long, value_name = "OUTPUT", required = true, value_parser = word(ClaimOutput::parse, OUTPUTS))]
    output: Vec<ClaimOutput>,
    /// Scope that the token must have
    #[arg(long)]
    scope: Option<String>,
    /// Value in every token, as JSON; other text is a string
    #[arg(long, value_name = "VALUE")]
    constant: Option<TypedValue>,
    /// Value for a role (repeatable; the first role that the subject has decides)
    #[arg(long, value_name = "ROLE=VALUE", value_parser = case)]
    role: Vec<Case>,
    /// Value for a group and its subgroups (repeatable; the first match decides)
    #[arg(long, value_name = "PATH=VALUE", value_parser = case)]
    group: Vec<Case>,
    /// Value for an organization (repeatable)
    #[arg(long, value_name = "SLUG=VALUE", value_parser = case)]
    organization: Vec<Case>,
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
    /// Form of each group: `path` or `name`, its last part [default: path]
    #[arg(long, value_name = "FORM", requires = "list", conflicts_with = "roles", value_parser = word(GroupFormat::parse, "write path or name"))]
    format: Option<GroupFormat>,
    /// Write roles without `--starting-with`; paths without `--below` and the first slash
    #[arg(long, requires = "list")]
    strip: bool,
    /// Text before each entry
    #[arg(long, value_name = "TEXT", requires = "list")]
    prefix: Option<String>,
}

impl ListArgs {
    /// Returns the source, none if no list was chosen.
    fn source(&mut self) -> Option<ClaimSource> {
        let (strip, prefix) = (self.strip, self.prefix.take());
        if self.roles {
            return Some(ClaimSource::Roles(RoleList {
                starting_with: self.starting_with.take(),
                strip,
                prefix,
            }));
        }
        self.groups.then(|| {
            ClaimSource::Groups(GroupList {
                below: self.below.take(),
                format: self.format.unwrap_or_default(),
                strip,
                prefix,
            })
        })
    }
}

const OUTPUTS: &str = "write access_token, id_token, userinfo or introspection";

/// A typed value: JSON, or a string.
#[derive(Clone, Debug)]
struct TypedValue(Value);

impl From<String> for TypedValue {
    fn from(text: String) -> Self {
        Self(serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

fn case(text: &str) -> Result<Case, String> {
    let (when, given) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok(Case {
        when: when.to_owned(),
        value: TypedValue::from(given.to_owned()).0,
    })
}

impl PutArgs {
    fn source(&mut self) -> ClaimSource {
        let otherwise = self.otherwise.take().map(|typed| typed.0);
        let choice = |values| Choice { values, otherwise };
        if let Some(TypedValue(value)) = self.constant.take() {
            ClaimSource::Constant { value }
        } else if !self.role.is_empty() {
            ClaimSource::Role(choice(std::mem::take(&mut self.role)))
        } else if !self.group.is_empty() {
            ClaimSource::Group(choice(std::mem::take(&mut self.group)))
        } else if self.organization_name {
            ClaimSource::OrganizationName
        } else if let Some(field) = self.profile_field.take() {
            ClaimSource::ProfileField { field }
        } else if let Some(list) = self.list.source() {
            list
        } else {
            ClaimSource::Organization(choice(std::mem::take(&mut self.organization)))
        }
    }
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let context = installation.operator();
    match verb {
        Verb::Put(args) => put(&context, *args).await,
        Verb::List(out) => {
            let all = claims::list(&context).await?;
            let header = ["ID", "CLAIM", "CLIENT", "OUTPUTS"];
            out.rows(&all, document, header, |mapping| {
                let client = mapping.client_id.as_ref();
                [
                    mapping.id.clone(),
                    mapping.label(),
                    client.map_or_else(|| "-".to_owned(), ToString::to_string),
                    outputs(mapping),
                ]
            })
        }
        Verb::Show(which) => show(&claims::get(&context, &which.id).await?, which.out),
        Verb::Remove(which) => {
            let before = document(&claims::get(&context, &which.id).await?);
            claims::delete(&context, &which.id).await?;
            let sentence = format!("The custom claim {} is removed.", which.id);
            which.out.deleted(before, &sentence)
        }
    }
}

async fn put(context: &AdminContext<'_>, mut args: PutArgs) -> Result {
    let spec = ClaimSpec {
        source: args.source(),
        claim: args.claim,
        path: args.path,
        client_id: args.client,
        outputs: args.output.into_iter().collect(),
        scope: args.scope,
    };
    let (mapping, is_new) = claims::put(context, &args.which.id, spec).await?;
    let verb = if is_new { "added" } else { "replaced" };
    let sentence = format!("The custom claim {} is {verb}.", mapping.id);
    args.which.out.result(&document(&mapping), &sentence)
}

fn show(mapping: &ClaimMapping, out: Output) -> Result {
    let mut shown = document(mapping);
    if !out.json
        && let Some(members) = shown.as_object_mut()
    {
        // The label contains it.
        members.retain(|name, _| name != "path");
        members.insert("claim".to_owned(), mapping.label().into());
    }
    out.object(&shown)
}

fn outputs(mapping: &ClaimMapping) -> String {
    let words = mapping.outputs.iter().map(|output| output.as_str());
    words.collect::<Vec<_>>().join(" ")
}

fn document(mapping: &ClaimMapping) -> Value {
    json!({
        "id": mapping.id, "claim": mapping.claim, "path": mapping.path, "client_id": mapping.client_id,
        "source": mapping.source, "outputs": mapping.outputs, "scope": mapping.scope,
        "created_at": output::time(mapping.created_at), "updated_at": output::time(mapping.updated_at),
    })
}
