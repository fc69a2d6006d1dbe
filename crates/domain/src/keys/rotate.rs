//! When a key is made, signs, is published and disappears: decided from records and the time.

use crate::time::UnixSeconds;

#[cfg(test)]
mod tests;

/// A signing key as the store keeps it; the private part is sealed (see [`super::generate`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The RFC 7638 thumbprint of the public key.
    pub kid: String,
    /// The JWS algorithm, `RS256`.
    pub algorithm: String,
    /// The public JWK as JSON, as it appears in the JWKS.
    pub public_jwk: String,
    /// The PKCS#8 PEM, sealed under [`crate::secret::KeyPurpose::KeyEncryption`] with the kid as
    /// associated data.
    pub private_sealed: Vec<u8>,
    /// When it was made, in Unix seconds.
    pub created_at: UnixSeconds,
    /// From when it signs, in Unix seconds.
    pub active_at: UnixSeconds,
    /// Since when it no longer signs, in Unix seconds; none while it signs or waits.
    pub retired_at: Option<UnixSeconds>,
}

/// The durations of rotation, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationPolicy {
    /// How long a key is published before it signs. It must cover what a verifier may cache
    /// (`JWKS_MAX_AGE`) and the time in which all replicas reload their ring.
    pub publish_lead: i64,
    /// How long a key signs.
    pub rotate_after: i64,
    /// How long a key stays published after it was retired.
    pub keep_after_retire: i64,
}

impl RotationPolicy {
    /// What the JWKS allows a verifier to cache, in seconds.
    pub const JWKS_MAX_AGE: i64 = 300;
    /// Within how many seconds each replica must rebuild its ring from the records.
    pub const RELOAD_WITHIN: i64 = 300;
    /// The clock difference that verifiers tolerate, in seconds.
    pub const LEEWAY: i64 = 60;

    /// Rotation every 90 days, for tokens that live at most `longest_token_life` seconds.
    pub const fn for_token_life(longest_token_life: i64) -> Self {
        Self {
            publish_lead: Self::JWKS_MAX_AGE + Self::RELOAD_WITHIN,
            rotate_after: 90 * 24 * 60 * 60,
            keep_after_retire: longest_token_life + Self::LEEWAY + Self::RELOAD_WITHIN,
        }
    }
}

impl Default for RotationPolicy {
    /// For the default life of access and ID tokens, five minutes.
    fn default() -> Self {
        Self::for_token_life(300)
    }
}

/// What should be true of the keys now. The store carries it out, then the ring is rebuilt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationPlan {
    /// Make a key that signs from this time on (its `active_at`); then plan again.
    pub generate: Option<UnixSeconds>,
    /// The key that signs now; none only when there is no usable key at all.
    pub active: Option<String>,
    /// The keys of the JWKS: the active one, those to come, those that went.
    pub publish: Vec<String>,
    /// Keys that another has replaced: write `retired_at = now`.
    pub retire: Vec<String>,
    /// Keys under which no valid token can be left: delete.
    pub purge: Vec<String>,
}

/// Decides about all keys at the time `now`. Deterministic, so that replicas agree.
///
/// A key whose `retired_at` is set, by rotation or by an administrator, never signs again. When
/// that leaves nobody, the next key that waits steps in at once, or a new one is made.
pub fn plan(records: &[KeyRecord], policy: &RotationPolicy, now: UnixSeconds) -> RotationPlan {
    let usable = || records.iter().filter(|k| k.retired_at.is_none());
    let order = |k: &&KeyRecord| (k.active_at, k.created_at, k.kid.clone());
    let active = usable()
        .filter(|k| k.active_at <= now)
        .max_by_key(order)
        .or_else(|| usable().min_by_key(order));
    let newest = usable().max_by_key(order);

    let generate = match (active, newest) {
        (Some(_), Some(newest)) => {
            let due = newest.active_at.saturating_add(policy.rotate_after);
            (now >= due.saturating_sub(policy.publish_lead))
                .then(|| due.max(now.saturating_add(policy.publish_lead)))
        }
        _ => Some(now),
    };

    let mut plan = RotationPlan {
        generate,
        active: active.map(|k| k.kid.clone()),
        ..RotationPlan::default()
    };
    let mut sorted: Vec<&KeyRecord> = records.iter().collect();
    sorted.sort_by_key(|k| std::cmp::Reverse(order(k)));
    for key in sorted {
        let kid = key.kid.clone();
        let signs = plan.active.as_deref() == Some(&kid);
        match key.retired_at {
            Some(at) if now >= at.saturating_add(policy.keep_after_retire) => plan.purge.push(kid),
            None if signs => plan.publish.insert(0, kid),
            None if key.active_at <= now => {
                plan.retire.push(kid.clone());
                plan.publish.push(kid);
            }
            _ => plan.publish.push(kid),
        }
    }
    plan
}
