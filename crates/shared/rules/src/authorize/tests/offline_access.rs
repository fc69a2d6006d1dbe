//! Requests for `offline_access` (OIDC Core §11).

use super::*;

/// A client that may not have `offline_access` requests it because the metadata lists it.
#[rstest]
#[case("openid offline_access tasks:read", Ok("openid tasks:read"))]
#[case("offline_access", Ok(""))]
#[case("openid offline_access nonsense", Ok("openid"))]
#[case("openid offline_access bills:read", Err("invalid_scope"))]
fn core_11_offline_access_is_ignored_without_registration(
    #[case] requested: &str,
    #[case] expected: Result<&str, &str>,
) {
    let client = Client {
        scopes: client().scopes.difference(&scope("offline_access")),
        ..client()
    };
    let request = AuthorizationRequest {
        scope: scope(requested),
        ..request()
    };
    let resolved = verdict(&client, &request).map(|resolved| resolved.scope);
    assert_eq!(resolved, expected.map(scope));
}

#[test]
fn core_11_offline_access_requires_refresh_grant() {
    let request = AuthorizationRequest {
        scope: scope("openid offline_access tasks:read"),
        ..request()
    };
    let resolved = verdict(&client(), &request).unwrap();
    assert!(resolved.scope.contains("offline_access"));
    let no_refresh = Client {
        grant_types: vec![GrantType::AuthorizationCode],
        ..client()
    };
    let resolved = verdict(&no_refresh, &request).unwrap();
    assert_eq!(
        resolved.scope,
        scope("openid tasks:read"),
        "ignored (OIDC Core §11)"
    );
}
