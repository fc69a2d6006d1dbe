use proptest::prelude::*;
use rstest::rstest;

use super::*;

const DAY: i64 = 24 * 60 * 60;
const POLICY: RotationPolicy = RotationPolicy {
    publish_lead: 600,
    rotate_after: 90 * DAY,
    keep_after_retire: 660,
};
const T: i64 = 1_800_000_000;

fn key(kid: &str, active_at: i64, retired_at: Option<i64>) -> KeyRecord {
    KeyRecord {
        kid: kid.to_owned(),
        algorithm: SigningAlg::Rs256,
        public_jwk: String::new(),
        private_sealed: Vec::new(),
        created_at: active_at - 600,
        active_at,
        retired_at,
    }
}

#[test]
fn last_token_ends_when_key_leaves_key_set() {
    let retired = key("a", T - DAY, Some(T));
    let end = POLICY.last_token_end(&retired).unwrap();
    let other = key("b", T, None);
    assert_eq!(POLICY.last_token_end(&other), None);
    let published = |now| {
        let both = [retired.clone(), other.clone()];
        plan(&both, &POLICY, now).publish.contains(&retired.kid)
    };
    assert!(published(end - 1) && !published(end));
}

#[test]
fn first_key_signs_immediately() {
    let first = plan(&[], &POLICY, T);
    assert_eq!(
        first,
        RotationPlan {
            generate: Some(T),
            ..RotationPlan::default()
        }
    );
    let then = plan(&[key("a", T, None)], &POLICY, T);
    assert_eq!(then.active.as_deref(), Some("a"));
    assert_eq!((then.generate, then.publish), (None, vec!["a".to_owned()]));
}

#[rstest]
#[case::second_before(-1, None)]
#[case::due(0, Some(T + 90 * DAY))]
#[case::second_after(1, Some(T + 90 * DAY + 1))]
#[case::server_stopped_for_day(DAY, Some(T + 91 * DAY))]
fn next_key_is_generated_one_lead_before_use(#[case] offset: i64, #[case] at: Option<i64>) {
    let now = T + 90 * DAY - 600 + offset;
    let plan = plan(&[key("a", T, None)], &POLICY, now);
    assert_eq!(plan.generate, at);
    assert_eq!(plan.active.as_deref(), Some("a"));
    assert!(at.is_none_or(|at| at - now >= POLICY.publish_lead));
}

#[rstest]
#[case(-1, "a", &["a", "b"], &[])]
#[case(0, "b", &["b", "a"], &["a"])]
#[case(1, "b", &["b", "a"], &["a"])]
fn next_key_takes_over_to_second(
    #[case] offset: i64,
    #[case] active: &str,
    #[case] publish: &[&str],
    #[case] retire: &[&str],
) {
    let plan = plan(
        &[key("a", T, None), key("b", T + DAY, None)],
        &POLICY,
        T + DAY + offset,
    );
    assert_eq!(plan.active.as_deref(), Some(active));
    assert_eq!(plan.publish, publish);
    assert_eq!(plan.retire, retire);
    assert_eq!(plan.generate, None, "a key that waits is enough");
}

#[rstest]
#[case(-1, true)]
#[case(0, false)]
#[case(1, false)]
fn retired_key_is_published_until_last_token_expires(#[case] offset: i64, #[case] published: bool) {
    let records = [key("a", T - DAY, Some(T)), key("b", T, None)];
    let plan = plan(&records, &POLICY, T + POLICY.keep_after_retire + offset);
    assert_eq!(plan.publish.contains(&"a".to_owned()), published);
    assert_eq!(plan.purge.contains(&"a".to_owned()), !published);
    assert_eq!(plan.retire, Vec::<String>::new());
}

#[test]
fn waiting_key_replaces_retired_active_key() {
    let records = [key("a", T - DAY, Some(T)), key("b", T + 300, None)];
    let plan = plan(&records, &POLICY, T);
    assert_eq!(plan.active.as_deref(), Some("b"));
    assert_eq!(plan.publish, ["b", "a"]);
    assert_eq!(plan.generate, None);
}

#[test]
fn new_key_replaces_only_retired_key_immediately() {
    let plan = plan(&[key("a", T - DAY, Some(T))], &POLICY, T + 1);
    assert_eq!((plan.generate, plan.active), (Some(T + 1), None));
    assert_eq!(plan.publish, ["a"]);
}

#[test]
fn clock_before_first_key_still_signs() {
    let plan = plan(&[key("a", T, None)], &POLICY, T - 3600);
    assert_eq!(plan.active.as_deref(), Some("a"));
    assert_eq!(plan.generate, None);
}

#[test]
fn concurrent_first_keys_give_same_plan() {
    let mut records = [
        key("b", T, None),
        key("a", T, None),
        key("c", T - DAY, None),
    ];
    let first = plan(&records, &POLICY, T);
    records.reverse();
    assert_eq!(plan(&records, &POLICY, T), first);
    assert_eq!(first.active.as_deref(), Some("b"));
    assert_eq!(first.retire, ["a", "c"]);
}

#[test]
fn default_covers_token_life_leeway_and_reload() {
    assert_eq!(RotationPolicy::default(), POLICY);
    assert_eq!(
        RotationPolicy::for_token_ttl(3600).keep_after_retire,
        3600 + 60 + 300
    );
}

/// The keys that one replica publishes and signs with between two runs of its rotation job.
struct Served {
    from: i64,
    active: String,
    published: Vec<String>,
}

/// Runs the rotation job at uneven times and records what a replica did in between.
fn simulate(policy: &RotationPolicy, start: i64, length: i64, gaps: &[i64]) -> Vec<Served> {
    let mut records: Vec<KeyRecord> = Vec::new();
    let mut served = Vec::new();
    let (mut now, mut created) = (start, 0);
    for gap in gaps.iter().cycle() {
        let mut decided = plan(&records, policy, now);
        while let Some(active_at) = decided.generate {
            created += 1;
            records.push(KeyRecord {
                created_at: now,
                ..key(&format!("k{created}"), active_at, None)
            });
            decided = plan(&records, policy, now);
        }
        for record in &mut records {
            if decided.retire.contains(&record.kid) {
                record.retired_at = Some(now);
            }
        }
        records.retain(|k| !decided.purge.contains(&k.kid));
        assert!(records.len() <= 3, "keys pile up: {records:?}");
        served.push(Served {
            from: now,
            active: decided.active.expect("somebody signs"),
            published: decided.publish,
        });
        if now > start + length {
            return served;
        }
        now += gap;
    }
    served
}

fn at(served: &[Served], time: i64) -> Option<&Served> {
    served[..served.partition_point(|s| s.from <= time)].last()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    // Covers a year with a rotation every 90 days, and shorter periods with quick rotations. A JWKS
    // that a client fetched within 300 s before it verifies a token contains the key of that token.
    // This applies to any replica, until the last second of the token.
    #[test]
    fn every_token_validates_with_every_cached_jwks(
        gaps in prop::collection::vec(1_i64..=RotationPolicy::RELOAD_WITHIN, 1..40),
        other_gaps in prop::collection::vec(1_i64..=RotationPolicy::RELOAD_WITHIN, 1..40),
        rotate_after in prop_oneof![Just(90 * DAY), 7_200_i64..20_000],
        life in 60_i64..=900,
        probes in prop::collection::vec((0.0_f64..1.0, 0.0_f64..1.0, 0.0_f64..1.0), 50),
    ) {
        let policy = RotationPolicy { rotate_after, ..RotationPolicy::for_token_ttl(life) };
        let length = if rotate_after > DAY { 365 * DAY } else { 20 * rotate_after };
        let served = simulate(&policy, T, length, &gaps);
        let mut changes: Vec<i64> = served
            .windows(2)
            .filter(|w| w[0].active != w[1].active)
            .map(|w| w[1].from)
            .collect();
        let rotations = changes.len();
        prop_assert!(rotations >= 4, "only {} rotations", rotations);
        changes.push(T);
        for change in changes {
            for ((when, lived, age), stale) in probes.iter().zip(other_gaps.iter().cycle()) {
                // Tokens signed around each change and verified later with an older JWKS.
                let signed = (change + scale(*when, 4_000) - 2_000).max(T + 600);
                let seen = signed + scale(*lived, life + RotationPolicy::LEEWAY);
                let fetched = seen - scale(*age, RotationPolicy::JWKS_MAX_AGE);
                // One replica signs and another one publishes, each with a state up to one reload
                // old.
                for (sign_lag, serve_lag) in [(0, 0), (*stale, 0), (0, *stale), (*stale, *stale)] {
                    let Some(signer) = at(&served, signed - sign_lag) else { continue };
                    let Some(jwks) = at(&served, fetched - serve_lag) else { continue };
                    prop_assert!(
                        jwks.published.contains(&signer.active),
                        "signed {signed} by {}, JWKS of {fetched} has {:?}",
                        signer.active,
                        jwks.published
                    );
                }
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "small numbers"
)]
fn scale(fraction: f64, of: i64) -> i64 {
    (fraction * of as f64) as i64
}

fn of(alg: SigningAlg, kid: &str, active_at: i64) -> KeyRecord {
    KeyRecord {
        algorithm: alg,
        ..key(kid, active_at, None)
    }
}

#[test]
fn each_offered_algorithm_gets_first_key() {
    let first = plan_rings(&[], &SigningAlg::ALL, &POLICY, T);
    assert_eq!(first.generate, SigningAlg::ALL.map(|alg| (alg, T)));
    // After an upgrade only the missing rings are made, and RS256 is unchanged.
    let stored = [key("a", T - DAY, None)];
    let upgraded = plan_rings(&stored, &SigningAlg::ALL, &POLICY, T);
    let missing = [SigningAlg::Ps256, SigningAlg::Es256, SigningAlg::EdDsa];
    assert_eq!(upgraded.generate, missing.map(|alg| (alg, T)));
    assert_eq!(upgraded.active[&SigningAlg::Rs256], "a");
    assert_eq!(upgraded.publish, ["a"]);
}

#[test]
fn algorithms_rotate_independently() {
    let stored = [
        of(SigningAlg::Rs256, "old", T - 90 * DAY),
        of(SigningAlg::Es256, "new", T - DAY),
    ];
    let offered = [SigningAlg::Rs256, SigningAlg::Es256];
    let found = plan_rings(&stored, &offered, &POLICY, T);
    assert_eq!(found.generate, [(SigningAlg::Rs256, T + 600)]);
    assert_eq!(found.active[&SigningAlg::Rs256], "old");
    assert_eq!(found.active[&SigningAlg::Es256], "new");
    assert_eq!(found.publish, ["old", "new"]);
    assert_eq!((found.retire, found.purge), (vec![], vec![]));
}

#[test]
fn keys_of_removed_algorithm_do_not_sign_and_retire_by_age() {
    let mut stored = vec![
        of(SigningAlg::Rs256, "a", T),
        of(SigningAlg::Es256, "signing", T),
        of(SigningAlg::Es256, "waiting", T + DAY),
    ];
    let offered = [SigningAlg::Rs256];
    let at = |stored: &[KeyRecord], now| plan_rings(stored, &offered, &POLICY, now);
    let found = at(&stored, T);
    assert_eq!(found.active.len(), 1);
    assert_eq!((found.generate, found.retire), (vec![], vec![]));
    assert_eq!(found.publish, ["a", "signing", "waiting"]);
    let end = T + 90 * DAY + POLICY.publish_lead;
    assert_eq!(at(&stored, end - 1).retire, Vec::<String>::new());
    assert_eq!(at(&stored, end).retire, ["signing"]);
    assert_eq!(at(&stored, end + DAY).retire, ["signing", "waiting"]);
    for key in &mut stored[1..] {
        key.retired_at = Some(T);
    }
    let later = at(&stored, T + POLICY.keep_after_retire);
    assert_eq!(
        (later.publish, later.retire),
        (vec!["a".to_owned()], vec![])
    );
    assert_eq!(later.purge, ["signing", "waiting"]);
}

/// Two replicas with different `keys.algorithms`, as while a change of the configuration is rolled
/// out: neither undoes the work of the other, so that no key is created in each second.
#[test]
fn replicas_with_other_algorithms_agree() {
    let mut stored = Vec::new();
    let mut created = 0;
    for now in (T..T + 200 * DAY).step_by(300) {
        for offered in [&SigningAlg::ALL[..], &[SigningAlg::Rs256]] {
            let found = plan_rings(&stored, offered, &POLICY, now);
            for key in &mut stored {
                if found.retire.contains(&key.kid) {
                    assert_eq!(key.retired_at.replace(now), None);
                }
            }
            stored.retain(|key: &KeyRecord| !found.purge.contains(&key.kid));
            for (alg, active_at) in found.generate {
                created += 1;
                stored.push(of(alg, &format!("{alg} {created}"), active_at));
            }
        }
    }
    // The first key of each algorithm, and two rotations.
    assert_eq!(created, 3 * SigningAlg::ALL.len());
}
