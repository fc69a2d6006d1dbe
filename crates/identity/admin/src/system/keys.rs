//! Signing keys: lists, rotates and retires them.

pub mod operations;

use doorward_domain::keys::{self, KeyRecord, RotationPolicy};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::words;
use doorward_services::signing_keys::Keys;

use crate::checked_value::check_offered;
use crate::prelude::*;

words! {
    pub enum KeyState {
        Signing = "signing",
        /// Published, and will sign later.
        Waiting = "waiting",
        /// Published, to verify the tokens that it has signed.
        Retired = "retired",
        /// Not published any more.
        Gone = "gone",
    }
}

/// Lists all keys with their current state, the newest first.
#[boxed(?Send)]
pub async fn list(
    context: &AdminContext<'_>,
    policy: &RotationPolicy,
) -> Result<Vec<(KeyRecord, KeyState)>> {
    context.require_global("keys:read")?;
    let mut records = repo::keys::list(context.db.read()).await?;
    let now = context.now();
    let plan = keys::plan_rings(&records, context.settings.clients.algorithms, policy, now);
    records.sort_by_key(|key| std::cmp::Reverse((key.active_at, key.created_at)));
    let state = |key: &KeyRecord| {
        if plan.active.get(&key.algorithm) == Some(&key.kid) {
            KeyState::Signing
        } else if !plan.publish.contains(&key.kid) {
            KeyState::Gone
        } else if key.retired_at.is_none() && key.active_at > now {
            KeyState::Waiting
        } else {
            KeyState::Retired
        }
    };
    let states: Vec<_> = records.iter().map(state).collect();
    Ok(records.into_iter().zip(states).collect())
}

#[boxed(?Send)]
pub async fn get(
    context: &AdminContext<'_>,
    policy: &RotationPolicy,
    kid: &str,
) -> Result<(KeyRecord, KeyState)> {
    let found = list(context, policy).await?;
    let found = found.into_iter().find(|(key, _)| key.kid == kid);
    found.ok_or_else(|| AdminError::not_found("key", kid))
}

/// Generates a key that is published now and signs once every verifier can have fetched it. This process
/// applies the change at once; other replicas follow automatically.
#[boxed(?Send)]
pub async fn rotate(
    context: &AdminContext<'_>,
    keys: &Keys,
    alg: SigningAlg,
) -> Result<(KeyRecord, KeyState)> {
    context.require_global("keys:write")?;
    check_offered(context, "algorithm", alg)?;
    let _alone = keys.lock_generation().await;
    let now = context.now();
    let records = repo::keys::list(context.db.read()).await?;
    let is_its = |key: &&KeyRecord| key.algorithm == alg;
    let waits = |key: &&KeyRecord| key.retired_at.is_none() && key.active_at > now;
    if let Some(waiting) = records.iter().filter(is_its).find(waits) {
        let problem = format!("{} is waiting to sign already", waiting.kid);
        return Err(AdminError::NoChange(problem));
    }
    // Without any key of the algorithm there are no tokens to verify, so its first key signs at
    // once.
    let (lead, state) = if records.iter().any(|key| key.algorithm == alg) {
        (keys.publish_lead(context.db).await?, KeyState::Waiting)
    } else {
        (0, KeyState::Signing)
    };
    let key = keys.generate(alg, now, now.saturating_add(lead)).await?;
    let known: Vec<String> = records.into_iter().map(|key| key.kid).collect();
    let tx = context.begin().await?;
    let new = std::slice::from_ref(&key);
    if !repo::keys::insert_if_unchanged(&tx, new, &known).await? {
        let problem = "the keys were changed by another request; try again";
        return Err(AdminError::NoChange(problem.to_owned()));
    }
    let event = context.event(AuditKind::KeyChanged, &key.kid, "rotated");
    let event = event.with("algorithm", alg.as_str());
    context.commit_created(tx, &event, &key.kid, None).await?;
    keys.follow(context.db, now).await;
    Ok((key, state))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retirement {
    /// The key stays in the key set until its last token has expired.
    Published,
    /// The key leaves the key set at once and the tokens that it signed become invalid, because its
    /// private key may have been disclosed.
    Withdrawn,
}

/// Stops a key from signing. The next key takes over at once, or a new one is generated. A key that
/// is already retired can still be withdrawn. A process that signs passes its `keys`.
#[boxed(?Send)]
pub async fn retire(
    context: &AdminContext<'_>,
    keys: Option<&Keys>,
    kid: &str,
    how: Retirement,
) -> Result<()> {
    context.require_global("keys:write")?;
    let now = context.now();
    let tx = context.begin().await?;
    let records = repo::keys::list_for_update(&tx).await?;
    let key = records.iter().find(|key| key.kid == kid);
    let key = key.ok_or_else(|| AdminError::not_found("key", kid))?;
    if key.retired_at.is_some() && how == Retirement::Published {
        return Err(AdminError::NoChange("it is retired already".to_owned()));
    }
    repo::keys::retire(&tx, kid, now).await?;
    let change = match how {
        Retirement::Published => "retired",
        Retirement::Withdrawn => {
            repo::keys::purge(&tx, kid).await?;
            "withdrawn"
        }
    };
    let event = context.event(AuditKind::KeyChanged, kid, change);
    context.commit_with(tx, &event).await?;
    if let Some(keys) = keys {
        keys.follow(context.db, now).await;
    }
    Ok(())
}
