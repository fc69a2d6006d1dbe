//! Changes that a second administrator approves. A request has no content that could be replayed: after the approval
//! its author makes the same change again, with the rights of that moment.

use std::collections::BTreeSet;

use doorward_admin::deployment::Deployment;
use doorward_admin::operation::Boxed;
use doorward_admin::operator::version;
use doorward_admin::prelude::*;
use doorward_config::as_code::Approval as Policy;
use doorward_domain::model::{
    ADMIN_ROLE, Approval, ApprovalId, ApprovalMark, ApprovalState, OrgScope,
};
use doorward_rules::bulk;
use doorward_services::context::Context;
use doorward_services::error::ServerError;

use crate::marks;
use crate::plan::{Plan, is_apply};
use crate::state::State;

/// Longest text of a request, in bytes.
const MAX_TEXT: usize = 60_000;
/// Seconds for which an ended request stays visible.
const KEPT: i64 = 30 * 86_400;
const PURGED: u64 = 500;

/// Members of an event that differ when the same change is made again.
const VOLATILE: [&str; 6] = [
    "reason",
    "operator",
    "source",
    "batch",
    "undoes",
    "expires_at",
];

/// Returns the policy for changes of this caller; `None` if none applies.
fn policy<'a>(context: &AdminContext<'a>, is_plan: bool) -> Option<&'a Policy> {
    let policy = &context.settings.config()?.approval;
    let applies = match (&context.authority, context.deployment) {
        (Some(_), _) => is_plan || policy.by_hand,
        (None, Deployment::Command(_)) => policy.commands,
        // Work of the server that an administrator has started before.
        (None, Deployment::Server(_)) => false,
    };
    applies.then_some(policy)
}

/// Returns the ID of the caller; `None` for the command line, also for one that acts for a user.
fn author<'a>(context: &'a AdminContext<'_>) -> Option<&'a str> {
    context.authority.as_ref().and(context.actor.as_deref())
}

fn words(marks: &[ApprovalMark]) -> String {
    let words: Vec<&str> = marks.iter().map(|mark| mark.as_str()).collect();
    words.join(" ")
}

fn cut(mut text: String, max: usize) -> String {
    if text.len() > max {
        text.truncate(text.floor_char_boundary(max));
        text.push('…');
    }
    text
}

/// Returns the text of a request: the change, and after an empty line its impact, which a long change does not cut off.
fn stored_text(asked: (String, String)) -> String {
    let (change, impact) = asked;
    if impact.is_empty() {
        return cut(change, MAX_TEXT);
    }
    let impact = cut(impact, MAX_TEXT / 2);
    let change = cut(change, MAX_TEXT - impact.len());
    format!("{}{IMPACT}{impact}", change.trim_end())
}

/// Between a change and its impact. No line of a change is empty.
const IMPACT: &str = "\n\n";

/// Returns the change and the impact in the text of a request. That of a change by hand has none.
pub(crate) fn split(text: &str) -> (&str, Option<&str>) {
    let parts = text.split_once(IMPACT);
    parts.map_or((text, None), |(change, impact)| (change, Some(impact)))
}

/// The change that a request is about.
pub(crate) struct Asked {
    pub name: String,
    pub is_plan: bool,
    pub marks: Vec<ApprovalMark>,
    /// The change, and its impact, which may be empty.
    pub text: (String, String),
    pub source: Option<String>,
}

/// Stores a request for approval.
pub(crate) async fn request(context: &AdminContext<'_>, asked: Asked) -> Result<ApprovalId> {
    let lifetime = context
        .settings
        .config()
        .map_or(0, |config| config.approval.lifetime);
    let (now, tx) = (context.now(), context.db.begin_write().await?);
    let approval = Approval {
        id: ApprovalId::generate(now, &mut context.rng()),
        name: asked.name,
        author: author(context).map(str::to_owned),
        is_plan: asked.is_plan,
        marks: words(&asked.marks),
        text: stored_text(asked.text),
        source: asked.source,
        state: ApprovalState::Waiting,
        created_at: now,
        ends_at: now + lifetime,
        decided_by: None,
        decided_at: None,
    };
    repo::approvals::insert(&tx, &approval).await?;
    let event = context.event(AuditKind::SystemChanged, approval.id, "approval requested");
    let event = event
        .with("name", approval.name)
        .with("marks", approval.marks);
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(approval.id)
}

/// Stops a change that needs an approval, unless it has one.
pub(crate) fn gate<'a>(
    context: &'a AdminContext<'_>,
    tx: WriteTx,
    event: &'a AuditEvent,
) -> Boxed<'a, Result<WriteTx>> {
    Box::pin(async move {
        let policy = policy(context, false).filter(|_| !is_apply(context.source.as_deref()));
        let Some(policy) = policy else {
            return Ok(tx);
        };
        let marks = marks::of_event(context, policy, &tx, event).await?;
        if marks.is_empty() {
            return Ok(tx);
        }
        let mut detail = event.detail.clone();
        detail.retain(|name, _| !VOLATILE.contains(&name.as_str()));
        // A new key has a new name each time.
        let is_new_key =
            event.kind == AuditKind::KeyChanged && detail.get("change") == Some(&"rotated".into());
        let subject = event.subject.as_ref().filter(|_| !is_new_key);
        let name = version(&(event.kind.as_str(), subject, &detail));
        match find_open(context, &tx, &name).await? {
            Some(found) if found.state == ApprovalState::Approved => {
                make(&tx, found.id).await?;
                Ok(tx)
            }
            Some(found) => Err(AdminError::Waiting(found.id)),
            None => {
                tx.rollback().await?;
                let title = format!(
                    "{} {}",
                    event.kind.as_str(),
                    event.subject.as_deref().unwrap_or_default()
                );
                let asked = Asked {
                    name,
                    is_plan: false,
                    marks,
                    text: (
                        format!("{title}\n{:#}", Value::Object(event.detail.clone())),
                        String::new(),
                    ),
                    source: None,
                };
                Err(AdminError::Waiting(request(context, asked).await?))
            }
        }
    })
}

/// Returns the open request of the caller for a change.
async fn find_open(
    context: &AdminContext<'_>,
    conn: &Conn,
    name: &str,
) -> Result<Option<Approval>> {
    let found = repo::approvals::find_open(conn, name, author(context), context.now()).await?;
    let found = present(context, conn, found.into_iter().collect()).await?;
    Ok(found.into_iter().next())
}

/// Returns requests in their present state: one waits again if the administrator who approved it has no right to any
/// more.
async fn present(
    context: &AdminContext<'_>,
    conn: &Conn,
    mut approvals: Vec<Approval>,
) -> Result<Vec<Approval>> {
    let approver = |approval: &Approval| {
        let is_approved = approval.state == ApprovalState::Approved;
        let by = approval.decided_by.as_deref().filter(|_| is_approved);
        by.and_then(UserId::parse)
    };
    let approvers: BTreeSet<UserId> = approvals.iter().filter_map(approver).collect();
    if approvers.is_empty() {
        return Ok(approvals);
    }
    let (users, scope) = (approvers.iter().copied(), OrgScope::from_org(None));
    let held = repo::roles::effective_for_users_in(conn, users, scope, context.now()).await?;
    let users = repo::users::find_many(conn, approvers).await?.into_iter();
    let users = users.filter(|user| bulk::check_starter(Some(user)).is_ok());
    let may_approve: BTreeSet<UserId> = users
        .map(|user| user.id)
        .filter(|id| {
            held.get(id)
                .is_some_and(|held| held.roles.contains(ADMIN_ROLE))
        })
        .collect();
    for approval in &mut approvals {
        if approver(approval).is_some_and(|by| !may_approve.contains(&by)) {
            approval.state = ApprovalState::Waiting;
        }
    }
    Ok(approvals)
}

/// Marks an approved change as made.
async fn make(tx: &WriteTx, id: ApprovalId) -> Result<()> {
    let (from, to) = (ApprovalState::Approved, ApprovalState::Made);
    let is_first = repo::approvals::set_state(tx, id, from, to).await?;
    is_first.then_some(()).ok_or(AdminError::Changed)
}

/// The approval of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No approval is needed.
    Free,
    Approved(ApprovalId),
    Waiting(ApprovalId),
    /// An approval has to be requested.
    Needed,
}

/// Returns whether a plan has the approval that it needs, with the reasons.
pub(crate) async fn of_plan(
    context: &AdminContext<'_>,
    plan: &Plan,
    state: &State,
) -> Result<(Verdict, Vec<ApprovalMark>)> {
    let Some(policy) = policy(context, true) else {
        return Ok((Verdict::Free, Vec::new()));
    };
    let marks = marks::of_plan(context, policy, plan, state).await?;
    if marks.is_empty() {
        return Ok((Verdict::Free, marks));
    }
    let verdict = match find_open(context, context.db.read(), &plan.name()).await? {
        None => Verdict::Needed,
        Some(found) if found.state == ApprovalState::Approved => Verdict::Approved(found.id),
        Some(found) => Verdict::Waiting(found.id),
    };
    Ok((verdict, marks))
}

/// Marks an approved plan as made, in the transaction of its apply.
pub(crate) async fn use_up(context: &AdminContext<'_>, id: ApprovalId) -> Result<()> {
    let tx = context.db.begin_write().await?;
    // The administrator who approved it may have lost the right since the apply has read the request.
    if find_present(context, &tx, id).await?.state != ApprovalState::Approved {
        return Err(AdminError::Changed);
    }
    make(&tx, id).await?;
    Ok(tx.commit().await?)
}

pub(crate) async fn get(context: &AdminContext<'_>, id: &str) -> Result<Approval> {
    context.require_global("audit:read")?;
    let id = AdminError::id("approval", id, ApprovalId::parse)?;
    find_present(context, context.db.read(), id).await
}

async fn find_present(context: &AdminContext<'_>, conn: &Conn, id: ApprovalId) -> Result<Approval> {
    let found = repo::approvals::find(conn, id).await?;
    let found = present(context, conn, found.into_iter().collect()).await?;
    let mut found = found.into_iter();
    found
        .next()
        .ok_or_else(|| AdminError::not_found("approval", &id))
}

/// Lists requests, the newest first.
pub(crate) async fn list(
    context: &AdminContext<'_>,
    before: Option<ApprovalId>,
    limit: u64,
) -> Result<Vec<Approval>> {
    context.require_global("audit:read")?;
    let conn = context.db.read();
    let found = repo::approvals::list(conn, before, limit).await?;
    present(context, conn, found).await
}

/// Returns true if this administrator can decide about a request: another one than its author.
pub(crate) fn may_decide(context: &AdminContext<'_>, approval: &Approval) -> bool {
    let is_command = context.authority.is_none();
    let counts_commands = context
        .settings
        .config()
        .is_some_and(|config| config.approval.commands);
    let is_client = context
        .authority
        .as_ref()
        .is_some_and(|own| own.kind != SubjectKind::User);
    context.must_administer().is_ok()
        && approval.author.as_deref() != author(context)
        && !is_client
        && !(is_command && counts_commands)
}

/// Approves or rejects a request.
pub(crate) async fn decide(
    context: &AdminContext<'_>,
    id: &str,
    approves: bool,
) -> Result<Approval> {
    context.must_administer()?;
    let approval = get(context, id).await?;
    if !may_decide(context, &approval) {
        let problem =
            "a second administrator decides, in the console or by the API with a token of a user";
        return Err(AdminError::invalid("id", problem));
    }
    let (to, change) = if approves {
        (ApprovalState::Approved, "approval given")
    } else {
        (ApprovalState::Rejected, "approval refused")
    };
    let (now, tx) = (context.now(), context.begin().await?);
    let by = author(context).unwrap_or("command line").to_owned();
    if approval.decided_by.is_some() && approval.state == ApprovalState::Waiting {
        let (from, to) = (ApprovalState::Approved, ApprovalState::Waiting);
        repo::approvals::set_state(&tx, approval.id, from, to).await?;
    }
    if !repo::approvals::decide(&tx, approval.id, to, &by, now).await? {
        return Err(AdminError::NoChange(
            "the request does not wait for a decision".to_owned(),
        ));
    }
    let event = context.event(AuditKind::SystemChanged, approval.id, change);
    let event = event
        .with("name", approval.name.as_str())
        .with("marks", approval.marks.as_str());
    context.commit_with(tx, &event).await?;
    Ok(Approval {
        state: to,
        decided_by: Some(by),
        decided_at: Some(now),
        ..approval
    })
}

/// Deletes requests that ended long ago.
pub(crate) fn purge(context: &Context) -> Boxed<'_, Result<u64, ServerError>> {
    Box::pin(async move {
        let tx = context.core.db.begin_write().await?;
        let count = repo::approvals::purge(&tx, context.core.now() - KEPT, PURGED).await?;
        tx.commit().await?;
        Ok(count)
    })
}

#[cfg(test)]
mod tests;
