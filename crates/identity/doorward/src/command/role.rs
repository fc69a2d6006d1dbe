use clap::ValueEnum;
use doorward_admin::roles::Added;
use doorward_admin::{role_sets, standard, tasks_resource, tasks_sample};

use crate::command::prelude::*;
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

pub async fn run(args: Administered<Verb>) -> Result {
    // `setup` loads the standard records itself and reports the added ones.
    let (installation, Verb::Setup { set, audience, out }) = args.open_bare().await?;
    setup(&installation, set, audience, out).await
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
