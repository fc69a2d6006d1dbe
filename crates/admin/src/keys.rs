//! Signing keys: list, rotate, retire.

use doorward_domain::keys::{self, KeyRecord, RotationPolicy};
use doorward_domain::model::AuditKind;
use doorward_services::signing_keys::Keys;
use doorward_store::repo;

use super::operator::{AdminContext, AdminError};

/// What a key does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It signs.
    Signing,
    /// It is published and will sign.
    Waiting,
    /// It is published for the tokens that it has signed.
    Retired,
    /// It is no longer published.
    Gone,
}

impl KeyState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signing => "signing",
            Self::Waiting => "waiting",
            Self::Retired => "retired",
            Self::Gone => "gone",
        }
    }
}

/// Every key with what it does now, the newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    op: &AdminContext<'_>,
    policy: &RotationPolicy,
) -> Result<Vec<(KeyRecord, KeyState)>, AdminError> {
    op.require_global("keys:read")?;
    let mut records = repo::keys::list(op.db.read()).await?;
    let now = op.now();
    let plan = keys::plan(&records, policy, now);
    records.sort_by_key(|key| std::cmp::Reverse((key.active_at, key.created_at)));
    let state = |key: &KeyRecord| {
        if plan.active.as_ref() == Some(&key.kid) {
            KeyState::Signing
        } else if !plan.publish.contains(&key.kid) {
            KeyState::Gone
        } else if key.retired_at.is_none() && key.active_at > now {
            KeyState::Waiting
        } else {
            KeyState::Retired
        }
    };
    Ok(records
        .into_iter()
        .map(|key| {
            let state = state(&key);
            (key, state)
        })
        .collect())
}

/// One key with what it does now.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn get(
    op: &AdminContext<'_>,
    policy: &RotationPolicy,
    kid: &str,
) -> Result<(KeyRecord, KeyState), AdminError> {
    let found = list(op, policy).await?;
    let found = found.into_iter().find(|(key, _)| key.kid == kid);
    found.ok_or_else(|| AdminError::not_found("key", kid))
}

/// Makes a key that is published now and signs once every verifier can know it. This process follows
/// at once, the other running servers by themselves.
///
/// # Errors
/// [`AdminError::NoChange`] when a new key is waiting, [`AdminError::Fault`] when none can be made.
pub async fn rotate(
    op: &AdminContext<'_>,
    keys: &Keys,
) -> Result<(KeyRecord, KeyState), AdminError> {
    op.require_global("keys:write")?;
    let _alone = keys.alone().await;
    let now = op.now();
    let records = repo::keys::list(op.db.read()).await?;
    let waits = |key: &&KeyRecord| key.retired_at.is_none() && key.active_at > now;
    if let Some(waiting) = records.iter().find(waits) {
        let problem = format!("{} is waiting to sign already", waiting.kid);
        return Err(AdminError::NoChange(problem));
    }
    // Without any key there is no token that somebody might have to verify.
    let (lead, state) = if records.is_empty() {
        (0, KeyState::Signing)
    } else {
        (keys.policy().publish_lead, KeyState::Waiting)
    };
    let key = keys.generate(now, now.saturating_add(lead)).await?;
    let known: Vec<String> = records.into_iter().map(|key| key.kid).collect();
    let tx = op.begin().await?;
    if !repo::keys::insert_if_unchanged(&tx, &key, &known).await? {
        let problem = "somebody else has just changed the keys; look again";
        return Err(AdminError::NoChange(problem.to_owned()));
    }
    let event = op.event(AuditKind::KeyChanged, &key.kid, "rotated");
    repo::audit::insert(&tx, &event).await?;
    op.made(&tx, &key.kid, None).await?;
    tx.commit().await?;
    keys.follow(op.db, now).await;
    Ok((key, state))
}

/// What becomes of a key that no longer signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retirement {
    /// It stays in the key set until its last token has expired.
    Published,
    /// It leaves the key set at once, and no token that it signed is believed any more: somebody else
    /// may have its private half.
    Withdrawn,
}

/// Stops a key from signing. The next one takes over at once, or a new one is made. One that was
/// retired before can still be withdrawn. A process that signs names its `keys`.
///
/// # Errors
/// [`AdminError::NotFound`], and [`AdminError::NoChange`] for a key that was retired before.
pub async fn retire(
    op: &AdminContext<'_>,
    keys: Option<&Keys>,
    kid: &str,
    how: Retirement,
) -> Result<(), AdminError> {
    op.require_global("keys:write")?;
    let now = op.now();
    let tx = op.begin().await?;
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
    let event = op.event(AuditKind::KeyChanged, kid, change);
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    if let Some(keys) = keys {
        keys.follow(op.db, now).await;
    }
    Ok(())
}
