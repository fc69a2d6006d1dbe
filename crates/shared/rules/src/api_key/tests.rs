use std::collections::{BTreeMap, BTreeSet};

use rstest::rstest;

use super::*;
use doorward_domain::model::ApiKeyId;
use doorward_domain::model::sample::{BILLS, NOW, TASKS, alice, scope, scope_entry, strings, user};
use doorward_domain::secret::TokenHash;

fn registered() -> Vec<ScopeEntry> {
    vec![
        scope_entry("openid", None),
        scope_entry("tasks:read", Some(TASKS)),
        scope_entry("tasks:write", Some(TASKS)),
        scope_entry("tasks:read_all", Some(TASKS)),
        scope_entry("bills:read", Some(BILLS)),
    ]
}

fn held(tasks: &[&str], bills: &[&str]) -> EffectiveRoles {
    let set = |names: &[&str]| -> BTreeSet<String> { strings(names).into_iter().collect() };
    EffectiveRoles {
        roles: set(&["developer"]),
        permissions: BTreeMap::from([
            (TASKS.to_owned(), set(tasks)),
            (BILLS.to_owned(), set(bills)),
        ]),
        ..EffectiveRoles::default()
    }
}

fn key() -> ApiKey {
    ApiKey {
        id: ApiKeyId::parse("0123456789ab").unwrap(),
        hash: TokenHash::digest("key"),
        user_id: alice(),
        org: None,
        name: "laptop".to_owned(),
        scopes: scope("tasks:read tasks:write"),
        networks: Vec::new(),
        created_at: NOW - 100,
        expires_at: NOW + 100,
        last_used_at: None,
        last_used_from: None,
        revoked_at: None,
    }
}

fn wish() -> ApiKeyRequest {
    ApiKeyRequest {
        name: " laptop ".to_owned(),
        scopes: scope("tasks:read"),
        expires_at: None,
        networks: Vec::new(),
    }
}

fn verdict(request: &ApiKeyRequest) -> Result<Terms, Vec<ApiKeyRequestError>> {
    let registered = registered();
    let held = held(&["tasks:read", "tasks:write", "tasks:unregistered"], &[]);
    check_request(request, &grantable(&held, &registered), NOW)
}

/// Keys may have a scope if it is registered for a resource and the user has the permission there.
#[rstest]
#[case(&["tasks:read"], &[], &["tasks:read"])]
#[case(&["tasks:read", "tasks:write"], &["bills:read"], &["tasks:read", "tasks:write", "bills:read"])]
#[case(&["tasks:unregistered"], &[], &[])]
// A permission of the same name at another resource does not count.
#[case(&["bills:read"], &["tasks:read"], &[])]
#[case(&[], &[], &[])]
fn grantable_scopes_need_permission_at_resource(
    #[case] tasks: &[&str],
    #[case] bills: &[&str],
    #[case] expected: &[&str],
) {
    let registered = registered();
    let offered = grantable(&held(tasks, bills), &registered);
    let names: Vec<&str> = offered.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, expected);
}

#[test]
fn valid_request_gets_default_expiry() {
    let terms = verdict(&wish()).unwrap();
    assert_eq!(terms.name, "laptop");
    assert_eq!(terms.expires_at, NOW + 90 * 86_400);
    assert_eq!(terms.networks, []);
}

#[rstest]
#[case::name_missing(|w: &mut ApiKeyRequest| w.name = "  ".into(), ApiKeyRequestError::NameMissing)]
#[case::name_long(|w: &mut ApiKeyRequest| w.name = "x".repeat(61), ApiKeyRequestError::NameTooLong)]
#[case::name_line(|w: &mut ApiKeyRequest| w.name = "a\nb".into(), ApiKeyRequestError::NameInvalid)]
#[case::name_bidi(|w: &mut ApiKeyRequest| w.name = "a\u{202e}b".into(), ApiKeyRequestError::NameInvalid)]
#[case::nothing(|w: &mut ApiKeyRequest| w.scopes = Scope::default(), ApiKeyRequestError::ScopesMissing)]
#[case::not_assigned(|w: &mut ApiKeyRequest| w.scopes = scope("tasks:read tasks:read_all"),
    ApiKeyRequestError::ScopesNotHeld(scope("tasks:read_all")))]
#[case::other_resource(|w: &mut ApiKeyRequest| w.scopes = scope("bills:read"),
    ApiKeyRequestError::ScopesNotHeld(scope("bills:read")))]
#[case::own_scope(|w: &mut ApiKeyRequest| w.scopes = scope("openid"),
    ApiKeyRequestError::ScopesNotHeld(scope("openid")))]
#[case::assigned_but_not_registered(|w: &mut ApiKeyRequest| w.scopes = scope("tasks:unregistered"),
    ApiKeyRequestError::ScopesNotHeld(scope("tasks:unregistered")))]
#[case::unheard_of(|w: &mut ApiKeyRequest| w.scopes = scope("*"), ApiKeyRequestError::ScopesNotHeld(scope("*")))]
#[case::past(|w: &mut ApiKeyRequest| w.expires_at = Some(NOW), ApiKeyRequestError::ExpiryPast)]
#[case::late(|w: &mut ApiKeyRequest| w.expires_at = Some(NOW + MAX_TTL + 1), ApiKeyRequestError::ExpiryTooLate)]
#[case::forever(|w: &mut ApiKeyRequest| w.expires_at = Some(i64::MAX), ApiKeyRequestError::ExpiryTooLate)]
#[case::long_ago(|w: &mut ApiKeyRequest| w.expires_at = Some(i64::MIN), ApiKeyRequestError::ExpiryPast)]
#[case::network(|w: &mut ApiKeyRequest| w.networks = strings(&["10.0.0.0/8", "10.0.0.0/33"]),
    ApiKeyRequestError::NetworkInvalid("10.0.0.0/33".into()))]
#[case::host(|w: &mut ApiKeyRequest| w.networks = strings(&["example.org"]),
    ApiKeyRequestError::NetworkInvalid("example.org".into()))]
#[case::networks(|w: &mut ApiKeyRequest| w.networks = (0..21).map(|n| format!("10.0.{n}.0/24")).collect(),
    ApiKeyRequestError::TooManyNetworks)]
fn invalid_request_is_rejected(
    #[case] change: fn(&mut ApiKeyRequest),
    #[case] problem: ApiKeyRequestError,
) {
    let mut request = wish();
    change(&mut request);
    assert_eq!(verdict(&request), Err(vec![problem]));
}

#[test]
fn all_errors_are_reported_together() {
    let bad = ApiKeyRequest {
        name: String::new(),
        scopes: scope("tasks:read_all"),
        expires_at: Some(NOW),
        networks: strings(&["nowhere"]),
    };
    assert_eq!(verdict(&bad).unwrap_err().len(), 4);
}

#[rstest]
#[case("10.1.2.3", "10.1.2.3/32")]
#[case("10.1.2.3/8", "10.0.0.0/8")]
#[case("::ffff:10.1.2.3", "10.1.2.3/32")]
#[case("2001:db8::1", "2001:db8::1/128")]
#[case(" 2001:db8::/32 ", "2001:db8::/32")]
fn networks_are_normalized(#[case] typed: &str, #[case] stored: &str) {
    let request = ApiKeyRequest {
        networks: strings(&[typed, typed, ""]),
        ..wish()
    };
    assert_eq!(
        verdict(&request).unwrap().networks,
        [stored.parse().unwrap()]
    );
}

#[rstest]
#[case::valid(|_: &mut ApiKey, _: &mut Option<User>| {}, Ok(()))]
#[case::last_second(|k: &mut ApiKey, _: &mut Option<User>| k.expires_at = NOW + 1, Ok(()))]
#[case::revoked(|k: &mut ApiKey, _: &mut Option<User>| k.revoked_at = Some(NOW - 1),
    Err(ApiKeyUseError::Revoked))]
#[case::expired(|k: &mut ApiKey, _: &mut Option<User>| k.expires_at = NOW, Err(ApiKeyUseError::Expired))]
#[case::owner_deleted(|_: &mut ApiKey, o: &mut Option<User>| *o = None, Err(ApiKeyUseError::OwnerGone))]
#[case::deletion_pending(|_: &mut ApiKey, o: &mut Option<User>| {
    if let Some(owner) = o { owner.deletion_due_at = Some(NOW + 9) }
}, Err(ApiKeyUseError::OwnerLeaving))]
#[case::disabled(|_: &mut ApiKey, o: &mut Option<User>| {
    if let Some(owner) = o { owner.disabled_at = Some(NOW) }
}, Err(ApiKeyUseError::OwnerDisabled))]
fn key_use_is_checked(
    #[case] change: fn(&mut ApiKey, &mut Option<User>),
    #[case] expected: Result<(), ApiKeyUseError>,
) {
    let (mut key, mut owner) = (key(), Some(user()));
    change(&mut key, &mut owner);
    assert_eq!(check_use(&key, owner.as_ref(), true, None, NOW), expected);
}

#[rstest]
#[case::anywhere(&[], None, true)]
#[case::inside(&["10.0.0.0/8"], Some("10.9.8.7"), true)]
#[case::outside(&["10.0.0.0/8"], Some("11.9.8.7"), false)]
#[case::one_of_two(&["10.0.0.0/8", "2001:db8::/32"], Some("2001:db8::7"), true)]
#[case::mapped(&["10.0.0.0/8"], Some("::ffff:10.9.8.7"), true)]
#[case::unknown(&["10.0.0.0/8"], None, false)]
fn key_is_limited_to_networks(
    #[case] networks: &[&str],
    #[case] address: Option<&str>,
    #[case] good: bool,
) {
    let key = ApiKey {
        networks: networks.iter().map(|text| text.parse().unwrap()).collect(),
        ..key()
    };
    let address = address.map(|text| text.parse().unwrap());
    let verdict = check_use(&key, Some(&user()), true, address, NOW);
    assert_eq!(verdict.is_ok(), good);
    assert!(good || verdict == Err(ApiKeyUseError::Network));
}

/// The key has `tasks:read tasks:write`; the user's current permissions limit it.
#[rstest]
#[case(&["tasks:read", "tasks:write", "tasks:read_all"], &[TASKS], "tasks:read tasks:write")]
#[case(&["tasks:read"], &[TASKS], "tasks:read")]
#[case(&[], &[TASKS], "")]
#[case(&["tasks:read", "tasks:write"], &[BILLS], "")]
#[case(&["tasks:read", "tasks:write"], &[], "")]
fn lost_role_limits_key(
    #[case] tasks: &[&str],
    #[case] audiences: &[&str],
    #[case] expected: &str,
) {
    let held = held(tasks, &["bills:read"]);
    let now = entitled(&key(), &held, &registered(), &strings(audiences));
    assert_eq!(now.to_string(), expected);
}

#[test]
fn audiences_of_key_follow_scopes() {
    assert_eq!(audiences(&key(), &registered()), [TASKS]);
    let both = ApiKey {
        scopes: scope("bills:read tasks:read"),
        ..key()
    };
    assert_eq!(audiences(&both, &registered()).len(), 2);
}

#[rstest]
#[case::first(None, "192.0.2.1", UsageRecord::Audit)]
#[case::again(Some(59), "192.0.2.1", UsageRecord::Nothing)]
#[case::other_address_within_minute(Some(59), "192.0.2.2", UsageRecord::Nothing)]
#[case::a_minute(Some(60), "192.0.2.1", UsageRecord::Row)]
#[case::other_address(Some(60), "192.0.2.2", UsageRecord::Audit)]
#[case::an_hour(Some(3600), "192.0.2.1", UsageRecord::Audit)]
fn use_is_written_now_and_then(
    #[case] ago: Option<i64>,
    #[case] from: &str,
    #[case] expected: UsageRecord,
) {
    let key = ApiKey {
        last_used_at: ago.map(|ago| NOW - ago),
        last_used_from: ago.map(|_| "192.0.2.1".parse().unwrap()),
        ..key()
    };
    assert_eq!(
        usage_record(
            (key.last_used_at, key.last_used_from),
            Some(from.parse().unwrap()),
            NOW
        ),
        expected
    );
}

#[rstest]
#[case::without_organization(None, false, true)]
#[case::a_member(Some("acme"), true, true)]
#[case::former_member(Some("acme"), false, false)]
fn organization_key_requires_membership(
    #[case] org: Option<&str>,
    #[case] is_member: bool,
    #[case] good: bool,
) {
    let key = ApiKey {
        org: org.map(str::to_owned),
        ..key()
    };
    let verdict = check_use(&key, Some(&user()), is_member, None, NOW);
    assert_eq!(verdict.is_ok(), good);
    assert!(good || verdict == Err(ApiKeyUseError::NotMember));
}
