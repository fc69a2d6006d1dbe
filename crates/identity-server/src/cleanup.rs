//! Removes what is over, so that tables hold live rows only (DS-3). Any replica may do it; the one that has
//! the lease does.

use std::sync::Arc;
use std::time::Duration;

use doorward_store::repo;
use tokio::time::MissedTickBehavior;

use doorward_services::client_registration::create;
use doorward_services::deletion;
use doorward_services::denial_log;
use doorward_services::error::ServerError;
use doorward_services::state::State;

/// The time between two looks for what is due.
pub const EVERY: Duration = Duration::from_mins(1);
/// Ends sessions and removes accounts whose time has come.
const ENDS: Lease = Lease {
    name: "ends",
    seconds: 60 - EARLY,
};
/// Removes all the rest that is over.
const SWEEP: Lease = Lease {
    name: "sweep",
    seconds: 10 * 60 - EARLY,
};
/// By how much less than its turn lasts a lease does, in seconds: whoever had it last time looks again
/// after just one turn, by a clock that counts whole seconds.
const EARLY: i64 = 5;
/// How long what is over is kept for the sake of replay detection, in seconds.
const KEEP: i64 = 24 * 60 * 60;

/// How much longer than it is valid the name of what was used once is kept, in seconds: as far as the
/// clocks of two replicas may differ.
const KEEP_USED: i64 = 5 * 60;

/// How long a grant is kept whose code has expired without being presented, in seconds: as far as the clocks
/// of two replicas may differ.
const KEEP_UNREDEEMED: i64 = 60;

/// How long a client that is known by its document alone is kept for nobody, in seconds: longer than
/// a sign-in may take.
const KEEP_DOCUMENT: i64 = 60 * 60;

/// How long a late poll of a device is still told that its code is over, in seconds.
const LATE_POLL: i64 = 60 * 60;

/// What one replica does for all, and for how many seconds nobody does it again.
struct Lease {
    name: &'static str,
    seconds: i64,
}

impl Lease {
    /// Whether it is this replica that does it now.
    async fn is_ours(&self, state: &State) -> Result<bool, ServerError> {
        let tx = state.db.begin_write().await?;
        let ours = repo::leases::acquire(&tx, self.name, state.now(), self.seconds).await?;
        tx.commit().await?;
        Ok(ours)
    }
}

/// Sweeps until the server stops. A failed sweep is logged and done again when its lease is over.
pub async fn forever(state: Arc<State>) {
    turn_by_turn(&state, EVERY).await;
}

async fn turn_by_turn(state: &State, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(fault) = take(state).await {
            tracing::warn!(%fault, "sweep failed");
        }
    }
}

/// What is done at each turn: sessions end and accounts go when their time has come, the rest when it
/// is due, unless another replica does it.
pub async fn take(state: &State) -> Result<u64, ServerError> {
    let mut removed = 0;
    if ENDS.is_ours(state).await? {
        removed += end_sessions(state).await? + deletion::carry_out(state).await?;
    }
    if SWEEP.is_ours(state).await? {
        removed += once(state).await?;
    }
    let active = repo::sessions::count_live(state.db.read(), state.now()).await?;
    state.metrics.sessions(active);
    Ok(removed)
}

/// One sweep.
pub async fn once(state: &State) -> Result<u64, ServerError> {
    let mut left = deletion::drop_unproved(state).await?;
    left += create::drop_unused(state).await?;
    let before = state.now() - KEEP;
    let tx = state.db.begin_write().await?;
    let mut removed = repo::interactions::purge(&tx, before).await?;
    removed += repo::pending_sign_ins::purge(&tx, before).await?;
    removed += repo::federated_sign_ups::purge(&tx, before).await?;
    removed += repo::email_sign_ins::purge(&tx, before).await?;
    removed += repo::trusted_devices::purge(&tx, before).await?;
    let ended = state.now() - KEEP_UNREDEEMED;
    removed += repo::grants::purge_unredeemed(&tx, ended).await?;
    removed += repo::codes::purge(&tx, before).await?;
    removed += repo::device_requests::purge(&tx, state.now() - LATE_POLL).await?;
    removed += repo::refresh_tokens::purge(&tx, before).await?;
    removed += repo::revoked_tokens::purge(&tx, before).await?;
    removed += repo::grants::purge(&tx, before).await?;
    removed += repo::sessions::purge(&tx, before).await?;
    removed += repo::email_tokens::purge(&tx, before).await?;
    removed += repo::registration_tokens::purge(&tx, before).await?;
    removed += repo::invitations::purge(&tx, before).await?;
    removed += repo::api_keys::purge(&tx, before).await?;
    removed += repo::reference_tokens::purge(&tx, before).await?;
    removed += repo::pushed_requests::purge(&tx, before).await?;
    removed += repo::clients::purge_documents(&tx, state.now() - KEEP_DOCUMENT).await?;
    removed += repo::replay_markers::purge(&tx, state.now() - KEEP_USED).await?;
    removed += repo::jobs::purge(&tx, before).await?;
    removed += repo::idempotency::purge(&tx, before).await?;
    removed += repo::login_failures::purge(&tx, before).await?;
    let forgotten = state.now() - denial_log::KEPT;
    removed += repo::denials::purge(&tx, forgotten, denial_log::MOST).await?;
    tx.commit().await?;
    Ok(removed + left)
}

/// Ends the sessions that have become too old. Their clients hear of it (OIDC Back-Channel Logout).
async fn end_sessions(state: &State) -> Result<u64, ServerError> {
    let tx = state.db.begin_write().await?;
    let ended = repo::sessions::end_expired(&tx, state.now()).await?;
    tx.commit().await?;
    Ok(ended)
}

#[cfg(test)]
mod tests;
