//! Numbers of what the change or the deletion of an object affects, before it is made.

use std::collections::BTreeSet;

use doorward_services::access_end::{EndedAccess, EndedNames, MAX_NAMED};
use doorward_store::repo::affected::{Object, RecordKind};

use crate::operator::MAX_COUNT;
use crate::prelude::*;

/// Counts the records that a change or the deletion of an object affects, each up to [`MAX_COUNT`].
/// The object was read by the operation for its kind, which checks that it is in reach.
#[boxed(?Send)]
pub async fn count<'a>(
    context: &'a AdminContext<'_>,
    object: Object<'a>,
) -> Result<Vec<(RecordKind, u64)>> {
    context.need(match object {
        Object::User(_) => "users:read",
        Object::Client(_) => "clients:read",
        Object::Role(_) => "roles:read",
        Object::Group(_) => "groups:read",
        Object::Organization(_) => "organizations:read",
    })?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::affected::count(read, object, MAX_COUNT, now).await?)
}

/// Counts the access that a user has, or that users gave to a client, each kind up to [`MAX_COUNT`]. To be
/// called before the transaction of the change: every other write would wait for it.
pub(crate) async fn access_of(
    conn: &Conn,
    object: Object<'_>,
    now: UnixSeconds,
) -> Result<EndedAccess, StoreError> {
    let mut access = EndedAccess::default();
    for (kind, number) in repo::affected::count(conn, object, MAX_COUNT, now).await? {
        match kind {
            RecordKind::Sessions => access.sessions = number,
            RecordKind::Grants => access.grants = number,
            RecordKind::ApiKeys => access.api_keys = number,
            RecordKind::TrustedDevices => access.trusted_devices = number,
            _ => {}
        }
    }
    Ok(access)
}

/// Names the access that a user has, for the audit log.
pub(crate) async fn named_access(
    conn: &Conn,
    user: UserId,
    now: UnixSeconds,
) -> Result<EndedNames, StoreError> {
    let sessions = repo::sessions::list_for_user(conn, user, now).await?;
    let grants = repo::grants::list_for_user(conn, user, now).await?;
    let clients: BTreeSet<String> = grants
        .iter()
        .map(|grant| grant.client_id.to_string())
        .collect();
    let keys = repo::api_keys::list_live(conn, user, now).await?;
    let sessions = sessions.iter().take(MAX_NAMED);
    Ok(EndedNames {
        session_ids: sessions.map(|session| session.id.to_string()).collect(),
        clients: clients.into_iter().take(MAX_NAMED).collect(),
        api_key_ids: keys.iter().map(|key| key.id.to_string()).collect(),
    })
}

/// Returns a sentence with the numbers of what ended.
pub fn ended_text(access: &EndedAccess) -> String {
    let EndedAccess {
        sessions,
        grants,
        api_keys,
        trusted_devices,
        ..
    } = access;
    let [sessions, grants, api_keys, trusted_devices] =
        [sessions, grants, api_keys, trusted_devices].map(|number| count_text(*number));
    format!(
        "Ended sessions: {sessions}, grants: {grants}, API keys: {api_keys}, trusted devices: \
         {trusted_devices}."
    )
}

/// Returns the text of a count, which may have ended at [`MAX_COUNT`].
pub fn count_text(number: u64) -> String {
    match number {
        MAX_COUNT => "more than 1,000".to_owned(),
        number => number.to_string(),
    }
}
