//! `doorward role assignments`: who has which role, and why.

use std::slice;

use doorward_admin::assignments::{self, NamedAssignment};
use doorward_admin::found::FoundPage;
use doorward_admin::{effective_assignments, groups, roles};
use doorward_domain::model::{SubjectKind, UserId};
use doorward_store::repo::role_assignments::AssignmentFilter;

use crate::command::prelude::*;
use crate::output::ListOutput;

/// Number of assignments read per query.
const PAGE: u64 = 200;
const HEADER: &[&str] = &[
    "USER",
    "ROLE",
    "ORGANIZATION",
    "BY",
    "SINCE",
    "ASSIGNED BY",
    "EXPIRES",
    "STATE",
    "LAST SIGN-IN",
    "LAST TOKEN",
];
/// Columns of CSV: members of the JSON document.
const COLUMNS: [&str; 17] = [
    "id",
    "holder_kind",
    "holder",
    "role",
    "organization",
    "user",
    "username",
    "email",
    "group",
    "member_of",
    "created_at",
    "assigned_by",
    "assigned_by_name",
    "expires_at",
    "active",
    "last_login",
    "last_token",
];

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Role
    #[arg(long)]
    role: Option<String>,
    /// User: user name, e-mail address or ID; with --effective also by the user's groups
    #[arg(long, value_name = "USER", conflicts_with = "group")]
    user: Option<String>,
    /// Group ID, or path in the organization of --org
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Organization of the assignments
    #[arg(long)]
    org: Option<String>,
    /// List the users who have the roles: directly, by a group, or by a group above theirs
    #[arg(long)]
    effective: bool,
    /// Print CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    out: Output,
}

pub(super) async fn run(operator: &AdminContext<'_>, args: &ListArgs) -> Result {
    let filter = args.filter(operator).await?;
    let mut out = ListOutput::new(HEADER, args.out.json);
    let now = operator.now();
    let mut is_read = true;
    if args.csv {
        let header = COLUMNS.map(str::to_owned);
        is_read = out.text(&output::spreadsheet(slice::from_ref(&header))?)?;
    }
    let mut after = None::<String>;
    while is_read {
        let page = args.page(operator, &filter, after.as_deref()).await?;
        let documents = page.items.iter().map(|found| document(found, now));
        let documents: Vec<Value> = documents.collect();
        is_read = if args.out.json {
            out.documents(&documents)?
        } else if args.csv {
            let cells: Vec<_> = documents
                .iter()
                .map(|found| output::cells(found, &COLUMNS))
                .collect();
            out.text(&output::spreadsheet(&cells)?)?
        } else {
            let rows = page.items.iter().map(|found| row(found, now));
            out.rows(&rows.collect::<Vec<_>>())?
        };
        after = page.next;
        is_read = is_read && after.is_some();
    }
    out.end()
}

impl ListArgs {
    async fn filter(&self, operator: &AdminContext<'_>) -> Result<AssignmentFilter> {
        if let Some(role) = &self.role {
            roles::get(operator, role).await?;
        }
        let holder = match (&self.user, &self.group) {
            (Some(user), _) => {
                let user = users::get(operator, user).await?;
                Some((SubjectKind::User, user.id.to_string()))
            }
            (None, Some(group)) => {
                let group = groups::get_named(operator, group, self.org.as_deref()).await?;
                Some((SubjectKind::Group, group.id.to_string()))
            }
            (None, None) => None,
        };
        Ok(AssignmentFilter {
            holder,
            role: self.role.clone(),
            org: self.org.clone(),
            ..AssignmentFilter::default()
        })
    }

    async fn page(
        &self,
        operator: &AdminContext<'_>,
        filter: &AssignmentFilter,
        after: Option<&str>,
    ) -> Result<FoundPage<NamedAssignment>> {
        let page = if self.effective {
            effective_assignments::page(operator, filter, after, PAGE).await
        } else {
            assignments::page(operator, filter, after, PAGE).await
        };
        Ok(page?)
    }
}

/// Returns the assignments that reach a user.
pub(in crate::command) async fn of_user(
    operator: &AdminContext<'_>,
    user: UserId,
) -> Result<Vec<NamedAssignment>> {
    let filter = AssignmentFilter {
        holder: Some((SubjectKind::User, user.to_string())),
        ..AssignmentFilter::default()
    };
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = effective_assignments::page(operator, &filter, after.as_deref(), PAGE).await?;
        all.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// Prints the table of assignments.
pub(in crate::command) fn print(found: &[NamedAssignment], now: i64) -> Result {
    let rows: Vec<_> = found.iter().map(|found| row(found, now)).collect();
    output::table(HEADER, &rows)
}

pub(in crate::command) fn document(found: &NamedAssignment, now: i64) -> Value {
    let (assignment, user) = (&found.assignment, found.user.as_ref());
    json!({
        "id": assignment.id.to_string(),
        "holder_kind": assignment.subject_kind.as_str(),
        "holder": assignment.subject_id,
        "role": assignment.role,
        "organization": assignment.org,
        "user": user.map(|user| user.id.to_string()),
        "username": user.and_then(User::named),
        "email": user.map(|user| &user.email),
        "group": found.group(),
        "member_of": found.member_of,
        "created_at": output::time(assignment.created_at),
        "assigned_by": assignment.assigned_by,
        "assigned_by_name": found.assigner,
        "expires_at": assignment.expires_at.map(output::time),
        "active": found.is_effective(now),
        "last_login": user.and_then(|user| user.last_login.0).map(output::time),
        "last_token": found.last_token.map(output::time),
    })
}

fn row(found: &NamedAssignment, now: i64) -> Vec<String> {
    let (assignment, user) = (&found.assignment, found.user.as_ref());
    let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let by = match (assignment.subject_kind, &found.member_of) {
        (SubjectKind::User, _) => "direct".to_owned(),
        (SubjectKind::Group, below) => {
            let path = found.group().unwrap_or(&assignment.subject_id);
            let below = below.as_ref().map(|below| format!(" ({below})"));
            format!("group {path}{}", below.unwrap_or_default())
        }
        (SubjectKind::Client, _) => format!("client {}", assignment.subject_id),
    };
    let assigner = found.assigner.as_ref().or(assignment.assigned_by.as_ref());
    let is_active = found.is_effective(now);
    let is_user = assignment.subject_kind == SubjectKind::User;
    let id = is_user.then_some(assignment.subject_id.as_str());
    vec![
        or_dash(user.map(User::login_identifier).or(id)),
        assignment.role.clone(),
        or_dash(assignment.org.as_deref()),
        by,
        output::time(assignment.created_at),
        or_dash(assigner.map(String::as_str)),
        output::time_or_dash(assignment.expires_at),
        if is_active { "active" } else { "inactive" }.to_owned(),
        output::time_or_dash(user.and_then(|user| user.last_login.0)),
        output::time_or_dash(found.last_token),
    ]
}
