//! Bulk changes of users: a few users in the request itself, more by the worker or the command line.

pub mod operations;

use std::collections::BTreeSet;

use doorward_domain::model::{
    BulkAction, BulkChange, BulkChangeId, BulkFailure, BulkSelection, BulkState, EmailDomains,
    StopReason,
};
use doorward_rules::bulk::{self as rule, DomainProblem};

use crate::bulk_step::{self, Pace};
use crate::prelude::*;
use crate::{bulk_selection, exports, groups};

#[derive(Clone, Debug)]
pub struct NewBulkChange {
    /// The identifier, by which a repeated form is recognized; `None` for a new one.
    pub id: Option<BulkChangeId>,
    pub action: BulkAction,
    pub group: Option<GroupId>,
    /// The old and the new domain of [`BulkAction::ChangeEmailDomain`], as typed.
    pub domains: Option<(String, String)>,
    /// False: the users get no mail, which requires the role `admin`.
    pub notify: bool,
    /// True if [`BulkAction::RequireNewPassword`] leaves sessions, grants and API keys.
    pub keep_access: bool,
    pub selection: BulkSelection,
}

/// Starts a bulk change. At most [`rule::AT_ONCE`] users are changed before this returns; more are
/// changed by the worker, or by the command line with [`bulk_step::step`]. The audit event of each user
/// contains the ID of the change.
///
/// A repeated form with the same identifier starts nothing, and returns the first change.
#[boxed(?Send)]
pub async fn start(context: &AdminContext<'_>, new: NewBulkChange) -> Result<BulkChange> {
    bulk_step::check(context, new.action)?;
    if !new.notify {
        context.must_administer()?;
    }
    let mut change = build(context, new).await?;
    let tx = context.begin().await?;
    if !repo::bulk_changes::insert(&tx, &change).await? {
        drop(tx);
        return get(context, change.id).await;
    }
    let event = context
        .event(AuditKind::SystemChanged, change.id, "bulk change started")
        .with("action", change.action.as_str())
        .with("users", change.total);
    let event = match &change.email_domains {
        Some(domains) => event.with("email_domains", json!(domains)),
        None => event,
    };
    let event = event.with_optional("notified", (!change.notify).then_some(false));
    let event = event.with_optional("keep_access", change.keep_access.then_some(true));
    context.commit_created(tx, &event, change.id, None).await?;
    if !rule::is_immediate(change.total) {
        return Ok(change);
    }
    let id = change.id;
    while change.state == BulkState::Running {
        // If this fails, the worker continues when the lease expires.
        change = match Box::pin(bulk_step::step(context, change, Pace::Fast)).await? {
            Some(next) => next,
            None => return get(context, id).await,
        };
    }
    Ok(change)
}

async fn build(context: &AdminContext<'_>, new: NewBulkChange) -> Result<BulkChange> {
    let authority = context.authority.as_ref();
    let selection = check_selection(new.selection)?;
    if new.action == BulkAction::RequireNewPassword {
        // Otherwise no user could set another one.
        context.working_outbox()?;
    }
    let email_domains = email_domains(new.action, new.domains)?;
    let group = match (new.action, new.group) {
        (BulkAction::AddToGroup, Some(group)) => {
            // Otherwise each user would be denied, with an event.
            let group = groups::get(context, group).await?;
            let tx = context.begin().await?;
            groups::check_group_delegation(context, &tx, group.org.as_deref(), &group.path, true)
                .await?;
            Some(group.id)
        }
        (BulkAction::AddToGroup, None) => return Err(AdminError::invalid("group", "is missing")),
        _ => None,
    };
    let total = bulk_selection::count(context, &selection).await?;
    let now = context.now();
    let id = new.id;
    Ok(BulkChange {
        id: id.unwrap_or_else(|| BulkChangeId::generate(now, &mut context.rng())),
        starter_kind: authority.map_or(SubjectKind::User, |authority| authority.kind),
        starter: authority.map_or_else(String::new, |authority| authority.id.clone()),
        org: authority.and_then(|authority| authority.org.clone()),
        client_id: authority.and_then(|authority| authority.client_id.clone()),
        action: new.action,
        group,
        email_domains,
        notify: new.notify,
        keep_access: new.keep_access,
        selection,
        total,
        cursor: None,
        done: 0,
        failed: 0,
        state: BulkState::Running,
        stop_reason: None,
        // This request or command continues the change; the worker does if a request has many users.
        lease_until: if rule::is_immediate(total) || authority.is_none() {
            now + rule::LEASE
        } else {
            now
        },
        created_at: now,
        ended_at: None,
    })
}

fn email_domains(
    action: BulkAction,
    domains: Option<(String, String)>,
) -> Result<Option<EmailDomains>> {
    if action != BulkAction::ChangeEmailDomain {
        return Ok(None);
    }
    let (from, to) = domains.unwrap_or_default();
    let domains = rule::read_domains(&from, &to).map_err(|problem| match problem {
        DomainProblem::From => AdminError::invalid("from_domain", "write one such as example.org"),
        DomainProblem::To => AdminError::invalid("to_domain", "write one such as example.org"),
        DomainProblem::Same => AdminError::invalid("to_domain", "is the old domain"),
    })?;
    Ok(Some(domains))
}

fn check_selection(selection: BulkSelection) -> Result<BulkSelection> {
    let invalid = |problem: String| AdminError::invalid("ids", problem);
    match selection {
        BulkSelection::Users(mut users) => {
            let mut seen = BTreeSet::new();
            users.retain(|user| seen.insert(*user));
            match users.len() as u64 {
                0 => Err(invalid("choose at least one user".to_owned())),
                count if count > rule::AT_ONCE => {
                    let max = rule::AT_ONCE;
                    Err(invalid(format!(
                        "{count} users are named, and at most {max} may be; choose more by filter or all"
                    )))
                }
                _ => Ok(BulkSelection::Users(users)),
            }
        }
        BulkSelection::Filter(query) => {
            bulk_selection::parse(&query)?;
            Ok(BulkSelection::Filter(query))
        }
    }
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, id: BulkChangeId) -> Result<BulkChange> {
    let found = repo::bulk_changes::find(context.db.read(), id).await?;
    accessible(context, id, found, "system:read")
}

/// Lists the users that a change could not change.
#[boxed(?Send)]
pub async fn failures(
    context: &AdminContext<'_>,
    change: &BulkChange,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<BulkFailure>> {
    check_access(context, Some(change), "system:read")?;
    if change.failed == 0 {
        return Ok(Vec::new());
    }
    let read = context.db.read();
    Ok(repo::bulk_changes::failures(read, change.id, after, limit).await?)
}

#[boxed(?Send)]
pub async fn record_failures(context: &AdminContext<'_>, change: &BulkChange) -> Result<()> {
    check_access(context, Some(change), "system:read")?;
    let filter = Map::from_iter([("change".to_owned(), json!(change.id.to_string()))]);
    exports::record(context, "bulk-failures", filter, false).await
}

/// Stops a running bulk change. The users that were changed stay changed.
#[boxed(?Send)]
pub async fn stop(context: &AdminContext<'_>, id: BulkChangeId) -> Result<()> {
    let tx = context.begin().await?;
    let found = repo::bulk_changes::find(&tx, id).await?;
    accessible(context, id, found, "system:write")?;
    let reason = Some(StopReason::Requested);
    if !repo::bulk_changes::end(&tx, id, reason, context.now()).await? {
        return Err(AdminError::NoChange("it has ended".to_owned()));
    }
    let event = context.event(AuditKind::SystemChanged, id, "bulk change stopped");
    context.commit_with(tx, &event).await
}

/// Returns the change that was found. Without access, one that does not exist is denied as well.
fn accessible(
    context: &AdminContext<'_>,
    id: BulkChangeId,
    found: Option<BulkChange>,
    permission: &str,
) -> Result<BulkChange> {
    check_access(context, found.as_ref(), permission)?;
    found.ok_or_else(|| AdminError::not_found("bulk change", &id))
}

/// Allows administrators their own changes, with the rights with which they started them; those of
/// others require the permission for the whole deployment.
fn check_access(
    context: &AdminContext<'_>,
    change: Option<&BulkChange>,
    permission: &str,
) -> Result<()> {
    let is_own = match (&context.authority, change) {
        (Some(own), Some(change)) => {
            let starter = (change.starter_kind, &change.starter, &change.org);
            (own.kind, &own.id, &own.org) == starter
        }
        _ => false,
    };
    if is_own {
        return Ok(());
    }
    context.require_global(permission)
}
