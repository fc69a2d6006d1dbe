//! Stored requests.

use super::*;

/// Returns the error of a stored request under a registration that changed after its first check,
/// or the scope that is left.
fn again(
    request: &AuthorizationRequest,
    change: fn(&mut Client),
    registered: &[ScopeEntry],
) -> Result<Scope, String> {
    let resolved = verdict(&client(), request).expect("the request passes first");
    let stored = within_registration(request.clone(), &client(), resolved);
    let mut client = client();
    change(&mut client);
    let registry = Registry {
        scopes: registered,
        resources: &sample::resources(),
        details: &sample::details(),
        former: &[],
    };
    match recheck(&stored, &client, &registry) {
        Ok(scope) => Ok(scope),
        Err(StaleRequest::RedirectUri(_)) => Err("redirect_uri".to_owned()),
        Err(StaleRequest::Request(error)) => Err(error.code.as_str().to_owned()),
    }
}

fn offline_request() -> AuthorizationRequest {
    AuthorizationRequest {
        scope: scope("openid offline_access tasks:read"),
        ..request()
    }
}

#[rstest]
#[case::unchanged(|_: &mut Client| {}, Ok("openid offline_access tasks:read"))]
#[case::other_uri_added(|c: &mut Client| c.redirect_uris.push("https://b.example/cb".to_owned()),
    Ok("openid offline_access tasks:read"))]
#[case::scope_added(|c: &mut Client| { c.scopes.insert("tasks:delete"); },
    Ok("openid offline_access tasks:read"))]
#[case::uri_removed(|c: &mut Client| c.redirect_uris = strings(&["https://b.example/cb"]), Err("redirect_uri"))]
#[case::every_uri_removed(|c: &mut Client| c.redirect_uris.clear(), Err("redirect_uri"))]
#[case::uri_made_longer(|c: &mut Client| c.redirect_uris = vec![format!("{REDIRECT}/2")], Err("redirect_uri"))]
#[case::scope_removed(|c: &mut Client| { c.scopes.remove("tasks:read"); }, Err("invalid_scope"))]
#[case::every_scope_removed(|c: &mut Client| c.scopes = Scope::default(), Err("invalid_scope"))]
#[case::code_grant_removed(|c: &mut Client| c.grant_types = vec![GrantType::RefreshToken],
    Err("unauthorized_client"))]
#[case::refresh_grant_removed(|c: &mut Client| c.grant_types = vec![GrantType::AuthorizationCode],
    Ok("openid tasks:read"))]
#[case::response_mode_removed(|c: &mut Client| c.response_modes = vec![ResponseMode::FormPost],
    Err("invalid_request"))]
fn registration_is_checked_again(
    #[case] change: fn(&mut Client),
    #[case] expected: Result<&str, &str>,
) {
    let found = again(&offline_request(), change, &sample::scopes());
    assert_eq!(found, expected.map(scope).map_err(str::to_owned));
}

#[test]
fn request_without_challenge_is_checked_again() {
    let stored = AuthorizationRequest {
        code_challenge: None,
        ..request()
    };
    let client = |pkce| Client { pkce, ..client() };
    let check = |client: &Client| with_registry(|registry| recheck(&stored, client, registry));
    assert!(check(&client(PkcePolicy::Optional)).is_ok());
    assert!(matches!(
        check(&client(PkcePolicy::Required)),
        Err(StaleRequest::Request(error)) if error.code == ErrorCode::InvalidRequest
    ));
}

#[test]
fn deleted_scope_is_ignored_again() {
    let mut left = sample::scopes();
    left.retain(|entry| entry.name != "tasks:read");
    let found = again(&offline_request(), |_| {}, &left);
    assert_eq!(found, Ok(scope("openid offline_access")));
    left.retain(|entry| !entry.name.starts_with("tasks:"));
    let found = again(&offline_request(), |_| {}, &left);
    // The audience of the stored request belonged to the deleted scopes.
    assert_eq!(found, Err("invalid_target".to_owned()));
    left = sample::scopes();
    left.retain(|entry| entry.name != "offline_access");
    let found = again(&offline_request(), |_| {}, &left);
    assert_eq!(found, Ok(scope("openid tasks:read")));
}
