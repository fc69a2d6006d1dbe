//! Exchanged tokens.

use super::*;

fn exchanged(subject: &AccessTokenClaims, user: Option<&User>, until: i64) -> AccessTokenClaims {
    let gateway = Client {
        id: sample::client_id("gateway"),
        ..client()
    };
    let act = Actor {
        sub: "gateway".to_owned(),
        act: None,
    };
    let (scope, resources, roles) = (scope("tasks:read"), strings(&[TASKS]), held());
    let to = Exchange {
        client: &gateway,
        subject,
        user,
        scope: &scope,
        resources: &resources,
        details: &AuthorizationDetails::default(),
        roles: &roles,
        act: Some(&act),
        until,
    };
    for_exchange(&ISSUANCE, &to, "other".to_owned())
}

/// RFC 8693 §4.1, in its wire format.
#[test]
fn exchanged_token_names_actor_without_authentication() {
    let subject = AccessTokenClaims {
        org: Some("acme".to_owned()),
        username: Some("Alice".to_owned()),
        email: Some("Alice@example.com".to_owned()),
        is_staff: Some(true),
        exp: NOW + 120,
        ..user_token(&[TASKS, BILLS])
    };
    let token = serde_json::to_value(exchanged(&subject, Some(&user()), subject.exp)).unwrap();
    let expected = json!({
        "iss": ISSUER,
        "sub": sample::alice().to_string(),
        "aud": TASKS,
        "client_id": "gateway",
        "exp": NOW + 120,
        "iat": NOW,
        "jti": "other",
        "scope": "tasks:read",
        "auth_time": NOW - 60,
        "acr": AAL1,
        "amr": ["pwd"],
        "sid": sample::session().id.to_string(),
        "roles": ["manager"],
        "groups": ["/engineering"],
        "entitlements": ["tasks:read", "tasks:read_all", "tasks:write"],
        "managed_groups": ["/sales"],
        "org": "acme",
        "email_verified": true,
        "act": { "sub": "gateway" },
    });
    assert_eq!(token, expected);
}

#[rstest]
#[case::sooner(NOW + 1, NOW + 1)]
#[case::as_long_as_any(NOW + 300, NOW + 300)]
#[case::never_longer_than_any(NOW + 3000, NOW + 300)]
fn exchanged_token_expires_no_later_than_subject_token(#[case] until: i64, #[case] expected: i64) {
    let subject = user_token(&[TASKS]);
    assert_eq!(exchanged(&subject, Some(&user()), until).exp, expected);
}

/// An exchange never adds permissions, whatever the subject has.
#[test]
fn exchange_gains_no_power() {
    let names = [
        "tasks:read",
        "tasks:write",
        "tasks:read_all",
        "tasks:delete",
    ];
    for number in 0..16_u32 {
        let own = names.iter().enumerate();
        let own = own.filter(|(bit, _)| number & (1 << bit) != 0);
        let own: BTreeSet<String> = own.map(|(_, name)| (*name).to_owned()).collect();
        let mut held = held();
        held.permissions.insert(TASKS.to_owned(), own.clone());
        let (resources, scope) = (strings(&[TASKS, BILLS]), scope("tasks:read"));
        let jti = String::new();
        let before = for_user(&ISSUANCE, &grant(), &user(), &scope, &resources, &held, jti);
        let (client, user, resources) = (client(), user(), strings(&[TASKS]));
        let to = Exchange {
            client: &client,
            subject: &before,
            user: Some(&user),
            scope: &scope,
            resources: &resources,
            details: &AuthorizationDetails::default(),
            roles: &held,
            act: None,
            until: before.exp,
        };
        let after = for_exchange(&ISSUANCE, &to, String::new());
        let within = |less: &[String], more: &[String]| less.iter().all(|less| more.contains(less));
        assert!(within(&after.entitlements, &before.entitlements));
        assert!(within(&after.roles, &before.roles));
        assert_eq!(after.entitlements.len(), own.len());
    }
}
