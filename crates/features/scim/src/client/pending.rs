//! The changes since the last run, which the audit chain has in their order.

use doorward_admin::prelude::*;
use doorward_domain::model::scim::ScimTarget;

use super::audience::Audience;
use super::changes::{Changes, Watch, effect};
use super::connection::Done;

/// Number of events that are read at once.
const PAGE: u64 = 500;
/// Number of events, and of changed users, that wait at most: beyond it one full run replaces them.
const QUEUE: i64 = 10_000;
const MAX_USERS: usize = 1_000;

/// Returns the changes after the position of a target, and moves it. Too many are a full run instead.
pub(super) async fn pending(
    conn: &Conn,
    target: &mut ScimTarget,
    audience: &Audience,
) -> Done<Changes> {
    let last = repo::audit_chain::last(conn).await?;
    let head = last.map_or(target.position, |last| last.seq);
    let mut changes = Changes {
        everything: head - target.position > QUEUE,
        ..Changes::default()
    };
    let mut position = target.position;
    while position < head && !changes.everything {
        let links = repo::audit_chain::links(conn, position, PAGE).await?;
        let Some((last, _)) = links.last() else { break };
        position = last.seq;
        let watch = Watch {
            client: &target.client_id,
            audience,
            has_groups: target.has_groups,
        };
        for event in links.iter().filter_map(|(_, event)| event.as_ref()) {
            changes.add(effect(event, watch));
        }
        changes.everything |= changes.users.len() > MAX_USERS;
    }
    if changes.everything {
        target.is_full_due = true;
        return Ok(Changes::default());
    }
    target.position = position;
    Ok(changes)
}
