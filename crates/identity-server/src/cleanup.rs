//! Removes expired rows, so that tables contain only live rows. The replica that has the lease does
//! it. Each replica also writes the uses of client secrets that it has recorded.

use std::sync::Arc;
use std::time::Duration;

use doorward_domain::rules::stats;
use doorward_store::repo;
use tokio::time::MissedTickBehavior;

use doorward_services::attempts;
use doorward_services::client_registration::create;
use doorward_services::context::{Context, Core, Delivery};
use doorward_services::deletion;
use doorward_services::denial_log;
use doorward_services::error::ServerError;
use doorward_telemetry::metrics::Metrics;

/// Interval between two turns.
pub const EVERY: Duration = Duration::from_mins(1);
/// Lease to end expired sessions, delete accounts whose deletion is due, and record abandoned
/// sign-ins.
const ENDS: Lease = Lease {
    name: "ends",
    seconds: 60 - EARLY,
};
/// Lease to remove all other expired rows.
const CLEANUP_LEASE: Lease = Lease {
    name: "sweep",
    seconds: 10 * 60 - EARLY,
};
/// Seconds by which a lease is shorter than its interval. The previous holder can then renew it
/// after one interval, although the clock counts whole seconds.
const EARLY: i64 = 5;
/// Seconds for which expired rows are kept for replay detection.
const RETENTION: i64 = 24 * 60 * 60;

/// Seconds for which a used identifier is kept beyond its validity: the maximum clock difference
/// between two replicas.
const USED_RETENTION: i64 = 5 * 60;

/// Seconds for which a grant is kept after its code expired unused: the maximum clock difference
/// between two replicas.
const UNREDEEMED_RETENTION: i64 = 60;

/// Seconds for which a metadata document client is kept without a consent: longer than a sign-in
/// may take.
const DOCUMENT_RETENTION: i64 = 60 * 60;

/// Seconds for which a bulk change and its failures are kept.
const BULK_RETENTION: i64 = 30 * 24 * 60 * 60;

/// Seconds for which a device's late poll still receives `expired_token`.
const LATE_POLL_RETENTION: i64 = 60 * 60;

/// A task for one replica, and the seconds until it may run again.
struct Lease {
    name: &'static str,
    seconds: i64,
}

impl Lease {
    /// Returns true if this replica acquired the lease.
    async fn has_lease(&self, core: &Core) -> Result<bool, ServerError> {
        let tx = core.db.begin_write().await?;
        let ours = repo::leases::acquire(&tx, self.name, core.now(), self.seconds).await?;
        tx.commit().await?;
        Ok(ours)
    }
}

/// Runs the cleanup until the server stops. A failure is logged; the next lease repeats the work.
pub async fn run(context: Arc<Context>, metrics: Arc<Metrics>) {
    turn_by_turn(&context, &metrics, EVERY).await;
}

async fn turn_by_turn(context: &Context, metrics: &Metrics, every: Duration) {
    let Context { core, delivery, .. } = context;
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = take(core, delivery, metrics).await {
            tracing::warn!(fault = %error, "cleanup failed");
        }
    }
}

/// Runs one turn: ends sessions, deletes accounts and removes expired rows, each if its lease is
/// free.
pub async fn take(core: &Core, delivery: &Delivery, metrics: &Metrics) -> Result<u64, ServerError> {
    let mut removed = 0;
    if ENDS.has_lease(core).await? {
        removed += end_sessions(core).await? + deletion::carry_out(core, delivery).await?;
        removed += attempts::record_abandoned(&core.db, core.now(), &core.random).await?;
    }
    if CLEANUP_LEASE.has_lease(core).await? {
        removed += run_once(core).await?;
    }
    let active = repo::sessions::count_live(core.db.read(), core.now()).await?;
    metrics.sessions(active);
    Ok(removed)
}

/// Removes expired rows once.
pub async fn run_once(core: &Core) -> Result<u64, ServerError> {
    let mut left = deletion::drop_unproved(core).await?;
    left += create::drop_unused(core).await?;
    let before = core.now() - RETENTION;
    let tx = core.db.begin_write().await?;
    let mut removed = repo::interactions::purge(&tx, before).await?;
    removed += repo::pending_sign_ins::purge(&tx, before).await?;
    removed += repo::federated_sign_ups::purge(&tx, before).await?;
    removed += repo::email_sign_ins::purge(&tx, before).await?;
    removed += repo::trusted_devices::purge(&tx, before).await?;
    removed += repo::support_codes::purge(&tx, before).await?;
    let ended = core.now() - UNREDEEMED_RETENTION;
    removed += repo::grants::purge_unredeemed(&tx, ended).await?;
    removed += repo::device_requests::purge(&tx, core.now() - LATE_POLL_RETENTION).await?;
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
    removed += repo::clients::purge_documents(&tx, core.now() - DOCUMENT_RETENTION).await?;
    removed += repo::replay_markers::purge(&tx, core.now() - USED_RETENTION).await?;
    removed += repo::jobs::purge(&tx, before).await?;
    removed += repo::idempotency::purge(&tx, before).await?;
    removed += repo::login_failures::purge(&tx, before).await?;
    let forgotten = core.now() - denial_log::RETENTION;
    removed += repo::denials::purge(&tx, forgotten, denial_log::MAX_RECORDS).await?;
    removed += repo::attempts::purge(&tx, core.now() - attempts::RETENTION).await?;
    removed += repo::stats::fold(&tx, stats::kept_by_hour_from(core.now())).await?;
    removed += repo::bulk_changes::purge(&tx, core.now() - BULK_RETENTION).await?;
    tx.commit().await?;
    Ok(removed + left)
}

/// Ends expired sessions. Their clients are notified (OIDC Back-Channel Logout).
async fn end_sessions(core: &Core) -> Result<u64, ServerError> {
    let tx = core.db.begin_write().await?;
    let ended = repo::sessions::end_expired(&tx, core.now()).await?;
    tx.commit().await?;
    Ok(ended)
}

#[cfg(test)]
mod tests;
