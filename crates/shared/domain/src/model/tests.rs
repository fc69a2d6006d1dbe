use std::collections::HashSet;

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rstest::rstest;
use serde_json::json;

use super::sample::{self, NOW};
use super::*;
use crate::time::is_expired;

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

// --- clients ---------------------------------------------------------------------------------

/// RFC 9700 §2.1.1: the policy in force, by kind, setting and recorded sign-ins.
#[rstest]
fn pkce_policy_in_force(
    #[values(ClientKind::Confidential, ClientKind::Public)] kind: ClientKind,
    #[values(PkcePolicy::Required, PkcePolicy::Auto, PkcePolicy::Optional)] pkce: PkcePolicy,
    #[values(0, 9, 10)] pkce_streak: i32,
) {
    let client = Client {
        kind,
        pkce,
        pkce_streak,
        ..sample::client()
    };
    let has_switched = pkce == PkcePolicy::Auto && pkce_streak == PKCE_STREAK;
    let required = kind == ClientKind::Public || pkce == PkcePolicy::Required || has_switched;
    assert_eq!(client.requires_pkce(), required);
    assert_eq!(
        client.has_switched_to_pkce(),
        has_switched && kind == ClientKind::Confidential
    );
}

#[test]
fn pkce_policy_defaults_to_auto_for_confidential_clients() {
    let new = |kind| Client::new(sample::client_id("new"), "New".to_owned(), kind, NOW);
    assert_eq!(new(ClientKind::Confidential).pkce, PkcePolicy::Auto);
    assert_eq!(new(ClientKind::Public).pkce, PkcePolicy::Required);
}

#[rstest]
#[case("issuer", Ok(Some(AssertionAudience::Issuer)))]
#[case("issuer_or_endpoint", Ok(Some(AssertionAudience::IssuerOrEndpoint)))]
#[case("default", Ok(None))]
#[case("", Err(UnknownAudience))]
#[case("Issuer", Err(UnknownAudience))]
#[case("issuer ", Err(UnknownAudience))]
fn assertion_audience_setting_is_parsed(
    #[case] text: &str,
    #[case] expected: Result<Option<AssertionAudience>, UnknownAudience>,
) {
    assert_eq!(AssertionAudience::parse_setting(text), expected);
}

#[test]
fn unknown_assertion_audience_names_every_setting() {
    let message = UnknownAudience.to_string();
    for audience in AssertionAudience::ALL {
        assert!(message.contains(audience.as_str()), "{message}");
    }
    assert!(message.ends_with("default"), "{message}");
}

#[test]
fn client_is_active_until_disabled() {
    assert!(sample::client().is_active());
    let client = Client {
        disabled_at: Some(NOW + 1000),
        ..sample::client()
    };
    assert!(!client.is_active(), "whenever that was");
}

// --- lifetimes -------------------------------------------------------------------------------

#[rstest]
#[case(NOW - 1, false)]
#[case(NOW, true)]
#[case(NOW + 1, true)]
fn expiry_second_is_expired(#[case] now: i64, #[case] over: bool) {
    assert_eq!(is_expired(NOW, now), over);
}

#[rstest]
#[case::live(|_: &mut Session| {}, true)]
#[case::ended(|s: &mut Session| s.ended_at = Some(NOW - 1), false)]
#[case::idle_one_second_left(|s: &mut Session| s.idle_expires_at = NOW + 1, true)]
#[case::idle_now(|s: &mut Session| s.idle_expires_at = NOW, false)]
#[case::absolute_one_second_left(|s: &mut Session| s.expires_at = NOW + 1, true)]
#[case::absolute_now(|s: &mut Session| s.expires_at = NOW, false)]
fn session_is_live(#[case] change: fn(&mut Session), #[case] live: bool) {
    let mut session = sample::session();
    change(&mut session);
    assert_eq!(session.is_live(NOW), live);
}

#[rstest]
#[case::without_end(|_: &mut Consent| {}, true)]
#[case::one_second_left(|c: &mut Consent| c.expires_at = Some(NOW + 1), true)]
#[case::expires_now(|c: &mut Consent| c.expires_at = Some(NOW), false)]
#[case::withdrawn(|c: &mut Consent| c.revoked_at = Some(NOW - 1), false)]
#[case::withdrawn_before_its_end(
    |c: &mut Consent| { c.expires_at = Some(NOW + 9); c.revoked_at = Some(NOW - 1); }, false)]
fn consent_is_live(#[case] change: fn(&mut Consent), #[case] live: bool) {
    let mut consent = sample::consent();
    change(&mut consent);
    assert_eq!(consent.is_live(NOW), live);
}

#[rstest]
#[case::live(|_: &mut Grant| {}, true)]
#[case::one_second_left(|g: &mut Grant| g.expires_at = NOW + 1, true)]
#[case::expires_now(|g: &mut Grant| g.expires_at = NOW, false)]
#[case::revoked(|g: &mut Grant| g.revoked_at = Some(NOW), false)]
#[case::unredeemed(|g: &mut Grant| g.code = Some(sample::code()), true)]
#[case::ends_with_unredeemed_code(|g: &mut Grant| {
    g.code = Some(Code { expires_at: NOW, ..sample::code() });
}, false)]
#[case::redeemed(|g: &mut Grant| {
    g.code = Some(Code { expires_at: NOW - 9, used_at: Some(NOW - 10), ..sample::code() });
}, true)]
fn grant_is_live(#[case] change: fn(&mut Grant), #[case] live: bool) {
    let mut grant = sample::grant();
    change(&mut grant);
    assert_eq!(grant.is_live(NOW), live);
}

// --- users -----------------------------------------------------------------------------------

#[rstest]
#[case(None, None, None, None)]
#[case(Some(""), Some(""), Some(""), None)]
#[case(Some("Ada"), None, None, Some("Ada"))]
#[case(None, None, Some("Lovelace"), Some("Lovelace"))]
#[case(Some("Ada"), Some(""), Some("Lovelace"), Some("Ada Lovelace"))]
#[case(Some("Ada"), Some("King"), Some("Lovelace"), Some("Ada King Lovelace"))]
fn full_name_omits_empty_parts(
    #[case] given: Option<&str>,
    #[case] middle: Option<&str>,
    #[case] family: Option<&str>,
    #[case] expected: Option<&str>,
) {
    let profile = Profile {
        given_name: given.map(str::to_owned),
        middle_name: middle.map(str::to_owned),
        family_name: family.map(str::to_owned),
        ..Profile::default()
    };
    assert_eq!(profile.name().as_deref(), expected);
    let user = User {
        profile,
        ..sample::user()
    };
    assert_eq!(user.display_name(), expected.unwrap_or("Alice"));
}

#[test]
fn user_is_active_until_disabled() {
    assert!(sample::user().is_active());
    assert!(
        !User {
            disabled_at: Some(NOW),
            ..sample::user()
        }
        .is_active()
    );
}

#[test]
fn old_profile_without_newer_fields_still_reads() {
    let profile: Profile = serde_json::from_value(json!({ "given_name": "Ada" })).unwrap();
    assert_eq!(profile.name().as_deref(), Some("Ada"));
    assert_eq!(profile.address, None);
}

// --- identifiers -----------------------------------------------------------------------------

#[rstest]
#[case::simple("0192f0c1a1b27c3d8e4f5a6b7c8d9e0f")]
#[case::braced("{0192f0c1-a1b2-7c3d-8e4f-5a6b7c8d9e0f}")]
#[case::urn("urn:uuid:0192f0c1-a1b2-7c3d-8e4f-5a6b7c8d9e0f")]
#[case::space(" 0192f0c1-a1b2-7c3d-8e4f-5a6b7c8d9e0")]
#[case::misplaced("0192f0c1a-1b2-7c3d-8e4f-5a6b7c8d9e0f")]
#[case::short("0192f0c1-a1b2-7c3d-8e4f-5a6b7c8d9e0")]
#[case::nul("0192f0c1-a1b2-7c3d-8e4f-5a6b7c8d9e0\0")]
#[case::wide("０192f0c1-a1b2-7c3d-8e4f-5a6b7c8d9e")]
#[case::empty("")]
fn only_hyphenated_uuid_is_id(#[case] text: &str) {
    assert_eq!(UserId::parse(text), None);
}

#[test]
fn ids_are_ordered_by_time_and_differ() {
    let mut rng = rng();
    let ids: Vec<UserId> = (0..100)
        .map(|i| UserId::generate(NOW + i, &mut rng))
        .collect();
    assert!(ids.is_sorted());
    assert_ne!(
        UserId::generate(NOW, &mut rng),
        UserId::generate(NOW, &mut rng)
    );
    assert_eq!(ids[0].as_uuid().get_version_num(), 7);
    assert_eq!(
        UserId::generate(-1, &mut rng).as_uuid().get_version_num(),
        7
    );
}

#[rstest]
#[case("web", true)]
#[case("https://client.example/metadata", true)]
#[case("with space", true)]
#[case("", false)]
#[case("tab\t", false)]
#[case("nul\0", false)]
#[case("new\nline", false)]
#[case("del\u{7f}", false)]
#[case("ümlaut", false)]
fn client_ids_are_printable_ascii(#[case] text: &str, #[case] good: bool) {
    assert_eq!(
        ClientId::parse(text).map(|id| id.to_string()),
        good.then(|| text.to_owned())
    );
}

#[rstest]
#[case(255, true)]
#[case(256, false)]
fn client_ids_have_at_most_255_characters(#[case] length: usize, #[case] good: bool) {
    assert_eq!(ClientId::parse(&"x".repeat(length)).is_some(), good);
}

#[test]
fn interaction_id_parses_back_and_differs_each_time() {
    let mut rng = rng();
    let ids: HashSet<InteractionId> = (0..100)
        .map(|_| InteractionId::generate(&mut rng))
        .collect();
    assert_eq!(ids.len(), 100);
    for id in ids {
        assert_eq!(InteractionId::parse(id.as_str()), Some(id));
    }
}

#[rstest]
#[case("")]
#[case("AAAAAAAAAAAAAAAAAAAAA")]
#[case("AAAAAAAAAAAAAAAAAAAAAAA")]
#[case("AAAAAAAAAAAAAAAAAAAAA=")]
#[case("AAAAAAAAAAAAAAAAAAAAA/")]
#[case("../../../../etc/passwd")]
#[case("AAAAAAAAAAAAAAAAAAAAé")]
fn malformed_interaction_id_is_rejected(#[case] text: &str) {
    assert_eq!(InteractionId::parse(text), None);
}

proptest! {
    #[test]
    fn each_id_round_trips_as_text(bytes: [u8; 16]) {
        let id = GrantId::from_uuid(uuid::Uuid::from_bytes(bytes));
        prop_assert_eq!(GrantId::parse(&id.to_string()), Some(id));
        let json = serde_json::to_string(&id).unwrap();
        prop_assert_eq!(serde_json::from_str::<GrantId>(&json).unwrap(), id);
    }

    #[test]
    fn arbitrary_text_never_panics_id_parser(text in any::<String>()) {
        let parsed = (UserId::parse(&text), InteractionId::parse(&text), ClientId::parse(&text));
        prop_assert!(parsed.0.is_none() || text.len() == 36);
        prop_assert!(parsed.1.is_none() || text.len() == 22);
        prop_assert!(parsed.2.is_none() || text.is_ascii());
    }
}

// --- words in storage ------------------------------------------------------------------------

#[test]
fn stored_words_round_trip_and_are_unique() {
    for kind in [ClientKind::Confidential, ClientKind::Public] {
        assert_eq!(ClientKind::parse(kind.as_str()), Some(kind));
    }
    for kind in [SubjectKind::User, SubjectKind::Client, SubjectKind::Group] {
        assert_eq!(SubjectKind::parse(kind.as_str()), Some(kind));
    }
    for origin in GrantOrigin::ALL {
        assert_eq!(GrantOrigin::parse(origin.as_str()), Some(origin));
    }
    for reason in RevokeReason::ALL {
        assert_eq!(RevokeReason::parse(reason.as_str()), Some(reason));
        assert_eq!(
            serde_json::to_value(reason).unwrap(),
            json!(reason.as_str())
        );
    }
    for word in [
        "signed_out",
        "replaced",
        "password_changed",
        "administrator",
        "ended_by_owner",
    ] {
        assert_eq!(EndReason::parse(word).map(EndReason::as_str), Some(word));
    }
    for kind in &AuditKind::ALL {
        assert_eq!(AuditKind::parse(kind.as_str()), Some(*kind));
    }
    let values: HashSet<&str> = AuditKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(values.len(), AuditKind::ALL.len());
}

#[rstest]
#[case("")]
#[case("Public")]
#[case("public ")]
#[case("signed_out\0")]
fn unknown_words_are_rejected(#[case] word: &str) {
    assert_eq!(ClientKind::parse(word), None);
    assert_eq!(SubjectKind::parse(word), None);
    assert_eq!(RevokeReason::parse(word), None);
    assert_eq!(EndReason::parse(word), None);
    assert_eq!(AuditKind::parse(word), None);
}

// --- roles -----------------------------------------------------------------------------------

#[test]
fn entitlements_are_limited_to_audiences() {
    let set = |names: &[&str]| sample::strings(names).into_iter().collect();
    let mut roles = EffectiveRoles::default();
    roles
        .permissions
        .insert("a".to_owned(), set(&["tasks:read", "tasks:write"]));
    roles
        .permissions
        .insert("b".to_owned(), set(&["bills:read", "tasks:read"]));
    assert_eq!(roles.entitlements(&[]), set(&[]));
    assert_eq!(roles.entitlements(&sample::strings(&["c"])), set(&[]));
    assert_eq!(
        roles.entitlements(&sample::strings(&["a"])),
        set(&["tasks:read", "tasks:write"])
    );
    let both = roles.entitlements(&sample::strings(&["a", "b"]));
    assert_eq!(both, set(&["bills:read", "tasks:read", "tasks:write"]));
}

#[test]
fn purposes_and_job_kinds_round_trip() {
    for purpose in EmailPurpose::ALL {
        assert_eq!(EmailPurpose::parse(purpose.as_str()), Some(purpose));
    }
    for kind in JobKind::ALL {
        assert_eq!(JobKind::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(EmailPurpose::parse("Verify"), None);
    assert_eq!(JobKind::parse(""), None);
}
