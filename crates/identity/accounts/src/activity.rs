//! The activity of an account as shown to its user, and reports of unknown activity.

use std::collections::BTreeMap;

use doorward_domain::model::AuditId;
use doorward_rules::activity::{self, ActivityCategory};
use doorward_services::access_end;
use doorward_store::repo::audit::AuditFilter;

use super::paging::cut_page;
use super::sessions;
use crate::change::in_plain_change;
use crate::prelude::*;

const PAGE: u64 = 10;
/// Number of events on the account home page.
const RECENT: u64 = 3;

#[derive(Debug)]
pub struct Activity {
    /// The events, the newest first.
    pub events: Vec<AuditEvent>,
    /// The names of the clients in them, by client id.
    pub apps: BTreeMap<String, String>,
    /// The event before the next page; `None` on the last page.
    pub next: Option<AuditId>,
}

impl Activity {
    pub fn client_name(&self, event: &AuditEvent) -> Option<String> {
        let id = event.client_id.as_ref()?;
        self.apps.get(id).cloned()
    }
}

/// Reads a page of events: actions of the user, and changes of their account.
#[boxed(?Send)]
pub async fn page(
    context: &Context,
    requested: &AuditFilter,
    before: Option<AuditId>,
) -> Result<Activity> {
    let events = list(&context.core, requested, before, PAGE + 1).await?;
    of_events(context, events, PAGE).await
}

/// Lists at most `limit` events of the filter before this one, the newest first.
#[boxed(?Send)]
pub async fn list(
    core: &Core,
    requested: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditEvent>> {
    Ok(repo::audit::newest(core.db.read(), requested, before, limit).await?)
}

/// Returns the filter and the number of rows for the most recent events.
pub(super) fn recent_filter(core: &Core, signed_in: &SignedIn) -> (AuditFilter, u64) {
    (filter(core, signed_in, None, None, None), RECENT + 1)
}

/// Builds the page of the most recent events from the rows read.
pub(super) async fn recent(context: &Context, events: Vec<AuditEvent>) -> Result<Activity> {
    of_events(context, events, RECENT).await
}

/// Returns the filter of a user's events of a category in a time, which ends before `until`.
pub fn filter(
    core: &Core,
    signed_in: &SignedIn,
    topic: Option<ActivityCategory>,
    since: Option<UnixSeconds>,
    until: Option<UnixSeconds>,
) -> AuditFilter {
    let oldest = activity::visible_since(core.now());
    AuditFilter {
        kinds: topic.map(ActivityCategory::kinds).unwrap_or_default(),
        about: Some(signed_in.user.id.to_string()),
        since: Some(since.unwrap_or(oldest).max(oldest)),
        until,
        ..AuditFilter::default()
    }
}

/// Builds a page of at most `limit` events; one more row means that there is a next page.
async fn of_events(context: &Context, mut events: Vec<AuditEvent>, limit: u64) -> Result<Activity> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = cut_page(&mut events, limit).map(|event| event.id);
    let mut apps = BTreeMap::new();
    for id in events.iter().filter_map(|event| event.client_id.as_ref()) {
        if !apps.contains_key(id)
            && let Some(client) = context.client(id).await?
        {
            apps.insert(id.clone(), client.name.clone());
        }
    }
    Ok(Activity { events, apps, next })
}

/// Returns an event of the user; `None` if the event belongs to another user.
#[boxed(?Send)]
pub async fn find(
    context: &Context,
    signed_in: &SignedIn,
    id: AuditId,
) -> Result<Option<Activity>> {
    let found = repo::audit::find(context.core.db.read(), id).await?;
    let own = signed_in.user.id.to_string();
    let found = found.filter(|event| {
        let parties = [&event.subject, &event.actor];
        parties.iter().any(|party| party.as_ref() == Some(&own))
    });
    let Some(event) = found else { return Ok(None) };
    of_events(context, vec![event], 1).await.map(Some)
}

/// Reads the newest events that the user has not reviewed in the check-up, the oldest of them first.
#[boxed(?Send)]
pub async fn unreviewed(context: &Context, signed_in: &SignedIn) -> Result<Activity> {
    let (core, user) = (&context.core, signed_in.user.id);
    let events = repo::audit::unreviewed(core.db.read(), user, core.now()).await?;
    of_events(context, events, u64::MAX).await
}

/// Records that the user has reviewed an event, and those before it. Returns false for an event of
/// another user.
#[boxed(?Send)]
pub async fn review(context: &Context, signed_in: &SignedIn, id: AuditId) -> Result<bool> {
    if find(context, signed_in, id).await?.is_none() {
        return Ok(false);
    }
    in_plain_transaction(&context.core.db, async |tx| {
        repo::users::record_review(tx, signed_in.user.id, id).await?;
        Ok(())
    })
    .await?;
    Ok(true)
}

/// Handles "This wasn't me": ends every other session if `ends_others` is set, and revokes the API
/// keys and mailed links, which others may have. Returns the number of ended sessions.
#[boxed(?Send)]
pub async fn disown(
    context: &Context,
    signed_in: &SignedIn,
    event: Option<AuditId>,
    ends_others: bool,
    caller: &Caller,
) -> Result<u64> {
    let ended = if ends_others {
        sessions::end_other_sessions(&context.core, signed_in, caller).await?
    } else {
        0
    };
    in_plain_change(context, caller, async |change| {
        let (tx, user, now) = (change.tx, signed_in.user.id, change.now());
        if let Some(id) = event {
            // Earlier events that were not shown stay in the check-up.
            let left = repo::audit::unreviewed(tx, user, now).await?;
            if left.first().is_some_and(|oldest| oldest.id == id) {
                repo::users::record_review(tx, user, id).await?;
            }
        }
        access_end::end_links(tx, user, now).await?;
        let keys = repo::api_keys::revoke_all_for_user(tx, user, now).await?;
        let report = change
            .own_event(AuditKind::ActivityDisowned, user)
            .with("event", event.map(|id| id.to_string()))
            .with("others_ended", ends_others)
            .with("keys_revoked", keys);
        let notice = SecurityNotification::Disowned;
        change.report(&signed_in.user, &report, notice).await
    })
    .await?;
    Ok(ended)
}
