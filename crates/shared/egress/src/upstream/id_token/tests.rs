use rstest::rstest;
use serde_json::json;

use super::*;
use doorward_rules::federation::read_identity;

const NOW: i64 = 1_700_000_000;
const ISSUER: &str = "https://login.acme.example";

fn claims(changes: Value) -> Map<String, Value> {
    let mut claims = json!({
        "iss": ISSUER, "aud": "me", "sub": "248289761001", "iat": NOW, "exp": NOW + 300,
        "nonce": "n",
    });
    let Value::Object(changes) = changes else {
        panic!("no members");
    };
    let members = claims.as_object_mut().unwrap();
    for (name, value) in changes {
        // "absent" removes the claim; null is a value.
        if value == json!("absent") {
            members.remove(&name);
        } else {
            members.insert(name, value);
        }
    }
    members.clone()
}

fn check(changes: Value, audiences: &[&str]) -> Result<(), ProviderCause> {
    let audiences: Vec<_> = audiences.iter().map(|name| (*name).to_owned()).collect();
    let expected = ExpectedToken {
        issuer: ISSUER,
        client_id: "me",
        audiences: &audiences,
        now: NOW,
    };
    let checked = check_id_token(&claims(changes), &expected, Some("n"));
    checked.map_err(|error| error.cause)
}

/// Claims of OIDC Core §2 and §5.1, and of providers, that a sign-in does not use.
const UNUSED: [&str; 24] = [
    "acr",
    "amr",
    "auth_time",
    "c_hash",
    "s_hash",
    "jti",
    "sid",
    "typ",
    "updated_at",
    "locale",
    "zoneinfo",
    "birthdate",
    "gender",
    "address",
    "phone_number",
    "phone_number_verified",
    "picture",
    "website",
    "profile",
    "email",
    "email_verified",
    "name",
    "groups",
    "x",
];

#[test]
fn unused_claims_have_any_type() {
    for name in UNUSED {
        for value in [
            json!(null),
            json!(true),
            json!("true"),
            json!(""),
            json!(-7),
            json!(1.5),
            json!("2017-08-28T16:10:58.969Z"),
            json!([]),
            json!([1, null]),
            json!({}),
            json!({ "country": "US", "language": "en" }),
        ] {
            assert_eq!(
                check(json!({ name: value }), &[]),
                Ok(()),
                "{name}: {value}"
            );
        }
    }
}

#[rstest]
#[case::usual(json!({}), Ok(()))]
#[case::decimal_times(json!({ "exp": 1_700_000_300.5, "iat": 1_700_000_000.25 }), Ok(()))]
#[case::number_as_subject(json!({ "sub": 42 }), Ok(()))]
#[case::leeway(json!({ "exp": NOW - 59 }), Ok(()))]
#[case::begins_within_leeway(json!({ "nbf": NOW + 60 }), Ok(()))]
#[case::begin_of_other_type(json!({ "nbf": "soon" }), Ok(()))]
#[case::expired(json!({ "exp": NOW - 60 }), Err(ProviderCause::Expired))]
#[case::long_ago(json!({ "exp": 0 }), Err(ProviderCause::Expired))]
#[case::not_yet(json!({ "nbf": NOW + 61 }), Err(ProviderCause::Expired))]
#[case::no_end(json!({ "exp": "absent" }), Err(ProviderCause::Incomplete))]
#[case::end_as_text(json!({ "exp": "1700000300" }), Err(ProviderCause::Incomplete))]
#[case::endless(json!({ "exp": 1e300 }), Err(ProviderCause::Incomplete))]
#[case::null_end(json!({ "exp": null }), Err(ProviderCause::Incomplete))]
#[case::no_begin(json!({ "iat": "absent" }), Err(ProviderCause::Incomplete))]
#[case::begin_as_text(json!({ "iat": "now" }), Err(ProviderCause::Incomplete))]
#[case::no_subject(json!({ "sub": "absent" }), Err(ProviderCause::Incomplete))]
#[case::null_subject(json!({ "sub": null }), Err(ProviderCause::Incomplete))]
#[case::empty_subject(json!({ "sub": "" }), Err(ProviderCause::Incomplete))]
#[case::list_as_subject(json!({ "sub": ["a"] }), Err(ProviderCause::Incomplete))]
#[case::no_issuer(json!({ "iss": "absent" }), Err(ProviderCause::Issuer))]
#[case::slash(json!({ "iss": "https://login.acme.example/" }), Err(ProviderCause::Issuer))]
#[case::list_as_issuer(json!({ "iss": [ISSUER] }), Err(ProviderCause::Issuer))]
#[case::no_nonce(json!({ "nonce": "absent" }), Err(ProviderCause::Request))]
#[case::null_nonce(json!({ "nonce": null }), Err(ProviderCause::Request))]
#[case::other_nonce(json!({ "nonce": "N" }), Err(ProviderCause::Request))]
#[case::list_as_nonce(json!({ "nonce": ["n"] }), Err(ProviderCause::Request))]
fn used_claims_are_checked(#[case] changes: Value, #[case] result: Result<(), ProviderCause>) {
    assert_eq!(check(changes, &[]), result);
}

/// OIDC Core §3.1.3.7 steps 3 to 5: `aud` × `azp` × the trusted audiences.
#[rstest]
#[case::text(json!("me"), json!("absent"), &[], true)]
#[case::list(json!(["me"]), json!("absent"), &[], true)]
#[case::party(json!("me"), json!("me"), &[], true)]
#[case::party_without_value(json!("me"), json!(null), &[], true)]
#[case::empty_party(json!("me"), json!(""), &[], true)]
// Zitadel always adds the project and the other clients of it.
#[case::zitadel(json!(["me", "sibling", "project"]), json!("me"), &[], true)]
#[case::any_order(json!(["project", "me"]), json!("me"), &[], true)]
#[case::several(json!(["me", "project"]), json!("absent"), &[], false)]
#[case::several_trusted(json!(["me", "project"]), json!("absent"), &["project"], true)]
#[case::one_not_trusted(json!(["me", "project", "x"]), json!("absent"), &["project"], false)]
#[case::other_item(json!(["me", 7]), json!("absent"), &["project"], false)]
#[case::other_item_of_ours(json!(["me", 7]), json!("me"), &[], true)]
#[case::other(json!("other"), json!("absent"), &[], false)]
#[case::trusted_alone(json!("project"), json!("absent"), &["project"], false)]
#[case::party_of_other_audience(json!("project"), json!("me"), &["project"], false)]
#[case::other_party(json!("me"), json!("other"), &[], false)]
#[case::other_party_of_several(json!(["me", "other"]), json!("other"), &[], false)]
#[case::trusted_party(json!(["me", "app"]), json!("app"), &["app"], true)]
#[case::case_of_party(json!("me"), json!("ME"), &[], false)]
#[case::list_as_party(json!("me"), json!(["me"]), &[], false)]
#[case::none(json!("absent"), json!("me"), &[], false)]
#[case::empty_list(json!([]), json!("me"), &[], false)]
#[case::object(json!({ "me": 1 }), json!("me"), &[], false)]
#[case::part(json!("m"), json!("absent"), &[], false)]
fn audience_is_this_client(
    #[case] aud: Value,
    #[case] azp: Value,
    #[case] trusted: &[&str],
    #[case] accepted: bool,
) {
    let result = check(json!({ "aud": aud, "azp": azp }), trusted);
    let expected = if accepted {
        Ok(())
    } else {
        Err(ProviderCause::Audience)
    };
    assert_eq!(result, expected);
}

#[test]
fn nonce_is_not_required_if_not_sent() {
    let expected = ExpectedToken {
        issuer: ISSUER,
        client_id: "me",
        audiences: &[],
        now: NOW,
    };
    for nonce in ["absent", "other"] {
        let claims = claims(json!({ "nonce": nonce }));
        assert_eq!(check_id_token(&claims, &expected, None), Ok(()));
    }
}

#[rstest]
#[case::usual(json!({}), None)]
#[case::without_both(json!({ "iss": "absent", "aud": "absent" }), None)]
#[case::without_times(json!({ "iat": "absent", "exp": "absent" }), None)]
#[case::issuer(json!({ "iss": "https://other.example" }), Some(ProviderCause::Issuer))]
#[case::audience(json!({ "aud": "other" }), Some(ProviderCause::Audience))]
#[case::expired(json!({ "exp": NOW - 60 }), Some(ProviderCause::Expired))]
fn signed_userinfo_is_checked(#[case] changes: Value, #[case] cause: Option<ProviderCause>) {
    let expected = ExpectedToken {
        issuer: ISSUER,
        client_id: "me",
        audiences: &[],
        now: NOW,
    };
    let checked = check_signed_userinfo(&claims(changes), &expected);
    assert_eq!(checked.err().map(|error| error.cause), cause);
}

fn settings(change: impl FnOnce(&mut ProviderSettings)) -> ProviderSettings {
    let mut settings = ProviderSettings::default();
    change(&mut settings);
    settings
}

/// userinfo is read if a claim that the settings use is missing.
#[test]
fn missing_claims_are_those_of_settings() {
    let whole = json!({
        "email": "jane@acme.example", "email_verified": false, "given_name": "Jane", "groups": [],
        "upn": "jane",
    });
    let lacks = |name: &str, value: Value, settings: &ProviderSettings| {
        let mut claims = whole.as_object().unwrap().clone();
        claims.insert(name.to_owned(), value);
        lacks_claims(&claims, settings)
    };
    let all = settings(|settings| {
        settings.trusts_email = true;
        settings.roles = [("staff".to_owned(), "support".to_owned())].into();
        "groups".clone_into(&mut settings.claims.roles);
        "upn".clone_into(&mut settings.claims.username);
    });
    assert!(!lacks("x", json!(1), &all));
    for name in ["email", "email_verified", "given_name", "groups", "upn"] {
        for value in [json!(null), json!("")] {
            assert!(lacks(name, value.clone(), &all), "{name}: {value}");
        }
    }
    // Nothing is requested for what is not used.
    let plain = ProviderSettings::default();
    for name in [
        "email_verified",
        "groups",
        "upn",
        "preferred_username",
        "family_name",
    ] {
        assert!(!lacks(name, json!(null), &plain), "{name}");
    }
    let mut named = whole.as_object().unwrap().clone();
    named.remove("given_name");
    assert!(lacks_claims(&named, &plain));
    named.insert("name".to_owned(), json!("Jane Doe"));
    assert!(!lacks_claims(&named, &plain));
}

fn added(token: Value, more: Value) -> Result<Value, ProviderCause> {
    let members = |value: Value| value.as_object().unwrap().clone();
    let added = add_userinfo(members(token), members(more), &ProviderSettings::default());
    added.map(Value::Object).map_err(|error| error.cause)
}

#[rstest]
#[case::added(
    json!({ "sub": "1" }),
    json!({ "sub": "1", "groups": ["a"] }),
    Ok(json!({ "sub": "1", "groups": ["a"] }))
)]
#[case::signed_ones_win(
    json!({ "sub": "1", "groups": [] }),
    json!({ "sub": "1", "groups": ["a"] }),
    Ok(json!({ "sub": "1", "groups": [] }))
)]
#[case::no_value(
    json!({ "sub": "1", "groups": null, "name": "" }),
    json!({ "sub": "1", "groups": ["a"], "name": "Jane" }),
    Ok(json!({ "sub": "1", "groups": ["a"], "name": "Jane" }))
)]
#[case::same_address(
    json!({ "sub": "1", "email": "a@x.example" }),
    json!({ "sub": "1", "email": "a@x.example", "email_verified": true }),
    Ok(json!({ "sub": "1", "email": "a@x.example", "email_verified": true }))
)]
#[case::other_address(
    json!({ "sub": "1", "email": "a@x.example" }),
    json!({ "sub": "1", "email": "b@x.example", "email_verified": true }),
    Ok(json!({ "sub": "1", "email": "a@x.example" }))
)]
#[case::number_and_text(json!({ "sub": "1" }), json!({ "sub": 1 }), Ok(json!({ "sub": "1" })))]
#[case::other_user(json!({ "sub": "1" }), json!({ "sub": "2" }), Err(ProviderCause::Request))]
#[case::case_of_user(json!({ "sub": "a" }), json!({ "sub": "A" }), Err(ProviderCause::Request))]
#[case::no_user(json!({ "sub": "1" }), json!({}), Err(ProviderCause::Request))]
fn userinfo_is_about_same_user(
    #[case] token: Value,
    #[case] more: Value,
    #[case] expected: Result<Value, ProviderCause>,
) {
    assert_eq!(added(token, more), expected);
}

/// Unread claims take nothing back: `None` keeps the roles that the provider gave.
#[rstest]
#[case::given(json!({ "groups": ["a"] }), false, Some(vec!["a"]))]
#[case::one(json!({ "groups": "a" }), false, Some(vec!["a"]))]
#[case::none(json!({ "groups": [] }), false, Some(vec![]))]
// Entra and Okta omit the claim of a user without groups.
#[case::absent(json!({}), false, Some(vec![]))]
#[case::of_other_type(json!({ "groups": 7 }), false, Some(vec![]))]
#[case::unread(json!({}), true, None)]
#[case::given_and_unread(json!({ "groups": ["a"] }), true, Some(vec!["a"]))]
// More groups than fit in a token: https://github.com/MicrosoftDocs/azure-docs/issues/39289,
// https://github.com/Gibe/Umbraco.Community.AzureSSO/issues/26
#[case::overage(json!({ "_claim_names": { "groups": "src1" } }), false, None)]
#[case::overage_of_other(json!({ "_claim_names": { "roles": "src1" } }), false, Some(vec![]))]
#[case::overage_in_short(json!({ "hasgroups": "true" }), false, None)]
fn roles_that_were_not_read_are_unknown(
    #[case] further: Value,
    #[case] is_partial: bool,
    #[case] expected: Option<Vec<&str>>,
) {
    let names = ClaimNames {
        roles: "groups".to_owned(),
        ..ClaimNames::default()
    };
    let claims = claims(further);
    let identity = read_identity(ISSUER, &claims, &names, is_partial).unwrap();
    let expected = expected.map(|all| all.into_iter().map(str::to_owned).collect());
    assert_eq!(identity.roles, expected);
}
