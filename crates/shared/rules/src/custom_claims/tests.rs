use doorward_access::jwt::claims::{AccessTokenClaims, IdTokenClaims};
use doorward_protocol::introspection::IntrospectionResponse;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::custom_claim_values::{ClaimFacts, Omission, compute};
use doorward_domain::model::sample::{NOW, claim_mapping, client_id, scope};
use doorward_domain::model::{
    Case, EffectiveRoles, FieldAudience, FieldEditor, FieldKind, FieldValues, GroupFormat,
    GroupList, RoleList,
};

fn mapping(source: ClaimSource) -> ClaimMapping {
    claim_mapping("tier", &["tier"], source)
}

fn constant(value: Value) -> ClaimMapping {
    mapping(ClaimSource::Constant { value })
}

fn profile_field(name: &str) -> ClaimSource {
    ClaimSource::ProfileField {
        field: name.to_owned(),
    }
}

fn choice(cases: &[(&str, &str)], otherwise: Option<&str>) -> Choice {
    let case = |(when, value): &(&str, &str)| Case {
        when: (*when).to_owned(),
        value: json!(value),
    };
    Choice {
        values: cases.iter().map(case).collect(),
        otherwise: otherwise.map(Value::from),
    }
}

fn effective(roles: &[&str], groups: &[&str]) -> EffectiveRoles {
    EffectiveRoles {
        roles: roles.iter().map(|&one| one.to_owned()).collect(),
        groups: groups.iter().map(|&one| one.to_owned()).collect(),
        ..EffectiveRoles::default()
    }
}

/// Computes the claim `tier` of a member of acme with roles and groups.
fn tier_of(source: ClaimSource, org: Option<&str>) -> Option<Value> {
    let all = [mapping(source)];
    let chosen = applicable(&all, None, ClaimOutput::AccessToken);
    let facts = ClaimFacts {
        scope: &scope("openid"),
        roles: &effective(&["gold", "basic"], &["/eng", "/eng/backend"]),
        org,
        org_name: org.map(|_| "Acme Ltd"),
        fields: &FieldValues::from([
            ("company".to_owned(), json!("Acme")),
            ("oversized".to_owned(), json!("a".repeat(1023))),
        ]),
    };
    let computed = compute(&chosen, ClaimOutput::AccessToken, &facts);
    computed.claims.get("tier").cloned()
}

#[rstest]
#[case::constant(ClaimSource::Constant { value: json!([1, true]) }, Some(json!([1, true])))]
#[case::role(ClaimSource::Role(choice(&[("gold", "g")], None)), Some(json!("g")))]
#[case::first_role_decides(
    ClaimSource::Role(choice(&[("none", "n"), ("basic", "b"), ("gold", "g")], None)),
    Some(json!("b"))
)]
#[case::no_role(ClaimSource::Role(choice(&[("silver", "s")], None)), None)]
#[case::no_role_otherwise(ClaimSource::Role(choice(&[("silver", "s")], Some("o"))), Some(json!("o")))]
#[case::group(ClaimSource::Group(choice(&[("/eng", "D1")], None)), Some(json!("D1")))]
#[case::nearer_group_listed_first(
    ClaimSource::Group(choice(&[("/eng/backend", "D2"), ("/eng", "D1")], None)),
    Some(json!("D2"))
)]
#[case::other_group(ClaimSource::Group(choice(&[("/engineering", "D3")], None)), None)]
#[case::role_is_no_group(ClaimSource::Group(choice(&[("gold", "D4")], None)), None)]
#[case::organization(ClaimSource::Organization(choice(&[("acme", "A")], None)), Some(json!("A")))]
#[case::other_organization(ClaimSource::Organization(choice(&[("zeta", "Z")], None)), None)]
#[case::organization_name(ClaimSource::OrganizationName, Some(json!("Acme Ltd")))]
#[case::profile_field(profile_field("company"), Some(json!("Acme")))]
#[case::profile_field_without_value(profile_field("location"), None)]
#[case::oversized_profile_field(profile_field("oversized"), None)]
fn source_gives_value(#[case] source: ClaimSource, #[case] expected: Option<Value>) {
    assert_eq!(tier_of(source, Some("acme")), expected);
}

#[test]
fn no_organization_gives_no_value() {
    let of_acme = ClaimSource::Organization(choice(&[("acme", "A")], None));
    assert_eq!(tier_of(of_acme, None), None);
    assert_eq!(tier_of(ClaimSource::OrganizationName, None), None);
    let otherwise = ClaimSource::Organization(choice(&[("acme", "A")], Some("none")));
    assert_eq!(tier_of(otherwise, None), Some(json!("none")));
}

#[rstest]
#[case::granted("openid profile", true)]
#[case::not_granted("openid", false)]
fn scope_is_required(#[case] granted: &str, #[case] expected: bool) {
    let all = [ClaimMapping {
        scope: Some("profile".to_owned()),
        ..constant(json!("v"))
    }];
    let facts = ClaimFacts {
        scope: &scope(granted),
        roles: &EffectiveRoles::default(),
        org: None,
        org_name: None,
        fields: &FieldValues::new(),
    };
    let chosen = applicable(&all, None, ClaimOutput::Userinfo);
    let computed = compute(&chosen, ClaimOutput::Userinfo, &facts);
    assert_eq!(!computed.claims.is_empty(), expected);
}

#[rstest]
#[case::own_mapping_wins(Some("web"), ClaimOutput::AccessToken, Some("of-web"))]
#[case::others_keep_common_mapping(Some("app"), ClaimOutput::AccessToken, Some("common"))]
#[case::no_client(None, ClaimOutput::AccessToken, Some("common"))]
// The mapping of the client replaces the common one completely.
#[case::replaced_in_every_output(Some("web"), ClaimOutput::IdToken, None)]
#[case::other_output(Some("app"), ClaimOutput::IdToken, Some("common"))]
fn client_mapping_replaces_common_mapping(
    #[case] client: Option<&str>,
    #[case] output: ClaimOutput,
    #[case] expected: Option<&str>,
) {
    let common = ClaimMapping {
        id: "common".to_owned(),
        ..constant(json!(1))
    };
    let own = ClaimMapping {
        id: "of-web".to_owned(),
        client_id: Some(client_id("web")),
        outputs: BTreeSet::from([ClaimOutput::AccessToken]),
        ..constant(json!(2))
    };
    let all = [own, common];
    let client = client.map(client_id);
    let chosen = applicable(&all, client.as_ref(), output);
    assert_eq!(
        chosen.get(["tier"].as_slice()).map(|one| one.id.as_str()),
        expected
    );
}

#[rstest]
#[case::good("tier", "tier", None)]
#[case::url("tier", "https://acme.example/claims/tier", None)]
#[case::empty_id("", "tier", Some("id"))]
#[case::bad_id("Tier", "tier", Some("id"))]
#[case::long_id("a23456789012345678901234567890123", "tier", Some("id"))]
#[case::empty_name("tier", "", Some("claim"))]
#[case::space("tier", "my tier", Some("claim"))]
#[case::quote("tier", "a\"b", Some("claim"))]
#[case::subject("tier", "sub", Some("claim"))]
#[case::roles("tier", "roles", Some("claim"))]
#[case::confirmation("tier", "cnf", Some("claim"))]
#[case::actor("tier", "act", Some("claim"))]
#[case::email("tier", "email_verified", Some("claim"))]
#[case::active("tier", "active", Some("claim"))]
fn check_names(#[case] id: &str, #[case] claim: &str, #[case] expected: Option<&str>) {
    let one = ClaimMapping {
        id: id.to_owned(),
        claim: claim.to_owned(),
        ..constant(json!("v"))
    };
    assert_eq!(check(&one).err().map(|error| error.field), expected);
}

#[rstest]
#[case::null(ClaimSource::Constant { value: Value::Null }, false)]
#[case::largest(ClaimSource::Constant { value: json!("a".repeat(1022)) }, true)]
#[case::too_large(ClaimSource::Constant { value: json!("a".repeat(1023)) }, false)]
#[case::no_case(ClaimSource::Role(choice(&[], Some("o"))), false)]
#[case::repeated(ClaimSource::Role(choice(&[("a", "1"), ("a", "2")], None)), false)]
#[case::group(ClaimSource::Group(choice(&[("/eng/backend", "1")], None)), true)]
#[case::group_without_slash(ClaimSource::Group(choice(&[("eng", "1")], None)), false)]
#[case::group_root(ClaimSource::Group(choice(&[("/", "1")], None)), false)]
#[case::group_trailing_slash(ClaimSource::Group(choice(&[("/eng/", "1")], None)), false)]
#[case::organization(ClaimSource::Organization(choice(&[("acme", "1")], None)), true)]
#[case::no_slug(ClaimSource::Organization(choice(&[("Acme Ltd", "1")], None)), false)]
fn check_sources(#[case] source: ClaimSource, #[case] is_accepted: bool) {
    assert_eq!(check(&mapping(source)).is_ok(), is_accepted);
}

#[test]
fn check_rejects_null_otherwise_and_no_output() {
    let mut values = choice(&[("a", "1")], None);
    values.otherwise = Some(Value::Null);
    assert!(check(&mapping(ClaimSource::Role(values))).is_err());
    let nowhere = ClaimMapping {
        outputs: BTreeSet::new(),
        ..constant(json!(1))
    };
    assert_eq!(check(&nowhere).map_err(|error| error.field), Err("outputs"));
}

fn many(count: usize, size: usize, client: Option<&str>) -> Vec<ClaimMapping> {
    let one = |number: usize| ClaimMapping {
        id: format!("m{number}"),
        claim: format!("m{number}"),
        client_id: client.map(client_id),
        ..constant(json!("a".repeat(size)))
    };
    (0..count).map(one).collect()
}

#[test]
fn check_all_bounds_number_and_size() {
    assert!(check_all(&many(4, 1000, None), &[]).is_ok());
    assert!(check_all(&many(5, 1000, None), &[]).is_err(), "too large");
    assert!(check_all(&many(201, 1, None), &[]).is_err(), "too many");
    // Each client has its own total, together with the mappings of all clients.
    let mut all = many(4, 1000, Some("web"));
    all.extend(many(4, 1000, Some("app")));
    assert!(check_all(&all, &[]).is_ok());
    let common = ClaimMapping {
        id: "common".to_owned(),
        claim: "common".to_owned(),
        ..constant(json!("a".repeat(100)))
    };
    all.push(common);
    assert!(check_all(&all, &[]).is_err());
}

#[test]
fn check_all_rejects_claim_twice() {
    let one = constant(json!(1));
    let other = ClaimMapping {
        id: "other".to_owned(),
        ..one.clone()
    };
    let of_web = ClaimMapping {
        client_id: Some(client_id("web")),
        ..other.clone()
    };
    assert!(check_all(&[one.clone(), other], &[]).is_err());
    assert!(check_all(&[one, of_web], &[]).is_ok());
}

#[test]
fn compute_never_exceeds_total_or_sets_reserved_names() {
    let mut all = many(10, 1000, None);
    all.push(ClaimMapping {
        claim: "sub".to_owned(),
        ..constant(json!("mallory"))
    });
    let facts = ClaimFacts {
        scope: &scope("openid"),
        roles: &EffectiveRoles::default(),
        org: None,
        org_name: None,
        fields: &FieldValues::new(),
    };
    let chosen = applicable(&all, None, ClaimOutput::IdToken);
    let computed = compute(&chosen, ClaimOutput::IdToken, &facts);
    let is_total = |(_, omission): &(_, Omission)| *omission == Omission::OutputTooLarge;
    assert_eq!(computed.omitted.len(), 6);
    assert!(computed.omitted.iter().all(is_total));
    let claims = computed.claims;
    assert_eq!(claims.len(), 4);
    assert!(!claims.contains_key("sub"));
    assert!(Value::Object(claims).to_string().len() <= MAX_TOTAL + 2);
}

/// Every member that Doorward writes itself is reserved.
#[test]
fn every_issued_claim_is_reserved() {
    let access: AccessTokenClaims = serde_json::from_value(json!({
        "iss": "i", "sub": "s", "aud": "a", "client_id": "c", "exp": 1, "iat": 1, "jti": "j",
        "scope": "openid", "auth_time": 1, "acr": "1", "amr": ["pwd"], "sid": "s",
        "roles": ["r"], "groups": ["g"], "entitlements": ["e"], "managed_groups": ["m"],
        "overage": ["o"], "org": "o", "email_verified": true, "username": "u", "email": "e",
        "is_staff": true, "act": {"sub": "a"}, "may_act": {"sub": "a"}, "cnf": {"jkt": "k"},
        "authorization_details": [{"type": "t"}],
    }))
    .unwrap();
    let id: IdTokenClaims = serde_json::from_value(json!({
        "iss": "i", "sub": "s", "aud": "a", "azp": "c", "exp": 1, "iat": 1, "auth_time": 1,
        "nonce": "n", "acr": "1", "amr": ["pwd"], "at_hash": "h", "sid": "s",
    }))
    .unwrap();
    let introspection = IntrospectionResponse {
        active: true,
        username: Some("u".to_owned()),
        token_type: Some("Bearer".to_owned()),
        nbf: Some(1),
        ..IntrospectionResponse::inactive()
    };
    assert!(access.extra.is_empty() && id.extra.is_empty());
    for written in [json!(access), json!(id), json!(introspection)] {
        for name in written.as_object().unwrap().keys() {
            assert!(is_reserved(name), "{name}");
        }
    }
}

#[test]
fn facts_are_read_only_if_needed() {
    let role = [mapping(ClaimSource::Role(choice(&[("a", "1")], None)))];
    let name = [mapping(ClaimSource::OrganizationName)];
    let field = [mapping(profile_field("company"))];
    let of = |all| applicable(all, None, ClaimOutput::IdToken);
    assert!(needs_roles(&of(&role)) && !needs_organization_name(&of(&role)));
    assert!(!needs_roles(&of(&name)) && needs_organization_name(&of(&name)));
    assert!(needs_profile_fields(&of(&field)) && !needs_profile_fields(&of(&name)));
}

#[rstest]
#[case::any_token(None, None, false)]
#[case::scope(None, Some("profile"), true)]
#[case::client(Some("web"), None, true)]
fn profile_field_needs_scope_or_client(
    #[case] client: Option<&str>,
    #[case] scope: Option<&str>,
    #[case] is_accepted: bool,
) {
    let mapped = ClaimMapping {
        client_id: client.map(client_id),
        scope: scope.map(str::to_owned),
        ..mapping(profile_field("company"))
    };
    let checked = check(&mapped);
    assert_eq!(checked.is_ok(), is_accepted);
    assert!(checked.err().is_none_or(|error| error.field == "scope"));
}

#[rstest]
#[case::short_text(FieldKind::Text { max_length: 100 }, true)]
#[case::longest_text(FieldKind::Text { max_length: 255 }, true)]
#[case::too_long_text(FieldKind::Text { max_length: 256 }, false)]
#[case::user(FieldKind::User, true)]
fn largest_profile_field_must_fit(#[case] kind: FieldKind, #[case] is_accepted: bool) {
    let field = ProfileField {
        name: "company".to_owned(),
        label: "Company".to_owned(),
        kind,
        editable_by: FieldEditor::Admin,
        visible_to: FieldAudience::User,
        created_at: NOW,
        updated_at: NOW,
    };
    let all = [mapping(profile_field("company"))];
    assert_eq!(check_all(&all, &[field]).is_ok(), is_accepted);
}

fn at(id: &str, claim: &str, path: &[&str], client: Option<&str>) -> ClaimMapping {
    ClaimMapping {
        id: id.to_owned(),
        claim: claim.to_owned(),
        path: path.iter().map(|&name| name.to_owned()).collect(),
        client_id: client.map(client_id),
        ..constant(json!(id))
    }
}

#[rstest]
#[case::nested("realm_access", &["roles"], None)]
#[case::dotted_client("resource_access", &["my.app", "roles"], None)]
#[case::deepest("a", &["b", "c", "d", "e"], None)]
#[case::too_deep("a", &["b", "c", "d", "e", "f"], Some("path"))]
#[case::empty_name("a", &[""], Some("path"))]
#[case::space("a", &["b c"], Some("path"))]
#[case::confirmation("cnf", &["jkt"], Some("claim"))]
#[case::actor("act", &["sub"], Some("claim"))]
#[case::details("authorization_details", &["type"], Some("claim"))]
#[case::address("address", &["country"], Some("claim"))]
// Only the name of the claim can be protected.
#[case::member_with_protected_name("realm_access", &["cnf"], None)]
fn check_paths(#[case] claim: &str, #[case] path: &[&str], #[case] expected: Option<&str>) {
    let checked = check(&at("one", claim, path, None));
    assert_eq!(checked.err().map(|error| error.field), expected);
}

#[rstest]
#[case::siblings(&["a"], &["b"], None, true)]
#[case::same(&["a"], &["a"], None, false)]
#[case::inside_value(&[], &["a"], None, false)]
#[case::deep_inside_value(&["a"], &["a", "b", "c"], None, false)]
#[case::similar_name(&["a"], &["ab", "c"], None, true)]
// The mapping of the client replaces the common one with the same path, and no other.
#[case::replaces_common(&["a"], &["a"], Some("web"), true)]
#[case::inside_common_value(&[], &["a"], Some("web"), false)]
#[case::around_common_value(&["a"], &[], Some("web"), false)]
fn check_all_rejects_value_inside_value(
    #[case] path: &[&str],
    #[case] other: &[&str],
    #[case] client: Option<&str>,
    #[case] is_accepted: bool,
) {
    let all = [at("one", "x", path, None), at("other", "x", other, client)];
    let checked = check_all(&all, &[]);
    assert_eq!(checked.is_ok(), is_accepted);
    assert!(checked.err().is_none_or(|error| error.field == "claim"));
}

#[test]
fn mappings_of_two_clients_do_not_conflict() {
    let all = [
        at("one", "x", &[], Some("web")),
        at("other", "x", &["a"], Some("app")),
    ];
    assert_eq!(check_all(&all, &[]), Ok(()));
}

#[rstest]
#[case::roles(ClaimSource::Roles(RoleList::default()))]
#[case::groups(ClaimSource::Groups(GroupList::default()))]
fn list_needs_scope_or_client(#[case] source: ClaimSource) {
    let open = mapping(source);
    assert_eq!(check(&open).map_err(|error| error.field), Err("scope"));
    let of_client = ClaimMapping {
        client_id: Some(client_id("web")),
        ..open.clone()
    };
    assert_eq!(check(&of_client), Ok(()));
    let scoped = ClaimMapping {
        scope: Some("groups".to_owned()),
        ..open
    };
    assert_eq!(check(&scoped), Ok(()));
    assert!(needs_roles(&applicable(
        &[scoped],
        None,
        ClaimOutput::IdToken
    )));
}

#[test]
fn check_rejects_contradictory_list() {
    let list = GroupList {
        format: GroupFormat::Name,
        strip: true,
        ..GroupList::default()
    };
    let mapped = ClaimMapping {
        client_id: Some(client_id("web")),
        ..mapping(ClaimSource::Groups(list))
    };
    assert_eq!(check(&mapped).map_err(|error| error.field), Err("source"));
}

/// Three lists fit into a token, with the shape of Keycloak; four do not.
#[test]
fn check_all_bounds_lists() {
    let list = |number: usize| ClaimMapping {
        source: ClaimSource::Roles(RoleList::default()),
        ..at(&format!("l{number}"), "lists", &[&number.to_string()], None)
    };
    let lists = |count| (0..count).map(list).collect::<Vec<_>>();
    assert!(check_all(&lists(3), &[]).is_ok());
    assert!(check_all(&lists(4), &[]).is_err());
    let in_response = |mut mapping: ClaimMapping, output| {
        mapping.outputs = BTreeSet::from([output]);
        mapping
    };
    let only = |count: usize, output| -> Vec<_> {
        let all = lists(count).into_iter();
        all.map(|mapping| in_response(mapping, output)).collect()
    };
    assert!(check_all(&only(3, ClaimOutput::Userinfo), &[]).is_ok());
    assert!(check_all(&only(4, ClaimOutput::Introspection), &[]).is_err());
}
