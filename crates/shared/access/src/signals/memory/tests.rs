use std::collections::BTreeSet;
use std::time::Instant;

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::fixtures::{NOW, claims_with};
use crate::jwt::claims::AccessTokenClaims;

const LIFE: u32 = 300;
const T: u32 = 1_800_000_000;

fn revocation(target: Target, at: u32) -> Revocation {
    Revocation {
        target,
        at,
        because: RevokedBecause::SessionsEnded,
        kept: None,
    }
}

fn change(target: Target, at: u32, roles: &[&str]) -> Revocation {
    let roles = roles.iter().map(|&name| name.to_owned()).collect();
    Revocation {
        target,
        at,
        because: RevokedBecause::RolesReduced,
        kept: Some(Lists {
            roles,
            ..Lists::default()
        }),
    }
}

fn principal(changes: &serde_json::Value) -> Principal {
    let mut claims = claims_with(&serde_json::json!({
        "entitlements": ["tasks:read"], "org": "acme", "groups": ["staff"],
    }));
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let claims: AccessTokenClaims = serde_json::from_value(claims).unwrap();
    Principal::from(claims)
}

fn find(memory: &Memory, principal: &Principal, iat: i64, now: i64) -> Option<RevokedBecause> {
    memory.find(&memory.marks(principal, iat), principal, now)
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[rstest]
#[case(Target::Session(text("s1")), Target::Session(text("s2")))]
#[case(Target::Subject(text("alice")), Target::Subject(text("bob")))]
#[case(
    Target::Grant { subject: text("alice"), client_id: text("tasks-web") },
    Target::Grant { subject: text("alice"), client_id: text("other") },
)]
#[case(
    Target::Grant { subject: text("alice"), client_id: text("tasks-web") },
    Target::Grant { subject: text("tasks-web"), client_id: text("alice") },
)]
#[case(Target::Client(text("tasks-web")), Target::Client(text("alice")))]
#[case(Target::Role(text("developer")), Target::Role(text("staff")))]
#[case(Target::Group(text("staff")), Target::Group(text("developer")))]
#[case(
    Target::Permission(text("tasks:read")),
    Target::Permission(text("developer"))
)]
#[case(Target::Tenant(text("acme")), Target::Tenant(text("other")))]
fn revokes_tokens_that_it_names(#[case] target: Target, #[case] other: Target) {
    let alice = principal(&serde_json::json!({}));
    let mut memory = Memory::new(LIFE);
    memory.record(&revocation(other, T), NOW);
    assert_eq!(find(&memory, &alice, NOW - 1, NOW), None);
    memory.record(&revocation(target, T), NOW);
    for (iat, is_revoked) in [(NOW - 1, true), (NOW, true), (NOW + 1, false)] {
        let expected = is_revoked.then_some(RevokedBecause::SessionsEnded);
        assert_eq!(find(&memory, &alice, iat, NOW + 2), expected, "{iat}");
    }
}

#[test]
fn all_tokens_until_a_time() {
    let alice = principal(&serde_json::json!({}));
    let mut memory = Memory::new(LIFE);
    memory.record(&revocation(Target::All, T), NOW);
    memory.record(&revocation(Target::All, T - 10), NOW);
    let revoked = Some(RevokedBecause::AllRevoked);
    assert_eq!(find(&memory, &alice, NOW, NOW), revoked);
    assert_eq!(find(&memory, &alice, NOW + 1, NOW + 1), None);
    assert!(!memory.is_empty());
}

/// Events come late, twice, and in any order.
#[test]
fn latest_event_counts() {
    let alice = principal(&serde_json::json!({}));
    let target = || Target::Subject(text("alice"));
    for order in [[T, T - 5], [T - 5, T], [T, T]] {
        let mut memory = Memory::new(LIFE);
        for at in order {
            memory.record(&revocation(target(), at), NOW);
        }
        assert!(find(&memory, &alice, NOW, NOW).is_some());
        assert!(find(&memory, &alice, NOW + 1, NOW + 1).is_none());
        assert_eq!(memory.len(), 1);
    }
}

/// A client that refreshes at once continues with less.
#[test]
fn token_of_the_same_second_is_kept_within_the_changed_claims() {
    let target = || Target::Subject(text("alice"));
    let with = |roles: &[&str]| {
        principal(&serde_json::json!({ "roles": roles, "groups": [], "entitlements": [] }))
    };
    let (both, one, none) = (with(&["a", "b"]), with(&["a"]), with(&[]));
    let mut memory = Memory::new(LIFE);
    memory.record(&change(target(), T, &["a"]), NOW);
    let revoked = Some(RevokedBecause::RolesReduced);
    assert_eq!(find(&memory, &both, NOW, NOW), revoked);
    assert_eq!(find(&memory, &one, NOW, NOW), None);
    assert_eq!(find(&memory, &one, NOW - 1, NOW), revoked);
    // The same event again, and another one of this second.
    memory.record(&change(target(), T, &["a"]), NOW);
    assert_eq!(find(&memory, &one, NOW, NOW), None);
    memory.record(&change(target(), T, &["b"]), NOW);
    assert_eq!(find(&memory, &one, NOW, NOW), revoked);
    assert_eq!(find(&memory, &none, NOW, NOW), None);
    // A list that the event does not name is unknown.
    let grouped = principal(&serde_json::json!({ "roles": [], "entitlements": [] }));
    assert_eq!(find(&memory, &grouped, NOW, NOW), revoked);
    // All sessions of the user ended in this second too.
    memory.record(&revocation(target(), T), NOW);
    let ended = Some(RevokedBecause::SessionsEnded);
    assert_eq!(find(&memory, &none, NOW, NOW), ended);
}

/// A role that was taken away and ended in the same second, in both orders.
#[test]
fn event_without_lists_keeps_no_token() {
    let none = principal(&serde_json::json!({ "groups": [], "roles": ["a"], "entitlements": [] }));
    let events = [
        change(Target::Role(text("a")), T, &["a"]),
        revocation(Target::Role(text("a")), T),
    ];
    for order in [[0, 1], [1, 0], [0, 0]] {
        let mut memory = Memory::new(LIFE);
        for event in order {
            memory.record(&events[event], NOW);
        }
        let is_kept = order == [0, 0];
        assert_eq!(find(&memory, &none, NOW, NOW).is_none(), is_kept);
    }
}

/// Too many lists: the tokens of the second are rejected instead.
#[test]
fn lists_are_bounded() {
    let long = "r".repeat(MAX_LISTS / 3);
    let mut memory = Memory::new(LIFE);
    for user in ["a", "b", "c", "d"] {
        memory.record(&change(Target::Subject(text(user)), T, &[&long]), NOW);
    }
    assert!(memory.kept_bytes <= MAX_LISTS);
    let kept = ["a", "b", "c", "d"].map(|user| {
        let user = principal(&serde_json::json!({
            "sub": user, "roles": [], "groups": [], "entitlements": [],
        }));
        find(&memory, &user, NOW, NOW).is_none()
    });
    assert_eq!(kept, [true, true, false, false]);
    let later = NOW + i64::from(LIFE) + 100;
    for second in 0..128 {
        memory.clean(later + second);
    }
    assert_eq!((memory.kept.len(), memory.kept_bytes), (0, 0));
}

#[test]
fn entries_end_after_the_life_of_a_token() {
    let alice = principal(&serde_json::json!({}));
    let mut memory = Memory::new(LIFE);
    memory.record(&revocation(Target::Subject(text("alice")), T), NOW);
    let life = i64::from(LIFE) + MAX_LEEWAY;
    for second in 0..=life {
        memory.clean(NOW + second);
        assert!(find(&memory, &alice, NOW, NOW + second).is_some());
    }
    for second in life..life + 300 {
        memory.clean(NOW + second);
    }
    assert_eq!(memory.len(), 0);
    // The revocation is forgotten, so that the token is not accepted.
    let found = find(&memory, &alice, NOW, NOW + life + 300);
    assert_eq!(found, Some(RevokedBecause::TooOld));
}

#[test]
fn full_memory_revokes_all_until_now() {
    let alice = principal(&serde_json::json!({}));
    let mut memory = Memory::with_capacity(LIFE, 3);
    let of = |user: &str| revocation(Target::Subject(text(user)), T);
    for user in ["a", "b", "c", "a"] {
        assert!(memory.record(&of(user), NOW));
    }
    assert_eq!(find(&memory, &alice, NOW, NOW), None);
    assert!(!memory.record(&of("d"), NOW + 1));
    assert_eq!(memory.len(), 0);
    let revoked = Some(RevokedBecause::AllRevoked);
    for user in ["a", "b", "c", "d", "alice"] {
        let user = principal(&serde_json::json!({ "sub": user }));
        assert_eq!(find(&memory, &user, NOW + 1, NOW + 1), revoked);
        assert_eq!(find(&memory, &user, NOW + 2, NOW + 2), None);
    }
}

/// Expired revocations are forgotten before all tokens are revoked.
#[test]
fn full_memory_forgets_what_has_expired() {
    let mut memory = Memory::with_capacity(LIFE, 3);
    let of = |user: &str, at| revocation(Target::Subject(text(user)), at);
    for user in ["a", "b", "c"] {
        assert!(memory.record(&of(user, T), NOW));
    }
    let later = LIFE + 400;
    assert!(memory.record(&of("d", T + later), NOW + i64::from(later)));
    // Only if the first cleanup forgot none.
    assert!(matches!(memory.len(), 1 | 3));
    assert_eq!(memory.all, None);
}

/// A million entries in 64 MB, each decision below a microsecond.
#[test]
fn million_entries_are_small_and_found_fast() {
    let mut memory = Memory::new(LIFE);
    let mut largest = 0;
    for user in 0..CAPACITY {
        let target = Target::Session(format!("0190c1f0-0000-7000-8000-{user:012}"));
        assert!(memory.record(&revocation(target, T), NOW));
        if user % 4096 == 0 {
            largest = largest.max(memory.bytes());
        }
    }
    assert_eq!(memory.len(), CAPACITY);
    largest = largest.max(memory.bytes());
    assert!(largest <= 64_000_000, "{largest}");
    let alice = principal(&serde_json::json!({}));
    let marks = memory.marks(&alice, NOW);
    let rounds: u32 = 100_000;
    let begun = Instant::now();
    for _ in 0..rounds {
        assert_eq!(memory.find(std::hint::black_box(&marks), &alice, NOW), None);
    }
    let each = begun.elapsed() / rounds;
    // Not optimized, and beside other tests: the bench measures the program.
    assert!(each.as_micros() < 20, "{each:?}");
}

/// A memory that keeps everything.
#[derive(Debug, Default)]
struct Naive(Vec<Revocation>);

impl Naive {
    fn is_revoked(&self, principal: &Principal, iat: u32) -> bool {
        let names = |target: &Target| match target {
            Target::Session(sid) => principal.sid.as_ref() == Some(sid),
            Target::Subject(sub) => principal.subject == *sub,
            Target::Grant { subject, client_id } => {
                principal.subject == *subject && principal.client_id == *client_id
            }
            Target::Client(id) => principal.client_id == *id,
            Target::Role(name) => principal.roles.contains(name),
            Target::Group(name) => principal.groups.contains(name),
            Target::Permission(name) => principal.entitlements.contains(name),
            Target::Tenant(org) => principal.org.as_ref() == Some(org),
            Target::All => true,
        };
        let keeps = |it: &Revocation| {
            let lists = it.kept.as_ref().filter(|_| it.at == iat);
            lists.is_some_and(|lists| lists.contain(principal))
        };
        let mut found = self.0.iter();
        found.any(|it| names(&it.target) && iat <= it.at && !keeps(it))
    }
}

fn name() -> impl Strategy<Value = String> {
    "[ab]"
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        name().prop_map(Target::Session),
        name().prop_map(Target::Subject),
        (name(), name()).prop_map(|(subject, client_id)| Target::Grant { subject, client_id }),
        name().prop_map(Target::Client),
        name().prop_map(Target::Role),
        name().prop_map(Target::Group),
        name().prop_map(Target::Permission),
        name().prop_map(Target::Tenant),
        Just(Target::All),
    ]
}

prop_compose! {
    fn any_revocation()(
        target in target(), at in 0..4_u32, lists in prop::option::of(prop::collection::btree_set(name(), 0..2)),
    ) -> Revocation {
        let kept: Option<BTreeSet<String>> = lists.filter(|_| target != Target::All);
        Revocation {
            target, at: T + at, because: RevokedBecause::SessionEnded,
            kept: kept.map(|roles| Lists { roles, ..Lists::default() }),
        }
    }
}

prop_compose! {
    fn any_principal()(
        sid in prop::option::of(name()), sub in name(), client_id in name(), org in prop::option::of(name()),
        roles in prop::collection::vec(name(), 0..2), groups in prop::collection::vec(name(), 0..2),
        entitlements in prop::collection::vec(name(), 0..2),
    ) -> Principal {
        principal(&serde_json::json!({
            "sid": sid, "sub": sub, "client_id": client_id, "org": org, "roles": roles, "groups": groups,
            "entitlements": entitlements,
        }))
    }
}

proptest! {
    /// Every revoked token is rejected, and no other.
    #[test]
    fn agrees_with_naive_model(
        revocations in prop::collection::vec(any_revocation(), 0..8),
        principal in any_principal(), iat in 0..5_u32,
    ) {
        let mut memory = Memory::new(LIFE);
        let mut naive = Naive::default();
        for revocation in revocations {
            memory.record(&revocation, NOW);
            naive.0.push(revocation);
        }
        let iat = T + iat;
        let found = find(&memory, &principal, i64::from(iat), NOW).is_some();
        prop_assert_eq!(found, naive.is_revoked(&principal, iat));
    }

    /// A small memory rejects more, and never less.
    #[test]
    fn full_memory_never_accepts_more(
        revocations in prop::collection::vec(any_revocation(), 0..12),
        principal in any_principal(), iat in 0..5_u32, capacity in 1..4_usize,
    ) {
        let mut memory = Memory::with_capacity(LIFE, capacity);
        let mut naive = Naive::default();
        for revocation in revocations {
            memory.record(&revocation, NOW);
            naive.0.push(revocation);
        }
        let iat = T + iat;
        let found = find(&memory, &principal, i64::from(iat), NOW).is_some();
        prop_assert!(found || !naive.is_revoked(&principal, iat));
    }
}
