//! Continues bulk changes: each user by the single operation, with the present rights of the
//! administrator that started the change.

use std::time::{Duration, Instant};

use doorward_domain::model::{
    BulkAction, BulkChange, BulkFailure, BulkSelection, BulkState, StopReason,
};
use doorward_rules::bulk::{self as rule, ItemDecision};
use doorward_rules::delegation::{DelegationDenial, DelegationRule};
use doorward_services::breaks::Breaks;
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::error::ServerError;

use crate::prelude::*;
use crate::sessions::EndedGrants;
use crate::starter::Starter;
use crate::user_change::UserChange;
use crate::{bulk_selection, decisions, group_members, sessions, user_search, users};

/// Length of the worker's break after each user, in multiples of the time that the user took: sign-ins
/// must not become slower.
const BREAK: u32 = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Works without pauses: a request or a command waits for the result.
    Fast,
    /// Pauses after each user, so that requests are not delayed.
    Background,
}

impl Pace {
    /// Returns the time after which a step ends. In the background, mail waits as long, and then all
    /// its messages are sent at once.
    const fn step_time(self) -> Duration {
        match self {
            Self::Fast => Duration::from_secs(1),
            Self::Background => Duration::from_millis(200),
        }
    }
}

pub const fn permission(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Disable
        | BulkAction::Enable
        | BulkAction::VerifyEmail
        | BulkAction::ChangeEmailDomain
        | BulkAction::RequireNewPassword => "users:write",
        BulkAction::EndSessions => "sessions:write",
        BulkAction::AddToGroup => "groups:write",
    }
}

/// Checks that the administrator may start or continue a bulk change, which only
/// [`BulkAction::AddToGroup`] may be in one organization.
pub fn check(context: &AdminContext<'_>, action: BulkAction) -> Result<()> {
    context.need("users:read")?;
    match action {
        BulkAction::AddToGroup => context.need(permission(action)),
        _ => context.require_global(permission(action)),
    }
}

/// Continues the bulk change that is due, if there is one, by a step. Returns false if there is none.
/// Stops a change whose administrator may no longer do it.
///
/// # Errors
/// Fails if the store cannot be used; then another process continues when the lease expires.
#[boxed(?Send)]
pub async fn run_due(server: &Context) -> Result<bool> {
    let (db, now) = (&server.core.db, server.core.now());
    let Some(id) = repo::bulk_changes::next_due(db.read(), now).await? else {
        return Ok(false);
    };
    let tx = db.begin_write().await?;
    let acquired = repo::bulk_changes::acquire(&tx, id, now + rule::LEASE, now).await?;
    tx.commit().await?;
    let Some(change) = acquired else {
        return Ok(true);
    };
    match context_of_starter(server, &change).await? {
        Ok(context) => {
            if let Some(after) = step(&context, change, Pace::Background).await? {
                release(&context, &after).await?;
            }
        }
        Err(reason) => {
            let tx = db.begin_write().await?;
            if repo::bulk_changes::end(&tx, id, Some(reason), now).await? {
                let event = Caller::of_server(&server.core.random)
                    .event(AuditKind::SystemChanged, true, now)
                    .about(id)
                    .with("change", "bulk change stopped")
                    .with("reason", reason.as_str());
                repo::audit::insert(&tx, &event).await?;
            }
            tx.commit().await?;
        }
    }
    Ok(true)
}

async fn context_of_starter<'a>(
    server: &'a Context,
    change: &BulkChange,
) -> Result<Result<AdminContext<'a>, StopReason>> {
    if change.is_of_command_line() {
        return Ok(Err(StopReason::Interrupted));
    }
    let starter = Starter {
        kind: change.starter_kind,
        id: &change.starter,
        org: change.org.as_deref(),
        client_id: change.client_id.as_deref(),
    };
    let authority = starter.authority(server).await?;
    Ok(authority.and_then(|authority| {
        let caller = Caller {
            client: authority.client_id.clone(),
            ..Caller::of_server(&server.core.random)
        };
        let context = AdminContext::of_server(server, authority, caller);
        let allowed = check(&context, change.action)
            .and_then(|()| bulk_selection::check(&context, &change.selection));
        allowed
            .map(|()| context)
            .map_err(|_| StopReason::PermissionLost)
    }))
}

/// Lets any process continue the change.
async fn release(context: &AdminContext<'_>, change: &BulkChange) -> Result<()> {
    if change.state != BulkState::Running {
        return Ok(());
    }
    let free = BulkChange {
        lease_until: context.now(),
        ..change.clone()
    };
    let tx = context.db.begin_write().await?;
    repo::bulk_changes::save(&tx, change, &free).await?;
    context.commit(tx).await
}

/// Changes the next users, until the change or the step ends. Returns the change afterwards, or `None`
/// if another process has continued it in the meantime. Call it only for a change that this process
/// has leased.
pub async fn step(
    context: &AdminContext<'_>,
    mut change: BulkChange,
    pace: Pace,
) -> Result<Option<BulkChange>> {
    let context = &context.in_batch(change.id);
    let (begun, first) = (Instant::now(), change.tried());
    while change.state == BulkState::Running
        && change.tried() - first < rule::STEP
        && begun.elapsed() < pace.step_time()
    {
        match chunk(context, &change, pace).await? {
            Some(next) => change = next,
            None => return Ok(None),
        }
    }
    Ok(Some(change))
}

/// Changes some users, and stores the progress. After a crash or an error of the server, at most these
/// users are tried again; those before it are then in the requested state.
async fn chunk(
    context: &AdminContext<'_>,
    before: &BulkChange,
    pace: Pace,
) -> Result<Option<BulkChange>> {
    let next = next_users(context, before).await?;
    let (mut after, mut failures) = (before.clone(), Vec::new());
    after.cursor = next.cursor;
    let mut breaks = Breaks::start(BREAK);
    for user in next.users {
        let tried = try_user(context, before, user).await.inspect_err(|error| {
            // The lease is kept, so that the next step waits.
            tracing::warn!(change = %before.id, %user, fault = %error, "bulk change interrupted");
        });
        match tried? {
            None => after.done += 1,
            Some(failure) => {
                after.failed += 1;
                if after.failed <= rule::MAX_FAILURES {
                    failures.push(failure);
                }
            }
        }
        if pace == Pace::Background {
            breaks.take().await;
        }
    }
    let now = context.now();
    after.lease_until = now + rule::LEASE;
    let tx = context.db.begin_write().await?;
    if !repo::bulk_changes::save(&tx, before, &after).await? {
        return Ok(None);
    }
    repo::bulk_changes::insert_failures(&tx, before.id, &failures).await?;
    if next.is_last {
        repo::bulk_changes::end(&tx, before.id, None, now).await?;
    }
    let stored = repo::bulk_changes::find(&tx, before.id).await?;
    tx.commit().await?;
    Ok(stored)
}

struct NextUsers {
    /// The users; a filter may find few, or none, although more follow.
    users: Vec<UserId>,
    /// The position in the list of the filter after them.
    cursor: Option<String>,
    is_last: bool,
}

async fn next_users(context: &AdminContext<'_>, change: &BulkChange) -> Result<NextUsers> {
    match &change.selection {
        BulkSelection::Users(users) => {
            let [tried, chunk] = [change.tried(), rule::CHUNK]
                .map(|number| usize::try_from(number).unwrap_or(usize::MAX));
            let next = users.iter().skip(tried).take(chunk);
            let users: Vec<UserId> = next.copied().collect();
            Ok(NextUsers {
                is_last: users.len() < chunk,
                users,
                cursor: None,
            })
        }
        BulkSelection::Filter(query) => {
            let filter = bulk_selection::parse(query)?;
            let after = change.cursor.as_deref();
            let found = user_search::search(context, &filter, after, rule::CHUNK).await?;
            Ok(NextUsers {
                users: found.items.iter().map(|user| user.id).collect(),
                is_last: found.next.is_none(),
                cursor: found.next,
            })
        }
    }
}

/// Changes a user. Returns the reason of a rejection; a denial is recorded, as for a single user.
/// Fails if the store is too busy or cannot be reached, so that the user is tried again.
async fn try_user(
    context: &AdminContext<'_>,
    change: &BulkChange,
    user: UserId,
) -> Result<Option<BulkFailure>> {
    // Boxed, because the future of each operation is large.
    let Err(error) = Box::pin(change_user(context, change, user)).await else {
        return Ok(None);
    };
    if is_temporary(&error) {
        return Err(error);
    }
    if let AdminError::Denied(denial) = &error
        && denial.rule != DelegationRule::NotToOneself
        && change.failed < rule::MAX_FAILURES
    {
        let attempt = format!("bulk {} of {user}", change.action.as_str());
        decisions::deny(context, denial, &attempt).await?;
    }
    let reason = reason(&error).to_owned();
    Ok(Some(BulkFailure { user, reason }))
}

async fn change_user(context: &AdminContext<'_>, change: &BulkChange, user: UserId) -> Result<()> {
    let id = user.to_string();
    let found = users::read(context, &id).await?;
    let is_own = context.not_oneself(user).is_err();
    let domains = change.email_domains.as_ref();
    match rule::decide(change.action, domains, is_own, &found) {
        ItemDecision::Skip => {
            return Err(DelegationDenial::by(DelegationRule::NotToOneself).into());
        }
        ItemDecision::Keep => return Ok(()),
        ItemDecision::Change => {}
    }
    let same = UserChange {
        notify: (!change.notify).then_some(false),
        ..UserChange::default()
    };
    let changed = match change.action {
        BulkAction::Disable => UserChange {
            disabled: Some(true),
            ..same
        },
        BulkAction::Enable => UserChange {
            disabled: Some(false),
            ..same
        },
        BulkAction::VerifyEmail => UserChange {
            email_verified: Some(true),
            ..same
        },
        BulkAction::ChangeEmailDomain => UserChange {
            email: domains.and_then(|domains| rule::address_in_new_domain(&found, domains)),
            // The provider of the mail moves, not the user.
            email_verified: Some(found.email_verified),
            ..same
        },
        BulkAction::EndSessions => {
            let which = EndedGrants::default();
            return sessions::end_all(context, user, which).await.map(drop);
        }
        BulkAction::RequireNewPassword => {
            let options = (change.keep_access, change.notify);
            return users::require_new_password(context, user, options).await;
        }
        BulkAction::AddToGroup => {
            let group = change.group;
            let group = group.ok_or_else(|| AdminError::not_found("group", ""))?;
            return group_members::add(context, group, user).await;
        }
    };
    users::update(context, &id, changed).await.map(drop)
}

/// Returns true if the same change may succeed later. A row that cannot be read must not hold up all
/// other users.
const fn is_temporary(error: &AdminError) -> bool {
    match error {
        AdminError::Store(error) => error.is_unavailable(),
        AdminError::Fault(error) => matches!(error, ServerError::Unavailable(_)),
        _ => false,
    }
}

fn reason(error: &AdminError) -> &'static str {
    match error {
        AdminError::Denied(denial) => denial.rule.as_str(),
        AdminError::Invalid { field: "email", .. } => "invalid_address",
        AdminError::Taken { .. } => "taken",
        // The command line gets `Invalid` for a user outside the organization of the group.
        AdminError::NotFound { .. } | AdminError::Invalid { .. } => "not_found",
        AdminError::LastHolder(_) => "still_needed",
        error => {
            tracing::warn!(fault = %error, "user of a bulk change was not changed");
            "server_error"
        }
    }
}

#[cfg(test)]
mod tests;
