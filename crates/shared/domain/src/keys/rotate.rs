//! Key rotation: computes creation, use, publication and deletion of keys from records and time.

use std::collections::BTreeMap;

use doorward_protocol::signing_alg::SigningAlg;

use crate::time::UnixSeconds;

#[cfg(test)]
mod tests;

/// A signing key as stored; the private part is sealed (see [`super::generate`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The RFC 7638 thumbprint of the public key.
    pub kid: String,
    /// The algorithm, the only one that it signs with.
    pub algorithm: SigningAlg,
    /// The public JWK as JSON, as it appears in the JWKS.
    pub public_jwk: String,
    /// The PKCS#8 PEM, sealed under [`crate::secret::KeyPurpose::KeyEncryption`] with the kid as
    /// associated data.
    pub private_sealed: Vec<u8>,
    pub created_at: UnixSeconds,
    /// The time from which it signs, in Unix seconds.
    pub active_at: UnixSeconds,
    /// The time at which it was retired, in Unix seconds; none while it signs or waits.
    pub retired_at: Option<UnixSeconds>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationPolicy {
    /// The time for which a key is published before it signs. It must cover the cache time of
    /// verifiers (`JWKS_MAX_AGE`) and the time in which all replicas reload their ring.
    pub publish_lead: i64,
    /// The time for which a key signs.
    pub rotate_after: i64,
    /// The time for which a key stays published after it was retired.
    pub keep_after_retire: i64,
}

impl RotationPolicy {
    /// The cache time of the JWKS for verifiers, in seconds.
    pub const JWKS_MAX_AGE: i64 = 300;
    /// The time within which each replica must rebuild its ring from the records, in seconds.
    pub const RELOAD_WITHIN: i64 = 300;
    /// The least time for which a key is published before it signs while clients speak SAML: their service
    /// providers read metadata once a day, or are configured by hand.
    pub const SAML_LEAD: i64 = 14 * 24 * 60 * 60;
    /// The clock difference that verifiers tolerate, in seconds.
    pub const LEEWAY: i64 = 60;

    /// Returns a policy with rotation every 90 days, for a token TTL of at most
    /// `longest_token_life` seconds.
    pub const fn for_token_ttl(longest_token_life: i64) -> Self {
        Self {
            publish_lead: Self::JWKS_MAX_AGE + Self::RELOAD_WITHIN,
            rotate_after: 90 * 24 * 60 * 60,
            keep_after_retire: longest_token_life + Self::LEEWAY + Self::RELOAD_WITHIN,
        }
    }

    /// Returns the policy while clients speak SAML.
    #[must_use]
    pub fn with_saml(self) -> Self {
        Self {
            publish_lead: self.publish_lead.max(Self::SAML_LEAD),
            ..self
        }
    }

    /// Returns the time at which the last token of a key has expired for every verifier; `None` if
    /// the key is not retired.
    pub fn last_token_end(&self, key: &KeyRecord) -> Option<UnixSeconds> {
        let retired_at = key.retired_at?;
        Some(retired_at.saturating_add(self.keep_after_retire))
    }
}

impl Default for RotationPolicy {
    /// Returns the policy for the default TTL of access and ID tokens, five minutes.
    fn default() -> Self {
        Self::for_token_ttl(300)
    }
}

/// The target state of the keys of one algorithm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationPlan {
    /// The `active_at` of a key to generate; plan again afterwards.
    pub generate: Option<UnixSeconds>,
    /// The key that signs now; none only if there is no usable key.
    pub active: Option<String>,
    /// The keys of the JWKS: the active one, future ones and retired ones.
    pub publish: Vec<String>,
    /// The replaced keys, to be written with `retired_at = now`.
    pub retire: Vec<String>,
    /// The keys without any unexpired token, to be deleted.
    pub purge: Vec<String>,
}

/// Plans the state of the keys of one algorithm at `now`. Deterministic, so that replicas agree.
///
/// A key with `retired_at`, set by rotation or by an administrator, never signs again. If no active
/// key is left, the next waiting key signs at once, or a new one is generated.
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

/// The target state of all keys. The store applies it, then the rings are rebuilt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RingsPlan {
    /// The algorithms of keys to generate, each with its `active_at`; plan again afterwards.
    pub generate: Vec<(SigningAlg, UnixSeconds)>,
    /// The key of each algorithm that signs now.
    pub active: BTreeMap<SigningAlg, String>,
    /// The keys of the JWKS, those of RS256 first.
    pub publish: Vec<String>,
    pub retire: Vec<String>,
    pub purge: Vec<String>,
}

/// Plans the state of the rings of all algorithms at `now`, each with [`plan`].
///
/// The keys of an algorithm that is not among the `offered` ones do not sign. They stay published
/// and retire by age, because another replica may still offer the algorithm: if they retired at
/// once, that replica would create a new key each time.
pub fn plan_rings(
    records: &[KeyRecord],
    offered: &[SigningAlg],
    policy: &RotationPolicy,
    now: UnixSeconds,
) -> RingsPlan {
    let mut whole = RingsPlan::default();
    for alg in SigningAlg::ALL {
        let keys = records.iter().filter(|key| key.algorithm == alg);
        let keys: Vec<KeyRecord> = keys.cloned().collect();
        let ring = if offered.contains(&alg) {
            plan(&keys, policy, now)
        } else {
            plan_idle(&keys, policy, now)
        };
        whole
            .generate
            .extend(ring.generate.map(|active_at| (alg, active_at)));
        whole.active.extend(ring.active.map(|kid| (alg, kid)));
        whole.publish.extend(ring.publish);
        whole.retire.extend(ring.retire);
        whole.purge.extend(ring.purge);
    }
    whole
}

/// Plans the state of keys that no longer sign. A key retires when a replica that offers its
/// algorithm has replaced it.
fn plan_idle(records: &[KeyRecord], policy: &RotationPolicy, now: UnixSeconds) -> RotationPlan {
    let mut idle = RotationPlan::default();
    for key in records {
        let kid = key.kid.clone();
        let replaced_at = key
            .active_at
            .saturating_add(policy.rotate_after)
            .saturating_add(policy.publish_lead);
        match key.retired_at {
            Some(at) if now >= at.saturating_add(policy.keep_after_retire) => idle.purge.push(kid),
            None if now >= replaced_at => {
                idle.retire.push(kid.clone());
                idle.publish.push(kid);
            }
            _ => idle.publish.push(kid),
        }
    }
    idle
}
