pub(in crate::command) mod assignments;

use clap::ValueEnum;
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::{self, Added, NewAssignment};
use doorward_admin::{groups, role_sets, standard, tasks_resource, tasks_sample};

use crate::command::prelude::*;
use crate::command::values::{ReasonArg, parse_time};
use crate::{output::counted, target::Administered};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create the scopes of this server and the role `admin` if they are missing, and give `admin`
    /// every permission; other records do not change
    Setup {
        /// Further roles to create if they are missing, with their permissions and scopes
        #[arg(long, value_name = "SET")]
        set: Option<RoleSet>,
        /// Resource that the tasks permissions belong to [default: from the configuration]
        #[arg(long, value_name = "URI")]
        audience: Option<String>,
        #[command(flatten)]
        out: Output,
    },
    /// Assign a role
    Assign(AssignArgs),
    /// Revoke a role assignment
    Revoke(RevokeArgs),
    /// List role assignments, or with --effective the users who have the roles and the groups by
    /// which they have them
    Assignments(assignments::ListArgs),
}

#[derive(Debug, Args)]
pub struct AssignArgs {
    #[command(flatten)]
    assignment: AssignmentArgs,
    /// Expiry: a date, or a time in RFC 3339
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    expires: Option<i64>,
    /// Create the assignment inactive; it grants nothing until it is activated
    #[arg(long)]
    inactive: bool,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct AssignmentArgs {
    #[command(flatten)]
    holder: Holder,
    /// Role
    #[arg(long)]
    role: String,
    /// Organization of the assignment
    #[arg(long)]
    org: Option<String>,
}

#[derive(Debug, Args)]
pub struct RevokeArgs {
    #[command(flatten)]
    assignment: AssignmentArgs,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

/// Ready-made roles in addition to the standard ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleSet {
    /// Sample of the tasks API: its resource, scopes, permissions, and roles such as `manager` and `viewer`
    Tasks,
    /// The sample, and the roles of the Django guides: `senior_manager`, `hr`, `project_admin`, `premium`, `basic`,
    /// `restricted_ip`, `verified_user`
    Guides,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Holder {
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

pub async fn run(args: Administered<Verb>) -> Result {
    let (installation, verb) = match &args.verb {
        // `setup` loads the standard records itself and reports the added ones.
        Verb::Setup { .. } => args.open_bare().await?,
        _ => args.open().await?,
    };
    let operator = installation.operator();
    match verb {
        Verb::Setup { set, audience, out } => setup(&installation, set, audience, out).await,
        Verb::Assign(args) => assign(operator, args).await,
        Verb::Revoke(args) => revoke(operator, args).await,
        Verb::Assignments(args) => assignments::run(&operator, &args).await,
    }
}

async fn assign(operator: AdminContext<'_>, args: AssignArgs) -> Result {
    let AssignmentArgs { holder, role, org } = args.assignment;
    let subject = holder.subject(&operator, org.as_deref()).await?;
    let mut assigned = assignment(&subject, &role, org.as_deref());
    assigned["expires_at"] = args.expires.map(output::time).into();
    assigned["active"] = (!args.inactive).into();
    let state = if args.inactive { ", inactive" } else { "" };
    let place = place(org.as_deref());
    let sentence = format!("{} has the role {role}{place}{state}.", holder.name());
    let new = NewAssignment {
        subject,
        role,
        org,
        expires_at: args.expires,
        active: !args.inactive,
    };
    roles::assign(&operator.with_reason(args.reason.reason), new).await?;
    args.out.result(&assigned, &sentence)
}

/// Returns the place of an assignment for a sentence; a global one has none.
fn place(org: Option<&str>) -> String {
    org.map_or_else(String::new, |org| format!(" in the organization {org}"))
}

async fn revoke(operator: AdminContext<'_>, args: RevokeArgs) -> Result {
    let AssignmentArgs { holder, role, org } = args.assignment;
    let subject = holder.subject(&operator, org.as_deref()).await?;
    let operator = operator.with_reason(args.reason.reason);
    roles::revoke(&operator, &subject, &role, org.as_deref()).await?;
    let place = place(org.as_deref());
    let sentence = format!("{} no longer has the role {role}{place}.", holder.name());
    let assigned = assignment(&subject, &role, org.as_deref());
    args.out.deleted(assigned, &sentence)
}

async fn setup(
    installation: &Installation,
    set: Option<RoleSet>,
    audience: Option<String>,
    out: Output,
) -> Result {
    let operator = installation.operator();
    let Some(set) = set else {
        if audience.is_some() {
            return Err(CliError::usage("--audience needs --set"));
        }
        return print_added(standard::setup(&operator).await?, out);
    };
    if let Some(named) = &audience {
        tasks_resource::put_at(&operator, named).await?;
    }
    let audience = audience.unwrap_or_else(|| installation.config.tasks_audience());
    // The roles of the guides have permissions of the tasks API.
    let mut added = tasks_sample::load(&operator, &audience).await?;
    if set == RoleSet::Guides {
        // The role `hr` has permissions of the administration API.
        standard::ensure_administration(&operator, &installation.config.issuer).await?;
        added.roles += role_sets::add_guides(&operator).await?;
    }
    print_added(added, out)
}

fn print_added(added: Added, out: Output) -> Result {
    let counts = json!({
        "roles": added.roles, "permissions": added.permissions, "scopes": added.scopes,
        "restored": added.restored,
    });
    let again = match added.restored {
        0 => String::new(),
        number => format!(" In roles again: {}.", counted(number, "permission")),
    };
    let sentence = format!(
        "Added: {}, {} and {}.{again}",
        counted(added.roles, "role"),
        counted(added.permissions, "permission"),
        counted(added.scopes, "scope"),
    );
    out.result(&counts, &sentence)
}

fn assignment(subject: &Subject, role: &str, org: Option<&str>) -> Value {
    json!({
        "holder": { "kind": subject.kind().as_str(), "id": subject.id() },
        "role": role, "organization": org,
    })
}

impl Holder {
    async fn subject(&self, operator: &AdminContext<'_>, org: Option<&str>) -> Result<Subject> {
        match (&self.user, &self.client, &self.group) {
            (Some(user), _, _) => Ok(Subject::User(users::get(operator, user).await?.id)),
            (None, Some(client), _) => Ok(roles::client_subject(operator, client).await?),
            (None, None, Some(group)) => {
                let group = groups::get_named(operator, group, org).await?;
                Ok(Subject::Group(group.id))
            }
            (None, None, None) => Err(CliError::usage("give --user, --client or --group")),
        }
    }

    fn name(&self) -> &str {
        let name = self.user.as_ref().or(self.client.as_ref());
        name.or(self.group.as_ref()).map_or("", String::as_str)
    }
}
