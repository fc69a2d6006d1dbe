//! `doorward group create|list|show|update|add-member|remove-member|set-manager|move|delete`.

use clap::{Args, Subcommand};
use doorward_admin::group_members;
use doorward_admin::groups::{self, GroupChange, NewGroup};
use doorward_admin::operator::AdminContext;
use doorward_admin::users;
use doorward_domain::model::{Group, User, UserId};
use serde_json::{Value, json};

use crate::{error::CliError, output, target::TargetArgs};

/// Number of groups read per query.
const PAGE: u64 = 200;

/// Manage user groups, which form trees.
#[derive(Debug, Args)]
pub struct GroupArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Args)]
struct GroupSelector {
    /// Group ID, or path such as /engineering/backend
    group: String,
    /// Organization of the group
    #[arg(long)]
    org: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl GroupSelector {
    async fn find(&self, context: &AdminContext<'_>) -> Result<Group, CliError> {
        Ok(groups::get_named(context, &self.group, self.org.as_deref()).await?)
    }
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create a group
    Create {
        /// Path of the group, such as /engineering/backend; its parents must exist
        path: String,
        /// Organization of the group
        #[arg(long)]
        org: Option<String>,
        /// Purpose of the group
        #[arg(long, default_value = "")]
        description: String,
        /// Short code, such as a department number; unique in the organization
        #[arg(long)]
        code: Option<String>,
        /// Manager of the group: user name, e-mail address or ID
        #[arg(long, value_name = "USER")]
        manager: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List the groups
    List {
        /// Organization whose groups are listed
        #[arg(long)]
        org: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a group with its members
    Show {
        #[command(flatten)]
        which: GroupSelector,
    },
    /// Change the description or the code of a group
    Update {
        #[command(flatten)]
        which: GroupSelector,
        /// Purpose of the group
        #[arg(long)]
        description: Option<String>,
        /// Short code; empty removes it
        #[arg(long)]
        code: Option<String>,
    },
    /// Add a user to a group
    AddMember {
        #[command(flatten)]
        which: GroupSelector,
        /// User name, e-mail address or ID
        #[arg(long)]
        user: String,
    },
    /// Remove a user from a group
    RemoveMember {
        #[command(flatten)]
        which: GroupSelector,
        /// User name, e-mail address or ID
        #[arg(long)]
        user: String,
    },
    /// Set the manager of a group; without --user, remove the manager
    SetManager {
        #[command(flatten)]
        which: GroupSelector,
        /// User name, e-mail address or ID
        #[arg(long)]
        user: Option<String>,
    },
    /// Move a group and its subgroups to another path
    Move {
        #[command(flatten)]
        which: GroupSelector,
        /// New path; its parents must exist
        #[arg(long, value_name = "PATH")]
        to: String,
    },
    /// Delete a group that has no subgroups
    Delete {
        #[command(flatten)]
        which: GroupSelector,
    },
}

/// Runs the subcommand.
pub async fn run(args: GroupArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let context = installation.operator();
    match args.verb {
        Verb::Create {
            path,
            org,
            description,
            code,
            manager,
            json,
        } => {
            let (parent, name) = parent_and_name(&context, &path, org.as_deref()).await?;
            let new = NewGroup {
                name,
                parent: parent.map(|group| group.id),
                org,
                description,
                code,
                manager: resolve_user(&context, manager.as_deref()).await?,
            };
            let created = groups::create(&context, new).await?;
            print_change(json, &created, "is created")
        }
        Verb::List { org, json } => list(&context, org.as_deref(), json).await,
        Verb::Show { which } => show(&context, &which.find(&context).await?, which.json).await,
        Verb::Update {
            which,
            description,
            code,
        } => update(&context, &which, description, code).await,
        Verb::AddMember { which, user } => set_member(&context, &which, &user, true).await,
        Verb::RemoveMember { which, user } => set_member(&context, &which, &user, false).await,
        Verb::SetManager { which, user } => {
            let group = which.find(&context).await?;
            let change = GroupChange {
                manager: Some(resolve_user(&context, user.as_deref()).await?),
                ..GroupChange::default()
            };
            let changed = groups::update(&context, group.id, change).await?;
            print_change(which.json, &changed, "is changed")
        }
        Verb::Move { which, to } => {
            let group = which.find(&context).await?;
            let (parent, name) = parent_and_name(&context, &to, group.org.as_deref()).await?;
            let change = GroupChange {
                parent: Some(parent.map(|group| group.id)),
                name: Some(name),
                ..GroupChange::default()
            };
            let moved = groups::update(&context, group.id, change).await?;
            print_change(which.json, &moved, "is moved")
        }
        Verb::Delete { which } => {
            let group = which.find(&context).await?;
            groups::delete(&context, group.id).await?;
            let shown = output::deleted(document(&group));
            output::print_result(which.json, &shown, &sentence(&group, "is deleted"))
        }
    }
}

async fn update(
    context: &AdminContext<'_>,
    which: &GroupSelector,
    description: Option<String>,
    code: Option<String>,
) -> Result<(), CliError> {
    if description.is_none() && code.is_none() {
        return Err(CliError::Usage(
            "nothing to change; see `doorward group update --help`".into(),
        ));
    }
    let group = which.find(context).await?;
    let change = GroupChange {
        description,
        code: code.map(|code| Some(code).filter(|code| !code.is_empty())),
        ..GroupChange::default()
    };
    let changed = groups::update(context, group.id, change).await?;
    print_change(which.json, &changed, "is changed")
}

async fn set_member(
    context: &AdminContext<'_>,
    which: &GroupSelector,
    user: &str,
    is_member: bool,
) -> Result<(), CliError> {
    let group = which.find(context).await?;
    let user = users::get(context, user).await?;
    let what = if is_member {
        group_members::add(context, group.id, user.id).await?;
        "is in"
    } else {
        group_members::remove(context, group.id, user.id).await?;
        "is no longer in"
    };
    let sentence = format!("{} {what} {}.", user.login_identifier(), group.path);
    let shown = membership(&group, user.login_identifier(), is_member);
    output::print_result(which.json, &shown, &sentence)
}

/// Returns the parent group of a path, and the last part of the path.
async fn parent_and_name(
    context: &AdminContext<'_>,
    path: &str,
    org: Option<&str>,
) -> Result<(Option<Group>, String), CliError> {
    let path = path.strip_prefix('/').unwrap_or(path);
    match path.rsplit_once('/') {
        None => Ok((None, path.to_owned())),
        Some((above, name)) => {
            let parent = groups::get_named(context, &format!("/{above}"), org).await?;
            Ok((Some(parent), name.to_owned()))
        }
    }
}

async fn resolve_user(
    context: &AdminContext<'_>,
    name: Option<&str>,
) -> Result<Option<UserId>, CliError> {
    match name {
        Some(name) => Ok(Some(users::get(context, name).await?.id)),
        None => Ok(None),
    }
}

fn print_change(as_json: bool, group: &Group, name: &str) -> Result<(), CliError> {
    output::print_result(as_json, &document(group), &sentence(group, name))
}

fn sentence(group: &Group, name: &str) -> String {
    format!("The group {} {name}.", group.path)
}

/// Returns a JSON document that says whether a user is a member of the group.
fn membership(group: &Group, username: &str, is_member: bool) -> Value {
    json!({ "group": document(group), "user": username, "member": is_member })
}

fn document(group: &Group) -> Value {
    json!({
        "id": group.id.to_string(), "path": group.path, "description": group.description,
        "code": group.code,
        "organization": group.org, "manager": group.manager.map(|id| id.to_string()),
    })
}

async fn list(
    context: &AdminContext<'_>,
    org: Option<&str>,
    as_json: bool,
) -> Result<(), CliError> {
    let mut all: Vec<Group> = Vec::new();
    loop {
        let after = all.last().map(|group| group.id);
        let page = groups::list(context, org, after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    all.sort_by(|a, b| (&a.org, &a.path).cmp(&(&b.org, &b.path)));
    if as_json {
        return output::json(&all.iter().map(document).collect::<Vec<_>>());
    }
    let row = |group: &Group| {
        let org = group.org.clone().unwrap_or_else(|| "-".to_owned());
        let code = group.code.clone().unwrap_or_else(|| "-".to_owned());
        vec![group.path.clone(), code, org, group.description.clone()]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    output::table(&["GROUP", "CODE", "ORGANIZATION", "DESCRIPTION"], &rows)
}

async fn show(context: &AdminContext<'_>, group: &Group, as_json: bool) -> Result<(), CliError> {
    let mut found: Vec<(UserId, Option<User>)> = Vec::new();
    loop {
        let after = found.last().map(|(id, _)| *id);
        let page = group_members::list(context, group, after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    let users = found.into_iter().filter_map(|(_, user)| user);
    let mut members: Vec<_> = users
        .map(|user| user.login_identifier().to_owned())
        .collect();
    members.sort();
    if as_json {
        let mut shown = document(group);
        shown["members"] = members.into();
        return output::json(&shown);
    }
    output::print_status(&group.path);
    let rows: Vec<_> = members.into_iter().map(|name| vec![name]).collect();
    output::table(&["MEMBER"], &rows)
}
