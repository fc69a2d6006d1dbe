use doorward_protocol::authorize::ClaimsRequest;
use proptest::prelude::*;
use proptest::sample::subsequence;
use rstest::rstest;
use serde_json::json;

use super::*;
use doorward_domain::model::sample::{self, ISSUER, scope, user};
use doorward_domain::model::{AvatarId, EmailPreferences, Profile};

const STANDARD: [&str; 6] = ["profile", "email", "address", "phone", "groups", "roles"];

/// Returns a user with a complete profile.
fn full() -> User {
    let text = |text: &str| Some(text.to_owned());
    let profile = Profile {
        given_name: text("Ada"),
        family_name: text("Lovelace"),
        middle_name: text("King"),
        nickname: text("Countess"),
        avatar: None,
        picture: text("https://ada.example/ada.png"),
        bio: text("Wrote the first program."),
        profile_url: text("https://social.example/@ada"),
        website: text("https://ada.example/"),
        gender: text("female"),
        birthdate: text("1815-12-10"),
        zoneinfo: text("Europe/London"),
        locale: text("en-GB"),
        phone_number: text("+442071234567"),
        phone_number_verified: true,
        address: Some(Address {
            formatted: text("12 St James's Square\nLondon"),
            street_address: text("12 St James's Square"),
            locality: text("London"),
            region: text("Greater London"),
            postal_code: text("SW1Y 4RB"),
            country: text("United Kingdom"),
        }),
        email_preferences: EmailPreferences {
            product_news: true,
            newsletter: true,
        },
    };
    User { profile, ..user() }
}

fn everything() -> Value {
    json!({
        "name": "Ada King Lovelace",
        "family_name": "Lovelace",
        "given_name": "Ada",
        "middle_name": "King",
        "nickname": "Countess",
        "preferred_username": "Alice",
        "picture": "https://ada.example/ada.png",
        "profile": "https://social.example/@ada",
        "website": "https://ada.example/",
        "gender": "female",
        "birthdate": "1815-12-10",
        "zoneinfo": "Europe/London",
        "locale": "en-GB",
        "updated_at": sample::NOW - 500,
        "email": "Alice@example.com",
        "email_verified": true,
        "address": {
            "formatted": "12 St James's Square\nLondon",
            "street_address": "12 St James's Square",
            "locality": "London",
            "region": "Greater London",
            "postal_code": "SW1Y 4RB",
            "country": "United Kingdom",
        },
        "phone_number": "+442071234567",
        "phone_number_verified": true,
        "groups": ["/engineering", "/engineering/backend"],
        "roles": ["24x7_access", "developer"],
    })
}

fn held() -> EffectiveRoles {
    let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    EffectiveRoles {
        roles: set(&["developer", "24x7_access"]),
        groups: set(&["/engineering", "/engineering/backend"]),
        ..EffectiveRoles::default()
    }
}

fn released(
    user: &User,
    roles: Option<&EffectiveRoles>,
    scope: &Scope,
    named: &BTreeMap<String, ClaimSpec>,
) -> Map<String, Value> {
    let sources = ClaimSources {
        issuer: ISSUER,
        user,
        roles,
        room: 1000,
    };
    release(&sources, scope, named)
}

fn by_scope(user: &User, names: &str) -> Map<String, Value> {
    released(user, Some(&held()), &scope(names), &BTreeMap::new())
}

fn by_name(user: &User, names: &[&str]) -> Map<String, Value> {
    let specs = names
        .iter()
        .map(|name| ((*name).to_owned(), ClaimSpec::default()))
        .collect();
    released(user, Some(&held()), &Scope::default(), &specs)
}

fn names(claims: &Map<String, Value>) -> Vec<&str> {
    let mut names: Vec<&str> = claims.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn all_scopes_release_each_claim_with_value_and_type() {
    let scope = "openid profile email address phone offline_access groups roles";
    let claims = by_scope(&full(), scope);
    assert_eq!(Value::Object(claims), everything());
}

#[rstest]
#[case("", &[])]
#[case("openid", &[])]
#[case("openid offline_access tasks:read", &[])]
#[case("email", &["email", "email_verified"])]
#[case("phone", &["phone_number", "phone_number_verified"])]
#[case("address", &["address"])]
#[case("groups", &["groups"])]
#[case("roles", &["roles"])]
#[case("profile", &["birthdate", "family_name", "gender", "given_name", "locale", "middle_name",
    "name", "nickname", "picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo"])]
fn each_scope_releases_own_claims(#[case] scope: &str, #[case] expected: &[&str]) {
    assert_eq!(names(&by_scope(&full(), scope)), expected);
}

#[test]
fn each_claim_is_released_by_name() {
    let everything = everything();
    for claim in supported() {
        let released = by_name(&full(), &[claim]);
        assert_eq!(names(&released), [claim]);
        assert_eq!(released[claim], everything[claim]);
    }
    assert_eq!(supported().count(), everything.as_object().unwrap().len());
}

#[test]
fn each_claim_has_single_standard_scope() {
    for claim in supported() {
        let owner = scope_of(claim).unwrap();
        for other in STANDARD {
            let released = by_scope(&full(), other).contains_key(claim);
            assert_eq!(released, other == owner, "{claim} by {other}");
        }
    }
}

#[rstest]
#[case("sub")]
#[case("iss")]
#[case("aud")]
#[case("acr")]
#[case("amr")]
#[case("auth_time")]
#[case("sid")]
#[case("nonce")]
#[case("password_hash")]
#[case("email_key")]
#[case("is_staff")]
#[case("Email")]
#[case("email ")]
#[case("")]
fn unknown_name_releases_no_claim(#[case] name: &str) {
    assert_eq!(scope_of(name), None);
    assert!(by_name(&full(), &[name]).is_empty());
}

/// OIDC Core §5.3.2: absent values are omitted, never null or empty.
#[test]
fn empty_profile_releases_only_account_claims() {
    let claims = by_scope(&user(), "profile email address phone");
    assert_eq!(
        names(&claims),
        [
            "email",
            "email_verified",
            "preferred_username",
            "updated_at"
        ]
    );
}

#[test]
fn empty_values_and_dependent_claims_are_omitted() {
    let empty = || Some(String::new());
    let profile = Profile {
        given_name: empty(),
        family_name: empty(),
        middle_name: empty(),
        nickname: empty(),
        picture: empty(),
        profile_url: empty(),
        website: empty(),
        gender: empty(),
        birthdate: empty(),
        zoneinfo: empty(),
        locale: empty(),
        phone_number: empty(),
        phone_number_verified: true,
        address: Some(Address {
            formatted: empty(),
            country: empty(),
            ..Address::default()
        }),
        bio: Some("Wrote the first program.".to_owned()),
        ..Profile::default()
    };
    let user = User {
        profile,
        email: String::new(),
        username: String::new(),
        ..user()
    };
    let claims = by_scope(&user, "profile email address phone");
    assert_eq!(names(&claims), ["updated_at"]);
}

#[test]
fn address_claim_omits_empty_parts() {
    let address = Address {
        locality: Some("London".to_owned()),
        region: Some(String::new()),
        ..Address::default()
    };
    let profile = Profile {
        address: Some(address),
        ..Profile::default()
    };
    let claims = by_scope(&User { profile, ..user() }, "address");
    assert_eq!(
        Value::Object(claims),
        json!({ "address": { "locality": "London" } })
    );
}

#[test]
fn uploaded_picture_precedes_picture_url() {
    let mut user = full();
    user.profile.avatar = AvatarId::parse("Zk3s9QyV0cX1bT7mZk3s9Q");
    let uploaded = "https://id.example/avatars/Zk3s9QyV0cX1bT7mZk3s9Q.png";
    assert_eq!(by_scope(&user, "profile")["picture"], json!(uploaded));
    user.profile.picture = None;
    assert_eq!(by_scope(&user, "profile")["picture"], json!(uploaded));
    user.profile.avatar = None;
    assert!(!by_scope(&user, "profile").contains_key("picture"));
}

#[test]
fn unverified_email_and_phone_are_marked() {
    let mut user = full();
    user.email_verified = false;
    user.profile.phone_number_verified = false;
    let claims = by_scope(&user, "email phone");
    assert_eq!(claims["email_verified"], json!(false));
    assert_eq!(claims["phone_number_verified"], json!(false));
}

#[test]
fn essential_and_value_do_not_change_release() {
    let json = r#"{"userinfo":{"email":{"essential":true,"value":"eve@evil.example"}}}"#;
    let named = ClaimsRequest::parse(json).unwrap().userinfo;
    let claims = released(&full(), None, &Scope::default(), &named);
    assert_eq!(
        Value::Object(claims),
        json!({ "email": "Alice@example.com" })
    );
}

proptest! {
    /// The release is the union of scopes and individual names, and nothing else.
    #[test]
    fn release_is_union_of_scopes_and_names(
        scopes in subsequence(STANDARD.to_vec(), 0..=6),
        named in subsequence(supported().collect::<Vec<_>>(), 0..=18),
    ) {
        let user = full();
        let specs = named.iter().map(|name| ((*name).to_owned(), ClaimSpec::default())).collect();
        let both = released(&user, Some(&held()), &scope(&scopes.join(" ")), &specs);
        for claim in supported() {
            let due = scopes.contains(&scope_of(claim).unwrap()) || named.contains(&claim);
            prop_assert_eq!(both.contains_key(claim), due);
        }
        prop_assert!(both.keys().all(|claim| scope_of(claim).is_some()));
    }
}

#[test]
fn user_without_groups_gets_empty_list() {
    let none = EffectiveRoles::default();
    let claims = released(
        &user(),
        Some(&none),
        &scope("groups roles"),
        &BTreeMap::new(),
    );
    assert_eq!(Value::Object(claims), json!({"groups": [], "roles": []}));
}

#[test]
fn groups_and_roles_require_loaded_roles() {
    let claims = released(&user(), None, &scope("groups roles"), &BTreeMap::new());
    assert!(claims.is_empty(), "{claims:?}");
}

#[rstest]
#[case("openid profile email", "email", false)]
#[case("openid groups", "email", true)]
#[case("openid roles", "email", true)]
#[case("openid", "groups", true)]
#[case("openid", "roles", true)]
fn scope_or_claim_name_requires_roles(#[case] names: &str, #[case] by: &str, #[case] needed: bool) {
    let named = BTreeMap::from([(by.to_owned(), ClaimSpec::default())]);
    assert_eq!(needs_roles(&scope(names), &named), needed);
}

#[test]
fn omitted_groups_are_named_in_overage() {
    let roles = EffectiveRoles {
        groups: (0..100)
            .map(|number| format!("/team-{number:03}"))
            .collect(),
        ..held()
    };
    let claims = released(
        &user(),
        Some(&roles),
        &scope("groups roles"),
        &BTreeMap::new(),
    );
    let kept = claims["groups"].as_array().unwrap();
    // Each name takes 9 bytes, two quotes and a comma.
    assert_eq!((kept.len(), &kept[0]), (83, &json!("/team-000")));
    assert_eq!(claims["overage"], json!(["groups"]));
    assert_eq!(claims["roles"], json!(["24x7_access", "developer"]));
}
