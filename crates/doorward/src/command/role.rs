//! `doorward role list|create|update|delete|setup|assign|revoke`.

use clap::{Args, Subcommand, ValueEnum};
use doorward_admin::operator::AdminContext;
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::{self, NewAssignment, RoleChange};
use doorward_admin::{groups, role_sets, standard, tasks_resource, users};
use doorward_domain::model::Role;
use serde_json::{Value, json};

use super::timestamp::parse_time;
use crate::{
    error::CliError,
    former_option::FORMER,
    output,
    reason::ReasonArg,
    target::{Installation, TargetArgs},
};

/// Manage roles and role assignments.
#[derive(Debug, Args)]
pub struct RoleArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the roles with their permissions
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Create a role
    Create {
        /// Role name
        #[arg(required = true, conflicts_with = "former_name")]
        name: Option<String>,
        /// Role name
        #[arg(long = "name", value_name = FORMER, hide = true)]
        former_name: Option<String>,
        /// Purpose of the role
        #[arg(long, default_value = "")]
        description: String,
        /// Permission of the role (repeatable)
        #[arg(long, value_name = "PERMISSION")]
        permission: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a role, and thereby the permissions of its holders
    Update {
        /// Role
        #[arg(value_name = "ROLE")]
        role: String,
        /// Purpose of the role
        #[arg(long)]
        description: Option<String>,
        /// Permission to add (repeatable)
        #[arg(long, value_name = "PERMISSION")]
        add_permission: Vec<String>,
        /// Permission to remove (repeatable)
        #[arg(long, value_name = "PERMISSION")]
        remove_permission: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a role with its assignments
    Delete {
        /// Role
        #[arg(value_name = "ROLE")]
        role: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Create the missing standard roles, permissions and scopes, and give `admin` every
    /// permission; other records do not change
    Setup {
        /// Further roles to create if they are missing
        #[arg(long, value_name = "SET")]
        set: Option<RoleSet>,
        /// Resource that the tasks permissions belong to [default: from the configuration]
        #[arg(long, value_name = "URI")]
        audience: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Assign a role
    Assign {
        #[command(flatten)]
        holder: Holder,
        /// Role
        #[arg(long)]
        role: String,
        /// Organization of the assignment
        #[arg(long)]
        org: Option<String>,
        /// Expiry: a date, or a time in RFC 3339
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        expires: Option<i64>,
        /// Create the assignment inactive; it grants nothing until it is activated
        #[arg(long)]
        inactive: bool,
        #[command(flatten)]
        reason: ReasonArg,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a role assignment
    Revoke {
        #[command(flatten)]
        holder: Holder,
        /// Role
        #[arg(long)]
        role: String,
        /// Organization of the assignment
        #[arg(long)]
        org: Option<String>,
        #[command(flatten)]
        reason: ReasonArg,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Ready-made roles in addition to the standard ones.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleSet {
    /// Roles of the Django guides: `senior_manager`, `hr`, `project_admin`, `premium`, `basic`,
    /// `restricted_ip`, `verified_user`
    Guides,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Holder {
    /// User: user name, e-mail address or ID
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Client that acts for itself
    #[arg(long, value_name = "CLIENT_ID")]
    client: Option<String>,
    /// Group ID, or path in the organization of --org
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
}

/// Runs the subcommand.
pub async fn run(args: RoleArgs) -> Result<(), CliError> {
    let installation = match &args.verb {
        // `setup` loads the standard records itself and reports the added ones.
        Verb::Setup { .. } => args.target.open_bare().await?,
        _ => args.target.open().await?,
    };
    let operator = installation.operator();
    match args.verb {
        Verb::List { json } => list(&installation, json).await,
        Verb::Create {
            name,
            former_name,
            description,
            permission,
            json,
        } => {
            let name = name.or(former_name).unwrap_or_default();
            let created = roles::create(&operator, &name, &description, permission).await?;
            let sentence = format!("The role {name} is created.");
            output::print_result(json, &document(&created), &sentence)
        }
        Verb::Update {
            role,
            description,
            add_permission,
            remove_permission,
            json,
        } => {
            let change = RoleChange {
                description,
                added: add_permission,
                removed: remove_permission,
                ..RoleChange::default()
            };
            update(&installation, &role, change, json).await
        }
        Verb::Delete { role, json } => delete(&installation, &role, json).await,
        Verb::Setup {
            set,
            audience,
            json,
        } => setup(&installation, set, audience, json).await,
        Verb::Assign {
            holder,
            role,
            org,
            expires,
            inactive,
            reason,
            json,
        } => {
            let subject = holder.subject(&installation, org.as_deref()).await?;
            let new = NewAssignment {
                subject,
                role,
                org,
                expires_at: expires,
                active: !inactive,
            };
            let operator = operator.with_reason(reason.reason);
            assign(&operator, holder.name(), new, json).await
        }
        Verb::Revoke {
            holder,
            role,
            org,
            reason,
            json,
        } => {
            let operator = operator.with_reason(reason.reason);
            let subject = holder.subject(&installation, org.as_deref()).await?;
            roles::revoke(&operator, &subject, &role, org.as_deref()).await?;
            let assigned = holding(&subject, &role, org.as_deref());
            let sentence = format!("{} no longer has the role {role}.", holder.name());
            output::print_result(json, &output::deleted(assigned), &sentence)
        }
    }
}

async fn update(
    installation: &Installation,
    role: &str,
    change: RoleChange,
    json: bool,
) -> Result<(), CliError> {
    if change == RoleChange::default() {
        return Err(CliError::Usage(
            "nothing to change; see `doorward role update --help`".into(),
        ));
    }
    let changed = roles::update(&installation.operator(), role, change).await?;
    let sentence = format!("The role {role} is changed.");
    output::print_result(json, &document(&changed), &sentence)
}

async fn delete(installation: &Installation, role: &str, json: bool) -> Result<(), CliError> {
    let operator = installation.operator();
    let before = roles::get(&operator, role).await?;
    roles::delete(&operator, role).await?;
    let sentence = format!("The role {role} is deleted.");
    output::print_result(json, &output::deleted(document(&before)), &sentence)
}

async fn setup(
    installation: &Installation,
    set: Option<RoleSet>,
    audience: Option<String>,
    json: bool,
) -> Result<(), CliError> {
    let operator = installation.operator();
    if let Some(named) = &audience {
        tasks_resource::put_at(&operator, named).await?;
    }
    let audience = audience.unwrap_or_else(|| installation.config.tasks_audience());
    let mut added = roles::setup(&operator, &audience).await?;
    if let Some(RoleSet::Guides) = set {
        // The role `hr` has permissions of the administration API.
        standard::ensure_administration(&operator, &installation.config.issuer).await?;
        added.roles += role_sets::add_guides(&operator).await?;
    }
    let counts = json!({
        "roles": added.roles, "permissions": added.permissions, "scopes": added.scopes,
        "restored": added.restored,
    });
    let [roles, permissions, scopes, restored] = [
        (added.roles, "role"),
        (added.permissions, "permission"),
        (added.scopes, "scope"),
        (added.restored, "permission"),
    ]
    .map(|(number, noun)| output::counted(number, noun));
    let again = match added.restored {
        0 => String::new(),
        _ => format!(" In roles again: {restored}."),
    };
    let sentence = format!("Added: {roles}, {permissions} and {scopes}.{again}");
    output::print_result(json, &counts, &sentence)
}

async fn assign(
    operator: &AdminContext<'_>,
    holder: &str,
    new: NewAssignment,
    json: bool,
) -> Result<(), CliError> {
    let mut assigned = holding(&new.subject, &new.role, new.org.as_deref());
    assigned["expires_at"] = new.expires_at.map(output::time).into();
    assigned["active"] = new.active.into();
    let until = if new.active { "" } else { ", inactive" };
    let sentence = format!("{holder} has the role {}{until}.", new.role);
    roles::assign(operator, new).await?;
    output::print_result(json, &assigned, &sentence)
}

fn document(role: &Role) -> Value {
    json!({
        "name": role.name, "description": role.description,
        "active": role.active, "permissions": role.permissions,
    })
}

/// Returns a role assignment as JSON.
fn holding(subject: &Subject, role: &str, org: Option<&str>) -> Value {
    json!({
        "holder": { "kind": subject.kind().as_str(), "id": subject.id() },
        "role": role, "organization": org,
    })
}

async fn list(installation: &Installation, as_json: bool) -> Result<(), CliError> {
    let roles = roles::list(&installation.operator()).await?;
    if as_json {
        return output::json(&roles.iter().map(document).collect::<Vec<_>>());
    }
    let rows: Vec<_> = roles
        .iter()
        .map(|role| {
            let permissions: Vec<_> = role.permissions.iter().map(String::as_str).collect();
            vec![
                role.name.clone(),
                permissions.join(" "),
                role.description.clone(),
            ]
        })
        .collect();
    output::table(&["ROLE", "PERMISSIONS", "DESCRIPTION"], &rows)
}

impl Holder {
    async fn subject(
        &self,
        installation: &Installation,
        org: Option<&str>,
    ) -> Result<Subject, CliError> {
        let operator = installation.operator();
        match (&self.user, &self.client, &self.group) {
            (Some(user), _, _) => Ok(Subject::User(users::get(&operator, user).await?.id)),
            (None, Some(client), _) => Ok(roles::client_subject(&operator, client).await?),
            (None, None, Some(group)) => {
                let group = groups::get_named(&operator, group, org).await?;
                Ok(Subject::Group(group.id))
            }
            (None, None, None) => Err(CliError::Usage(
                "give --user, --client or --group".to_owned(),
            )),
        }
    }

    fn name(&self) -> &str {
        self.user
            .as_deref()
            .or(self.client.as_deref())
            .or(self.group.as_deref())
            .unwrap_or_default()
    }
}
