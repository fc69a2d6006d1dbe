use doorward_admin::group_members;
use doorward_admin::groups::{self, GroupChange, NewGroup};
use doorward_domain::model::{Group, UserId};

use super::lookup::{PAGE, all_pages, user_id};
use crate::command::prelude::*;

#[derive(Debug, Args)]
pub struct GroupSelector {
    /// Group ID, or path such as /engineering/backend
    group: String,
    /// Organization of the group
    #[arg(long)]
    org: Option<String>,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct MemberArgs {
    #[command(flatten)]
    group: GroupSelector,
    /// User name, e-mail address or ID
    #[arg(long)]
    user: String,
}

impl GroupSelector {
    async fn find(&self, context: &AdminContext<'_>) -> Result<Group> {
        Ok(groups::get_named(context, &self.group, self.org.as_deref()).await?)
    }
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a group
    Create(CreateArgs),
    /// List the groups
    List {
        /// Organization whose groups are listed
        #[arg(long)]
        org: Option<String>,
        #[command(flatten)]
        out: Output,
    },
    /// Show a group with its members
    Show(GroupSelector),
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
    AddMember(MemberArgs),
    /// Remove a user from a group
    RemoveMember(MemberArgs),
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
    Delete(GroupSelector),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
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
    #[command(flatten)]
    out: Output,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let context = installation.operator();
    match verb {
        Verb::Create(args) => {
            let (parent, name) = parent_and_name(&context, &args.path, args.org.as_deref()).await?;
            let new = NewGroup {
                name,
                parent: parent.map(|group| group.id),
                org: args.org,
                description: args.description,
                code: args.code,
                manager: user_id(&context, args.manager.as_deref()).await?,
            };
            let created = groups::create(&context, new).await?;
            print_change(args.out, &created, "is created")
        }
        Verb::List { org, out } => list(&context, org.as_deref(), out).await,
        Verb::Show(which) => show(&context, &which.find(&context).await?, which.out).await,
        Verb::Update {
            which,
            description,
            code,
        } => {
            let change = GroupChange {
                description,
                code: code.map(|code| Some(code).filter(|code| !code.is_empty())),
                ..GroupChange::default()
            };
            CliError::reject_unchanged(&change, "group update")?;
            let group = which.find(&context).await?;
            let changed = groups::update(&context, group.id, change).await?;
            print_change(which.out, &changed, "is changed")
        }
        Verb::AddMember(member) => set_member(&context, &member, true).await,
        Verb::RemoveMember(member) => set_member(&context, &member, false).await,
        Verb::SetManager { which, user } => {
            let group = which.find(&context).await?;
            let change = GroupChange {
                manager: Some(user_id(&context, user.as_deref()).await?),
                ..GroupChange::default()
            };
            let changed = groups::update(&context, group.id, change).await?;
            print_change(which.out, &changed, "is changed")
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
            print_change(which.out, &moved, "is moved")
        }
        Verb::Delete(which) => {
            let group = which.find(&context).await?;
            groups::delete(&context, group.id).await?;
            let sentence = format!("The group {} is deleted.", group.path);
            which.out.deleted(document(&group), &sentence)
        }
    }
}

async fn set_member(context: &AdminContext<'_>, member: &MemberArgs, is_member: bool) -> Result {
    let group = member.group.find(context).await?;
    let user = users::get(context, &member.user).await?;
    let what = if is_member {
        group_members::add(context, group.id, user.id).await?;
        "is in"
    } else {
        group_members::remove(context, group.id, user.id).await?;
        "is no longer in"
    };
    let name = user.login_identifier();
    let shown = json!({ "group": document(&group), "user": name, "member": is_member });
    let sentence = format!("{name} {what} {}.", group.path);
    member.group.out.result(&shown, &sentence)
}

/// Returns the parent group of a path, and the last part of the path.
async fn parent_and_name(
    context: &AdminContext<'_>,
    path: &str,
    org: Option<&str>,
) -> Result<(Option<Group>, String)> {
    let path = path.strip_prefix('/').unwrap_or(path);
    match path.rsplit_once('/') {
        None => Ok((None, path.to_owned())),
        Some((above, name)) => {
            let parent = groups::get_named(context, &format!("/{above}"), org).await?;
            Ok((Some(parent), name.to_owned()))
        }
    }
}

fn print_change(out: Output, group: &Group, change: &str) -> Result {
    let sentence = format!("The group {} {change}.", group.path);
    out.result(&document(group), &sentence)
}

fn document(group: &Group) -> Value {
    json!({
        "id": group.id.to_string(), "path": group.path, "description": group.description,
        "code": group.code,
        "organization": group.org, "manager": group.manager.map(|id| id.to_string()),
    })
}

async fn list(context: &AdminContext<'_>, org: Option<&str>, out: Output) -> Result {
    let mut all = all_pages(async |last: Option<&Group>| {
        groups::list(context, org, last.map(|group| group.id), PAGE).await
    })
    .await?;
    all.sort_by(|a, b| (&a.org, &a.path).cmp(&(&b.org, &b.path)));
    let columns = [
        ("GROUP", "path"),
        ("CODE", "code"),
        ("ORGANIZATION", "organization"),
        ("DESCRIPTION", "description"),
    ];
    out.list(all.iter().map(document), &columns)
}

async fn show(context: &AdminContext<'_>, group: &Group, out: Output) -> Result {
    let members = all_pages(async |last: Option<&(UserId, Option<User>)>| {
        group_members::list(context, group, last.map(|(id, _)| *id), PAGE).await
    })
    .await?;
    let users = members.into_iter().filter_map(|(_, user)| user);
    let mut members: Vec<_> = users
        .map(|user| user.login_identifier().to_owned())
        .collect();
    members.sort();
    if out.json {
        let mut shown = document(group);
        shown["members"] = members.into();
        return output::json(&shown);
    }
    output::print_status(&group.path);
    let rows: Vec<_> = members.into_iter().map(|name| vec![name]).collect();
    output::table(&["MEMBER"], &rows)
}
