use rstest::rstest;
use serde_json::json;

use super::*;
use crate::custom_claims::{applicable, check_all};
use doorward_domain::model::sample::{claim_mapping as mapping, scope};
use doorward_domain::model::{GroupFormat, GroupList, RoleList};

fn constant(id: &str, path: &[&str], value: Value) -> ClaimMapping {
    mapping(id, path, ClaimSource::Constant { value })
}

fn roles() -> ClaimSource {
    ClaimSource::Roles(RoleList::default())
}

fn group_names() -> ClaimSource {
    ClaimSource::Groups(GroupList {
        format: GroupFormat::Name,
        ..GroupList::default()
    })
}

/// Computes the claims of a user with many groups, or with one; returns them with the omissions.
fn computed(
    all: &[ClaimMapping],
    groups: usize,
    output: ClaimOutput,
) -> (Value, Vec<(String, Omission)>) {
    let roles = EffectiveRoles {
        roles: ["admin", "user"].map(str::to_owned).into(),
        groups: (0..groups).map(|number| format!("/g{number:03}")).collect(),
        ..EffectiveRoles::default()
    };
    let facts = ClaimFacts {
        scope: &scope("openid"),
        roles: &roles,
        org: None,
        org_name: None,
        fields: &FieldValues::new(),
    };
    let chosen = applicable(all, None, output);
    let found = compute(&chosen, output, &facts);
    let omitted = found.omitted.into_iter();
    let omitted = omitted.map(|(mapping, omission)| (mapping.id.clone(), omission));
    (Value::Object(found.claims), omitted.collect())
}

#[test]
fn nested_claims_share_objects() {
    let all = [
        mapping("realm", &["realm_access", "roles"], roles()),
        mapping("app", &["resource_access", "my.app", "roles"], roles()),
        constant("level", &["resource_access", "my.app", "level"], json!(7)),
        mapping("names", &["group_names"], group_names()),
        // A dot in a name has no meaning.
        constant("url", &["https://x.example/role"], json!("Admin")),
        constant("dotted", &["realm_access.roles"], json!("flat")),
    ];
    assert_eq!(check_all(&all, &[]), Ok(()));
    let (claims, omitted) = computed(&all, 1, ClaimOutput::AccessToken);
    let expected = json!({
        "realm_access": { "roles": ["admin", "user"] },
        "resource_access": { "my.app": { "roles": ["admin", "user"], "level": 7 } },
        "group_names": ["g000"],
        "https://x.example/role": "Admin",
        "realm_access.roles": "flat",
    });
    assert_eq!((claims, omitted.len()), (expected, 0));
}

#[rstest]
#[case::token(100, ClaimOutput::IdToken, true)]
#[case::token_with_more(101, ClaimOutput::IdToken, false)]
#[case::access_token_with_more(101, ClaimOutput::AccessToken, false)]
#[case::response(101, ClaimOutput::Userinfo, true)]
#[case::response_with_more(301, ClaimOutput::Introspection, false)]
fn list_above_bound_is_left_out(
    #[case] groups: usize,
    #[case] output: ClaimOutput,
    #[case] is_whole: bool,
) {
    let all = [
        mapping("names", &["shape", "groups"], group_names()),
        constant("tier", &["tier"], json!("gold")),
    ];
    let (claims, omitted) = computed(&all, groups, output);
    let listed = claims["shape"]["groups"].as_array().map(Vec::len);
    assert_eq!(listed, is_whole.then_some(groups));
    assert_eq!(claims["tier"], "gold");
    let expected = ("names".to_owned(), Omission::ListTooLarge);
    assert_eq!(omitted, if is_whole { vec![] } else { vec![expected] });
    // Without the list there is no empty object either.
    assert_eq!(claims.get("shape").is_some(), is_whole);
}

/// Mappings that [`check_all`] rejects, as two administrators might store them at the same time.
#[rstest]
#[case::text(json!("text"))]
#[case::object(json!({ "roles": [] }))]
fn value_of_other_mapping_is_never_changed(#[case] value: Value) {
    let all = [
        constant("whole", &["realm_access"], value.clone()),
        mapping("realm", &["realm_access", "roles"], roles()),
        mapping("deep", &["realm_access", "roles", "all"], roles()),
    ];
    assert!(check_all(&all, &[]).is_err());
    let (claims, omitted) = computed(&all, 1, ClaimOutput::IdToken);
    assert_eq!(claims, json!({ "realm_access": value }));
    let conflict = |id: &str| (id.to_owned(), Omission::Conflict);
    assert_eq!(omitted, [conflict("realm"), conflict("deep")]);
}

#[rstest]
#[case::confirmation("cnf")]
#[case::actor("act")]
#[case::authorized_actor("may_act")]
#[case::details("authorization_details")]
#[case::roles("roles")]
#[case::address("address")]
#[case::events("events")]
fn member_of_protected_claim_is_never_set(#[case] claim: &str) {
    let all = [constant("x", &[claim, "jkt"], json!("mallory"))];
    for output in ClaimOutput::ALL {
        assert_eq!(computed(&all, 1, output), (json!({}), vec![]));
    }
}

#[test]
fn list_of_user_without_groups_is_empty() {
    let all = [mapping("names", &["group_names"], group_names())];
    let (claims, _) = computed(&all, 0, ClaimOutput::Userinfo);
    assert_eq!(claims, json!({ "group_names": [] }));
}
