//! Signing keys: list, rotate, retire.

use doorward_domain::keys::{self, KeyRecord, RotationPolicy};
use doorward_domain::model::AuditKind;
use doorward_domain::secret::MasterKey;
use doorward_store::repo;

use super::{AdminError, Operator};

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
    op: &Operator<'_>,
    policy: &RotationPolicy,
) -> Result<Vec<(KeyRecord, KeyState)>, AdminError> {
    op.need_everywhere("keys:read")?;
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

/// Makes a key that is published now and signs once every verifier can know it. Running servers
/// follow by themselves. This blocks for some tenths of a second: for the command line.
///
/// # Errors
/// [`AdminError::Invalid`] when a new key is waiting already, [`AdminError::Key`].
pub async fn rotate(
    op: &Operator<'_>,
    master: &MasterKey,
    policy: &RotationPolicy,
) -> Result<KeyRecord, AdminError> {
    let now = op.now();
    let records = repo::keys::list(op.db.read()).await?;
    let waits = |key: &&KeyRecord| key.retired_at.is_none() && key.active_at > now;
    if let Some(waiting) = records.iter().find(waits) {
        let problem = format!("{} is waiting to sign already", waiting.kid);
        return Err(AdminError::invalid("key", problem));
    }
    // Without any key there is no token that somebody might have to verify.
    let lead = if records.is_empty() {
        0
    } else {
        policy.publish_lead
    };
    let key = keys::generate(master, now, now.saturating_add(lead), &mut rand::rng())?;
    let known: Vec<String> = records.into_iter().map(|key| key.kid).collect();
    let tx = op.begin().await?;
    if !repo::keys::insert_if_unchanged(&tx, &key, &known).await? {
        return Err(AdminError::invalid(
            "key",
            "somebody else has just rotated; look again",
        ));
    }
    let event = op.event(AuditKind::KeyChanged, &key.kid, "rotated");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(key)
}

/// Stops a key from signing. The next one takes over at once, or a new one is made.
///
/// # Errors
/// [`AdminError::NotFound`], and [`AdminError::Invalid`] for a key that was retired before.
pub async fn retire(op: &Operator<'_>, kid: &str) -> Result<(), AdminError> {
    op.need_everywhere("keys:write")?;
    let tx = op.begin().await?;
    let records = repo::keys::list(&tx).await?;
    let key = records.iter().find(|key| key.kid == kid);
    let key = key.ok_or_else(|| AdminError::not_found("key", kid))?;
    if key.retired_at.is_some() {
        return Err(AdminError::invalid("key", "it is retired already"));
    }
    repo::keys::retire(&tx, kid, op.now()).await?;
    let event = op.event(AuditKind::KeyChanged, kid, "retired");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}
