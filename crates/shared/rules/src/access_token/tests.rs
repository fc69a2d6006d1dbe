use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::assurance::{AAL1, AAL2};
use doorward_domain::model::sample::{
    self, BILLS, ISSUER, NOW, TASKS, claims, client, grant, scope, strings, user,
};

mod api_key;
mod complete;
mod exchange;
mod id_token;

const ISSUANCE: Issuance<'static> = Issuance {
    issuer: ISSUER,
    now: NOW,
    ttl: 300,
    staff_roles: &[],
    scopes: &[],
    former: &[],
    asked: AskedClaims::FORMER,
};

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// Returns the roles of a manager of tasks who also reads bills.
fn held() -> EffectiveRoles {
    let set = |names: &[&str]| strings(names).into_iter().collect::<BTreeSet<_>>();
    EffectiveRoles {
        roles: set(&["manager", "accountant"]),
        permissions: [
            (
                TASKS.to_owned(),
                set(&["tasks:read", "tasks:write", "tasks:read_all"]),
            ),
            (BILLS.to_owned(), set(&["bills:read"])),
        ]
        .into_iter()
        .collect(),
        audiences: [("manager", TASKS), ("accountant", BILLS)]
            .map(|(role, at)| (role.to_owned(), set(&[at])))
            .into(),
        groups: set(&["/engineering"]),
        managed_groups: set(&["/sales"]),
        ..EffectiveRoles::default()
    }
}

fn with_scopes(scopes: &[ScopeEntry]) -> Issuance<'_> {
    Issuance { scopes, ..ISSUANCE }
}

fn user_token(resources: &[&str]) -> AccessTokenClaims {
    let scope = scope("openid tasks:read");
    for_user(
        &ISSUANCE,
        &grant(),
        &user(),
        &scope,
        &strings(resources),
        &held(),
        "jti".to_owned(),
    )
}

// --- jti -------------------------------------------------------------------------------------

#[test]
fn jti_contains_grant_and_is_unique() {
    let mut rng = rng(1);
    let grant = grant().id;
    let first = token_id(Some(grant), &mut rng);
    let second = token_id(Some(grant), &mut rng);
    assert_ne!(first, second);
    assert_eq!(
        (grant_of(&first), grant_of(&second)),
        (Some(grant), Some(grant))
    );
    assert_eq!(first.len(), 32 + 1 + 22, "128 random bits");
}

#[test]
fn client_credentials_jti_contains_no_grant() {
    let jti = token_id(None, &mut rng(1));
    assert_eq!((jti.len(), grant_of(&jti)), (22, None));
}

#[rstest]
#[case("")]
#[case(".")]
#[case("61616161616161616161616161616161")]
#[case("6161616161616161616161616161616.x")]
#[case("61616161-6161-6161-6161-616161616161.x")]
#[case("{61616161616161616161616161616161}.x")]
#[case("urn:uuid:61616161-6161-6161-6161-616161616161.x")]
#[case("zz616161616161616161616161616161.x")]
#[case("é616161616161616161616161616161.x")]
fn foreign_jti_contains_no_grant(#[case] jti: &str) {
    assert_eq!(grant_of(jti), None);
}

proptest! {
    #[test]
    fn every_grant_round_trips(bytes: [u8; 16], seed: u64) {
        let grant = GrantId::from_uuid(Uuid::from_bytes(bytes));
        prop_assert_eq!(grant_of(&token_id(Some(grant), &mut rng(seed))), Some(grant));
        prop_assert_eq!(grant_of(&token_id(None, &mut rng(seed))), None);
    }
}

// --- access tokens ---------------------------------------------------------------------------

/// RFC 9068 §2.2, in its wire format.
#[test]
fn rfc_9068_2_2_user_token_has_required_claims() {
    let token = serde_json::to_value(user_token(&[TASKS])).unwrap();
    let expected = json!({
        "iss": ISSUER,
        "sub": sample::alice().to_string(),
        "aud": TASKS,
        "client_id": "web",
        "exp": NOW + 300,
        "iat": NOW,
        "jti": "jti",
        "scope": "openid tasks:read",
        "auth_time": NOW - 60,
        "acr": AAL1,
        "amr": ["pwd"],
        "sid": sample::session().id.to_string(),
        "roles": ["manager"],
        "groups": ["/engineering"],
        "entitlements": ["tasks:read", "tasks:read_all", "tasks:write"],
        "managed_groups": ["/sales"],
        "email_verified": true,
    });
    assert_eq!(token, expected);
}

#[test]
fn user_names_are_only_in_account_api_tokens() {
    let token = |origin| {
        let grant = Grant { origin, ..grant() };
        let scope = scope("openid profile email");
        for_user(
            &ISSUANCE,
            &grant,
            &user(),
            &scope,
            &strings(&[TASKS]),
            &held(),
            String::new(),
        )
    };
    let named = token(GrantOrigin::AccountApi);
    assert_eq!(named.username, Some(user().username));
    assert_eq!(named.email, Some(user().email));
    assert_eq!(named.is_staff, Some(user().is_staff));
    let plain = token(GrantOrigin::Authorization);
    assert_eq!(
        (plain.username, plain.email, plain.is_staff),
        (None, None, None)
    );
}

#[test]
fn token_names_organization_of_grant() {
    let grant = Grant {
        org: Some("acme".to_owned()),
        ..grant()
    };
    let token = for_user(
        &ISSUANCE,
        &grant,
        &user(),
        &scope("openid"),
        &[],
        &held(),
        String::new(),
    );
    assert_eq!(token.org.as_deref(), Some("acme"));
    // Neither role applies at the issuer itself.
    assert_eq!((token.roles, token.entitlements), (Vec::new(), Vec::new()));
}

#[rstest]
#[case::issuer_without_resource(&[], json!(ISSUER))]
#[case::one_as_text(&[TASKS], json!(TASKS))]
#[case::several_as_list(&[TASKS, BILLS], json!([TASKS, BILLS]))]
fn audience_shapes(#[case] resources: &[&str], #[case] expected: Value) {
    assert_eq!(
        serde_json::to_value(user_token(resources).aud).unwrap(),
        expected
    );
}

#[rstest]
#[case(&[], &[])]
#[case(&["https://unknown.example"], &[])]
#[case(&[BILLS], &["bills:read"])]
#[case(&[TASKS], &["tasks:read", "tasks:read_all", "tasks:write"])]
#[case(&[TASKS, BILLS], &["bills:read", "tasks:read", "tasks:read_all", "tasks:write"])]
fn entitlements_are_limited_to_audience(#[case] resources: &[&str], #[case] expected: &[&str]) {
    assert_eq!(user_token(resources).entitlements, strings(expected));
}

#[test]
fn client_credentials_token_has_no_user_claims() {
    let scopes = sample::scopes();
    let own = for_client(
        &with_scopes(&scopes),
        &client(),
        None,
        &scope("tasks:write"),
        &strings(&[TASKS]),
        &EffectiveRoles::default(),
        "jti".to_owned(),
    );
    let expected = json!({
        "iss": ISSUER,
        "sub": "web",
        "aud": TASKS,
        "client_id": "web",
        "exp": NOW + 300,
        "iat": NOW,
        "jti": "jti",
        "scope": "tasks:write",
        "entitlements": ["tasks:write"],
    });
    assert_eq!(serde_json::to_value(own).unwrap(), expected);
}

#[test]
fn client_entitlements_combine_roles_and_scopes() {
    let resources = strings(&[TASKS]);
    let scope = scope("tasks:delete plain bills:read profile");
    let mut scopes = sample::scopes();
    scopes.push(sample::scope_entry("plain", Some(TASKS)));
    let own = for_client(
        &with_scopes(&scopes),
        &client(),
        Some("acme"),
        &scope,
        &resources,
        &held(),
        String::new(),
    );
    let expected = [
        "plain",
        "tasks:delete",
        "tasks:read",
        "tasks:read_all",
        "tasks:write",
    ];
    assert_eq!(own.org.as_deref(), Some("acme"));
    assert_eq!(
        own.entitlements,
        strings(&expected),
        "scopes of this audience, whatever their form"
    );
}

#[test]
fn staff_role_makes_staff_outside_of_organizations() {
    let staff_roles = strings(&["admin", "clerk"]);
    let issuance = Issuance {
        staff_roles: &staff_roles,
        ..ISSUANCE
    };
    let admin = EffectiveRoles {
        roles: strings(&["admin"]).into_iter().collect(),
        ..EffectiveRoles::default()
    };
    let is_staff = |held: &EffectiveRoles, org: Option<&str>| {
        let grant = Grant {
            origin: GrantOrigin::AccountApi,
            org: org.map(str::to_owned),
            ..grant()
        };
        let (user, scope) = (user(), scope("openid"));
        for_user(
            &issuance,
            &grant,
            &user,
            &scope,
            &[],
            held,
            "jti".to_owned(),
        )
        .is_staff
    };
    assert_eq!(is_staff(&held(), None), Some(false));
    assert_eq!(is_staff(&admin, None), Some(true));
    assert_eq!(is_staff(&admin, Some("acme")), Some(false));
}

#[test]
fn account_without_user_name_has_no_username_claim() {
    let user = User {
        username: String::new(),
        username_key: String::new(),
        ..user()
    };
    let grant = Grant {
        origin: GrantOrigin::AccountApi,
        ..grant()
    };
    let (scope, jti) = (scope("openid"), "jti".to_owned());
    let claims = for_user(&ISSUANCE, &grant, &user, &scope, &[], &held(), jti);
    assert_eq!(claims.username, None);
    assert_eq!(claims.email.as_deref(), Some(user.email.as_str()));
}

#[test]
fn scope_roles_puts_every_role_into_access_token() {
    let resources = strings(&[TASKS]);
    let token = |names: &str| {
        let (grant, user, held) = (grant(), user(), held());
        let jti = "jti".to_owned();
        for_user(
            &ISSUANCE,
            &grant,
            &user,
            &scope(names),
            &resources,
            &held,
            jti,
        )
    };
    assert_eq!(token("openid tasks:read").roles, ["manager"]);
    let wide = token("openid tasks:read roles");
    assert_eq!(wide.roles, ["accountant", "manager"]);
    assert_eq!(wide.groups, ["/engineering"]);
    // Entitlements remain those of the audience.
    assert!(!wide.entitlements.contains(&"bills:read".to_owned()));
}

#[test]
fn resource_that_asks_for_roles_gets_every_role() {
    let (grant, user, held, scope) = (grant(), user(), held(), scope("openid tasks:read"));
    for (asked, resources, expected) in [
        ("", &[TASKS][..], &["manager"][..]),
        ("groups email_verified", &[TASKS], &["manager"]),
        ("roles", &[TASKS], &["accountant", "manager"]),
        ("roles", &[ISSUER, TASKS], &["accountant", "manager"]),
        // Every client can get a token for this server alone.
        ("roles", &[ISSUER], &[]),
        ("roles", &[], &[]),
    ] {
        let issuance = Issuance {
            asked: AskedClaims::parse(asked).unwrap(),
            ..ISSUANCE
        };
        let (resources, jti) = (strings(resources), String::new());
        let token = for_user(&issuance, &grant, &user, &scope, &resources, &held, jti);
        assert_eq!(token.roles, strings(expected), "{asked:?} {resources:?}");
        // Entitlements remain those of the audience.
        assert!(!token.entitlements.contains(&"bills:read".to_owned()));
    }
}

/// Returns the claims about the user that a token contains.
fn claims_about_user(token: &AccessTokenClaims) -> Vec<&'static str> {
    let has = [
        ("roles", !token.roles.is_empty()),
        ("groups", !token.groups.is_empty()),
        ("managed_groups", !token.managed_groups.is_empty()),
        ("entitlements", !token.entitlements.is_empty()),
        ("email_verified", token.email_verified.is_some()),
        ("username", token.username.is_some()),
        ("email", token.email.is_some()),
        ("is_staff", token.is_staff.is_some()),
    ];
    let has = has.into_iter().filter(|(_, is_present)| *is_present);
    has.map(|(name, _)| name).collect()
}

/// Claims that registered resources decide by, the last three of them only if they ask for them.
const DECIDED: [&str; 5] = [
    "roles",
    "entitlements",
    "groups",
    "managed_groups",
    "email_verified",
];
/// Claims that clients of the operator read as well.
const NAMED: [&str; 3] = ["username", "email", "is_staff"];

/// Scope × client kind × audience × what the resource asks for × claim: a token for this server, which any
/// client can get and read, contains nothing that its scope does not allow.
#[rstest]
#[case::nothing("openid", &[])]
#[case::offline("openid offline_access", &[])]
#[case::profile("openid profile", &[])]
#[case::email("openid email", &["email_verified"])]
#[case::groups("openid groups", &["groups", "managed_groups"])]
#[case::roles("openid roles", &["roles"])]
#[case::own_scope("openid admin", &["roles", "entitlements"])]
#[case::foreign_scope("openid tasks:read", &[])]
#[case::all("openid email groups roles admin", &DECIDED)]
fn claims_about_user_need_scope_or_resource(#[case] names: &str, #[case] at_issuer: &[&str]) {
    let mut scopes = sample::scopes();
    scopes.push(sample::scope_entry("admin", Some(ISSUER)));
    let mut held = held();
    held.add(
        "clerk".to_owned(),
        Some(("users:read".to_owned(), ISSUER.to_owned())),
    );
    // A role without permissions means something everywhere, but not to every client.
    held.roles.insert("label".to_owned());
    let (scope, client) = (scope(names), client());
    let sorted = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<_>>();
    let asked = [(false, false), (true, false), (false, true), (true, true)];
    let asked = asked.map(|(groups, email_verified)| AskedClaims {
        groups,
        email_verified,
        ..AskedClaims::default()
    });
    let audiences = [&[][..], &[ISSUER], &[TASKS], &[ISSUER, TASKS]];
    for (resources, asked) in audiences
        .into_iter()
        .flat_map(|at| asked.map(|asked| (at, asked)))
    {
        let issuance = Issuance {
            asked,
            ..with_scopes(&scopes)
        };
        let resources = strings(resources);
        let mut at_resource: BTreeSet<_> = at_issuer.iter().copied().collect();
        at_resource.extend(["roles", "entitlements"]);
        at_resource.extend(["groups", "managed_groups"].iter().filter(|_| asked.groups));
        at_resource.extend(["email_verified"].iter().filter(|_| asked.email_verified));
        let is_resource = resources.iter().any(|resource| resource == TASKS);
        for origin in [
            GrantOrigin::Authorization,
            GrantOrigin::Assertion,
            GrantOrigin::AccountApi,
        ] {
            let grant = Grant { origin, ..grant() };
            let (user, jti) = (user(), String::new());
            let token = for_user(&issuance, &grant, &user, &scope, &resources, &held, jti);
            let mut expected = if origin == GrantOrigin::AccountApi {
                sorted(&DECIDED)
            } else if is_resource {
                at_resource.clone()
            } else {
                at_issuer.iter().copied().collect()
            };
            if origin == GrantOrigin::AccountApi {
                expected.extend(NAMED);
            }
            let case = format!("{names} {resources:?} {asked:?} {origin:?}");
            assert_eq!(sorted(&claims_about_user(&token)), expected, "{case}");
            // A token for a resource does not reveal the user's rights at this server.
            let may_read = scope.contains("admin") || origin == GrantOrigin::AccountApi;
            let of_server = token.entitlements.contains(&"users:read".to_owned());
            assert!(may_read || !of_server, "{case}");
            let exchange = Exchange {
                client: &client,
                subject: &token,
                user: Some(&user),
                scope: &scope,
                resources: &resources,
                details: &AuthorizationDetails::default(),
                roles: &held,
                act: None,
                until: token.exp,
            };
            let exchanged = for_exchange(&issuance, &exchange, String::new());
            let expected = if is_resource {
                at_resource.clone()
            } else {
                at_issuer.iter().copied().collect()
            };
            assert_eq!(sorted(&claims_about_user(&exchanged)), expected, "{case}");
        }
    }
}
