use proptest::prelude::*;
use rstest::rstest;

use super::*;
use doorward_domain::model::RevokeReason;
use doorward_domain::model::sample::{NOW, client_id, grant, refresh_token, scope, strings};

const GRACE: i64 = 60;

/// Returns a token consumed `ago` seconds ago, with an unused successor.
fn spent(ago: i64) -> RefreshToken {
    RefreshToken {
        used_at: Some(NOW - ago),
        successor_sealed: Some(vec![1, 2, 3]),
        ..refresh_token()
    }
}

fn own(token: &RefreshToken) -> RefreshDecision {
    decide(&grant(), token, &client_id("web"), GRACE, NOW)
}

#[rstest]
#[case(NOW + 1, RefreshDecision::Rotate)]
#[case(NOW, RefreshDecision::Refuse)]
#[case(NOW - 1, RefreshDecision::Refuse)]
fn unused_token_rotates_until_expiry(#[case] expires_at: i64, #[case] expected: RefreshDecision) {
    let token = RefreshToken {
        expires_at,
        ..refresh_token()
    };
    assert_eq!(own(&token), expected);
}

/// The grace period: a repeat of the immediate predecessor by the same client within 60 s
/// (decision 5).
#[rstest]
#[case(0, RefreshDecision::Repeat)]
#[case(1, RefreshDecision::Repeat)]
#[case(GRACE - 1, RefreshDecision::Repeat)]
#[case(GRACE, RefreshDecision::Repeat)]
#[case(GRACE + 1, RefreshDecision::Reuse)]
#[case(1_000_000, RefreshDecision::Reuse)]
#[case::clock_of_another_replica(-2, RefreshDecision::Repeat)]
fn repeat_within_grace_is_accepted(#[case] ago: i64, #[case] expected: RefreshDecision) {
    assert_eq!(own(&spent(ago)), expected);
}

#[test]
fn repeat_without_unused_successor_is_reuse() {
    let token = RefreshToken {
        successor_sealed: None,
        ..spent(1)
    };
    assert_eq!(own(&token), RefreshDecision::Reuse);
}

#[rstest]
#[case(0)]
#[case(1)]
fn without_grace_every_repeat_is_reuse(#[case] ago: i64) {
    assert_eq!(
        decide(&grant(), &spent(ago), &client_id("web"), 0, NOW),
        RefreshDecision::Reuse
    );
}

#[test]
fn repeat_is_accepted_after_expiry_of_used_token() {
    let token = RefreshToken {
        expires_at: NOW - 1,
        ..spent(5)
    };
    assert_eq!(
        own(&token),
        RefreshDecision::Repeat,
        "it was good when it was spent"
    );
}

/// The client that presents the token is the one that received it (RFC 6749 §6,
/// CVE-2026-55672).
#[rstest]
#[case::unused(refresh_token(), RefreshDecision::Refuse)]
#[case::just_consumed(spent(1), RefreshDecision::Reuse)]
#[case::consumed_long_ago(spent(1000), RefreshDecision::Reuse)]
fn different_client_never_gets_token(
    #[case] token: RefreshToken,
    #[case] expected: RefreshDecision,
) {
    let other = client_id("other");
    assert_eq!(decide(&grant(), &token, &other, GRACE, NOW), expected);
}

#[rstest]
#[case::one_second_left(|g: &mut Grant| g.expires_at = NOW + 1, RefreshDecision::Rotate, RefreshDecision::Repeat)]
#[case::expired(|g: &mut Grant| g.expires_at = NOW, RefreshDecision::Refuse, RefreshDecision::Refuse)]
#[case::revoked(|g: &mut Grant| {
    g.revoked_at = Some(NOW);
    g.revoke_reason = Some(RevokeReason::RefreshReused);
}, RefreshDecision::Refuse, RefreshDecision::Refuse)]
fn family_bounds_all_tokens(
    #[case] change: fn(&mut Grant),
    #[case] unspent: RefreshDecision,
    #[case] repeated: RefreshDecision,
) {
    let mut grant = grant();
    change(&mut grant);
    for (token, expected) in [(refresh_token(), unspent), (spent(1), repeated)] {
        let found = decide(&grant, &token, &client_id("web"), GRACE, NOW);
        assert_eq!(found, expected);
    }
}

#[test]
fn revoked_family_is_not_revoked_again() {
    let grant = Grant {
        revoked_at: Some(NOW - 1),
        ..grant()
    };
    for client in ["web", "other"] {
        assert_eq!(
            decide(&grant, &spent(1000), &client_id(client), GRACE, NOW),
            RefreshDecision::Refuse
        );
    }
}

/// The decision of FAPI 2.0 Security Profile §5.3.2.1 (9): only an unused token stays; a token that
/// was consumed before the client got its profile is still a replay.
#[rstest]
#[case(SecurityProfile::None, RefreshDecision::Rotate)]
#[case(SecurityProfile::Fapi2, RefreshDecision::Keep)]
#[case(SecurityProfile::Fapi2MessageSigning, RefreshDecision::Keep)]
fn token_of_fapi_client_is_not_rotated(
    #[case] profile: SecurityProfile,
    #[case] unused: RefreshDecision,
) {
    assert_eq!(own(&refresh_token()).for_profile(profile), unused);
    for decision in [
        RefreshDecision::Repeat,
        RefreshDecision::Reuse,
        RefreshDecision::Refuse,
    ] {
        assert_eq!(decision.for_profile(profile), decision);
    }
}

proptest! {
    /// Whatever the times: a revoked family or another client gets nothing, and no token is both
    /// unused and repeated.
    #[test]
    fn arbitrary_times_never_revive_revoked_family(
        now: i64, used_at: Option<i64>, expires_at: i64, grant_end: i64, revoked: bool,
        successor_unused: bool, grace in 0_i64..=300, same_client: bool,
    ) {
        let token = RefreshToken {
            used_at,
            expires_at,
            successor_sealed: successor_unused.then(|| vec![0]),
            ..refresh_token()
        };
        let grant = Grant {
            expires_at: grant_end,
            revoked_at: revoked.then_some(0),
            ..grant()
        };
        let client = client_id(if same_client { "web" } else { "other" });
        let verdict = decide(&grant, &token, &client, grace, now);
        let gives = matches!(verdict, RefreshDecision::Rotate | RefreshDecision::Repeat);
        prop_assert!(!gives || (same_client && !revoked && now < grant_end));
        prop_assert_eq!(verdict == RefreshDecision::Reuse || verdict == RefreshDecision::Repeat,
            used_at.is_some() && !revoked && now < grant_end);
        if verdict == RefreshDecision::Repeat {
            prop_assert!(successor_unused && grace > 0);
            prop_assert!(i128::from(now) - i128::from(used_at.unwrap()) <= i128::from(grace));
        }
    }
}

// --- narrowing -------------------------------------------------------------------------------

#[rstest]
#[case::as_granted(None, Ok("openid email tasks:read"))]
#[case::same(Some("tasks:read openid email"), Ok("openid email tasks:read"))]
#[case::narrower(Some("tasks:read"), Ok("tasks:read"))]
#[case::empty_subset(Some(""), Ok(""))]
#[case::wider(Some("openid email tasks:read tasks:write"), Err("invalid_scope"))]
#[case::offline_access_is_ignored(Some("openid offline_access"), Ok("openid"))]
#[case::other(Some("tasks:write"), Err("invalid_scope"))]
#[case::case_differs(Some("Email"), Err("invalid_scope"))]
fn scope_narrows(#[case] requested: Option<&str>, #[case] expected: Result<&str, &str>) {
    let granted = scope("openid email tasks:read");
    let narrowed = narrow(&granted, requested.map(scope).as_ref());
    assert_eq!(narrowed.map_err(|e| e.code.as_str()), expected.map(scope));
}

#[rstest]
#[case::as_granted(&[], Ok(&["https://a.example", "https://b.example"][..]))]
#[case::one(&["https://b.example"], Ok(&["https://b.example"][..]))]
#[case::other(&["https://c.example"], Err("invalid_target"))]
#[case::wider(&["https://a.example", "https://c.example"], Err("invalid_target"))]
#[case::empty_path(&["https://a.example/"], Ok(&["https://a.example"][..]))]
#[case::other_path(&["https://a.example/x"], Err("invalid_target"))]
fn audience_narrows(#[case] requested: &[&str], #[case] expected: Result<&[&str], &str>) {
    let granted = strings(&["https://a.example", "https://b.example"]);
    let narrowed = narrow_resources(&granted, &granted, &strings(requested));
    assert_eq!(narrowed.map_err(|e| e.code.as_str()), expected.map(strings));
}

#[rstest]
#[case::rest(&["https://b.example"], &[], Ok(&["https://b.example"][..]))]
#[case::named_rest(&["https://b.example"], &["https://b.example"], Ok(&["https://b.example"][..]))]
#[case::named_lost(&["https://b.example"], &["https://a.example"], Err("invalid_target"))]
#[case::no_resources(&[], &[], Err("invalid_grant"))]
#[case::no_resources_with_parameter(&[], &["https://a.example"], Err("invalid_target"))]
fn narrow_resources_drops_lost_audience(
    #[case] today: &[&str],
    #[case] requested: &[&str],
    #[case] expected: Result<&[&str], &str>,
) {
    let granted = strings(&["https://a.example", "https://b.example"]);
    let narrowed = narrow_resources(&granted, &strings(today), &strings(requested));
    assert_eq!(narrowed.map_err(|e| e.code.as_str()), expected.map(strings));
}

#[test]
fn grant_without_resources_cannot_gain_resource() {
    let narrowed = narrow_resources(&[], &[], &strings(&["https://a.example"]));
    assert_eq!(narrowed.map_err(|e| e.code), Err(ErrorCode::InvalidTarget));
    assert_eq!(narrow_resources(&[], &[], &[]), Ok(Vec::new()));
}
