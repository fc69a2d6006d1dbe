//! The steps of the cleanup: one for each table with rows that expire.

use doorward_rules::stats;

use doorward_accounts::{deletion, membership};
use doorward_admin::operator::AdminError;
use doorward_admin::{invitation_batches, invited_access};
use doorward_oauth::client_registration::create;
use doorward_services::attempts;
use doorward_services::denial_log;

use super::Turn;
use crate::features::FEATURES;
use crate::prelude::*;

const DAY: i64 = 24 * 60 * 60;

/// Seconds for which expired rows are kept, so that a late use is recognized and explained.
pub(super) const RETENTION: i64 = 24 * 60 * 60;

/// Seconds for which a used identifier is kept beyond its validity: the maximum clock difference
/// between two replicas.
const USED_RETENTION: i64 = 5 * 60;

/// Seconds for which a grant is kept after its code expired unused: the maximum clock difference
/// between two replicas.
const UNREDEEMED_RETENTION: i64 = 60;

/// Seconds for which an expired interaction is kept: its user may start it again, also after a
/// password reset. Anyone can begin one, so that no row is kept longer than needed.
const INTERACTION_RETENTION: i64 = 60 * 60;

/// Seconds for which a pushed request is kept that began an interaction: a reload of the page resumes
/// it.
const PUSHED_RETENTION: i64 = 45 * 60;

/// Seconds for which a requested mailed code is kept: its user's hourly limit counts it.
const EMAIL_CODE_RETENTION: i64 = 2 * 60 * 60;

/// Seconds for which a metadata document client is kept without a consent: longer than a sign-in
/// may take.
const DOCUMENT_RETENTION: i64 = 60 * 60;

/// Seconds for which a bulk change and its failures are kept.
const BULK_RETENTION: i64 = 30 * 24 * 60 * 60;

/// Seconds for which a device's late poll still receives `expired_token`.
const LATE_POLL_RETENTION: i64 = 10 * 60;

/// Ends sessions, deletes accounts, records abandoned sign-ins, and does the work of features.
pub(super) async fn run_each_minute(turn: &mut Turn<'_>, context: &Context) {
    let (core, now) = (turn.core, turn.core.now());
    // Their clients are notified (OIDC Back-Channel Logout).
    turn.batches("end sessions", async |tx, limit| {
        repo::sessions::end_expired(tx, now, limit).await
    })
    .await;
    turn.step("delete accounts", deletion::carry_out(context))
        .await;
    turn.step("end memberships", membership::end_due(core))
        .await;
    turn.step("send invitations", follow_invitations(context))
        .await;
    turn.batches("record abandoned sign-ins", async |tx, limit| {
        attempts::record_abandoned(tx, now, &core.random, limit).await
    })
    .await;
    for step in FEATURES.iter().flat_map(|feature| feature.steps) {
        turn.step(step.name, (step.run)(context)).await;
    }
}

/// Sends the invitations that wait, and gives what accepted ones give.
async fn follow_invitations(context: &Context) -> Result<u64> {
    let failed = |error: AdminError| ServerError::Internal(error.to_string());
    Box::pin(invitation_batches::send_due(context))
        .await
        .map_err(failed)?;
    Box::pin(invited_access::give_due(context))
        .await
        .map_err(failed)?;
    Ok(0)
}

/// Runs a step for each table, named like it: the function deletes up to `limit` rows of `before`.
macro_rules! purge {
    ($turn:expr, $($step:literal: $module:ident::$purge:ident($before:expr)),+ $(,)?) => {$(
        let before = $before;
        $turn.batches($step, async |tx, limit| {
            repo::$module::$purge(tx, before, limit).await
        })
        .await;
    )+};
}

/// Erases the addresses of old audit events, by whole days.
async fn erase_addresses(turn: &mut Turn<'_>) {
    let kept = turn.core.config.audit.address_retention;
    if kept == 0 {
        return;
    }
    let before = (turn.core.now() - kept).div_euclid(DAY) * DAY;
    turn.batches("addresses of audit events", async |tx, limit| {
        repo::audit_chain::erase_addresses(tx, before, limit).await
    })
    .await;
}

/// Removes all other expired rows.
pub(super) async fn run_each_ten_minutes(turn: &mut Turn<'_>) {
    let (core, now) = (turn.core, turn.core.now());
    turn.step("unverified accounts", deletion::drop_unproved(core))
        .await;
    turn.step("unused clients", create::drop_unused(core)).await;
    let old = now - RETENTION;
    purge!(turn,
        "interactions": interactions::purge(now - INTERACTION_RETENTION),
        "pending sign-ins": pending_sign_ins::purge(old),
        "federated sign-ups": federated_sign_ups::purge(old),
        "mailed codes": email_sign_ins::purge(now - EMAIL_CODE_RETENTION),
        "trusted devices": trusted_devices::purge(old),
        "support codes": support_codes::purge(old),
        "device requests": device_requests::purge(now - LATE_POLL_RETENTION),
        "revoked tokens": revoked_tokens::purge(now - USED_RETENTION),
        "grants": grants::purge(old),
        "sessions": sessions::purge(old),
        "mail links": email_tokens::purge(old),
        "registration tokens": registration_tokens::purge(old),
        "former names": former_names::purge(now),
        "invitations": invitations::purge(old),
        "API keys": api_keys::purge(old),
        "reference tokens": reference_tokens::purge(now - USED_RETENTION),
        "metadata documents": clients::purge_documents(now - DOCUMENT_RETENTION),
        "replay markers": replay_markers::purge(now - USED_RETENTION),
        "jobs": jobs::purge(old),
        "idempotency keys": idempotency::purge(old),
        "kept keys": kept_keys::purge(now),
        "login failures": login_failures::purge(old),
        "attempts": attempts::purge(now - attempts::RETENTION),
        "bulk changes": bulk_changes::purge(now - BULK_RETENTION),
    );
    erase_addresses(turn).await;
    let unredeemed = purge_unredeemed(core, now - UNREDEEMED_RETENTION);
    turn.step("unredeemed codes", unredeemed).await;
    let (unused, used) = (now - USED_RETENTION, now - PUSHED_RETENTION);
    turn.batches("pushed requests", async |tx, limit| {
        repo::pushed_requests::purge(tx, unused, used, limit).await
    })
    .await;
    let before = stats::kept_by_hour_from(now);
    turn.batches("statistics", async |tx, limit| {
        // Each call adds up a part of one hour: only zero means that none is left.
        let folded = repo::stats::fold(tx, before, limit).await?;
        Ok(if folded == 0 { 0 } else { limit.max(folded) })
    })
    .await;
    let (forgotten, max) = (now - denial_log::RETENTION, denial_log::MAX_RECORDS);
    turn.batches("denials", async |tx, limit| {
        repo::denials::purge(tx, forgotten, max, limit).await
    })
    .await;
}

/// Deletes grants whose code expired unused. They are found beside writers, because a week of grants
/// is read for it.
async fn purge_unredeemed(core: &Core, before: UnixSeconds) -> Result<u64> {
    const PORTION: u64 = 200;
    let (mut last, mut removed) = (None, 0);
    loop {
        let some = repo::grants::list_unredeemed(core.db.read(), last, before, PORTION).await?;
        last = some.last().copied();
        if last.is_none() {
            return Ok(removed);
        }
        let began = Instant::now();
        let tx = core.db.begin_write().await?;
        removed += repo::grants::remove_unredeemed(&tx, &some, before).await?;
        tx.commit().await?;
        tokio::time::sleep(began.elapsed()).await;
    }
}
