//! Metadata of dynamically registered clients (RFC 7591 §2 and §3.2.2).

use doorward_domain::model::{GivenScopes, PkcePolicy};
use doorward_protocol::redirect_uri;
use doorward_protocol::registration::ClientMetadata;
use doorward_protocol::token::GrantType;
use doorward_rules::client_registration::{
    FORBIDDEN_SCOPE, RegistrationPolicy, limit_redirects, resolve,
};

use crate::json;
use crate::target::Target;

pub const TARGET: Target = Target {
    name: "registration",
    run,
    words: &[
        "\"redirect_uris\":[\"https://app.example/cb\"]",
        "\"redirect_uris\":[]",
        "\"javascript:alert(1)\"",
        "\"grant_types\":[\"client_credentials\"]",
        "\"grant_types\":[\"implicit\"]",
        "\"response_types\":[\"code\"]",
        "\"scope\":\"openid admin\"",
        "\"token_endpoint_auth_method\":\"none\"",
        "\"token_endpoint_auth_method\":\"private_key_jwt\"",
        "\"jwks\":{\"keys\":[]}",
        "\"jwks_uri\":\"https://a.example/\"",
        "\"subject_type\":\"pairwise\"",
        "\"application_type\":\"native\"",
        "\"client_name\":\"\u{202e}a\"",
        "\"client_name#de\":\"b\"",
        "\"software_statement\":\"a.b.c\"",
        "\"default_max_age\":-1",
        "null",
        "\\u0000",
        ",",
        "{}",
    ],
};

fn run(input: &[u8]) {
    let request = ClientMetadata::parse(input);
    if json::object(input).is_none() {
        assert!(request.is_err(), "{}", input.escape_ascii());
    }
    let Ok(mut request) = request else { return };
    let policy = RegistrationPolicy {
        redirect_hosts: vec!["*.example".to_owned(), "127.0.0.1".to_owned()],
        redirect_schemes: Vec::new(),
        scopes: ["openid", "email"].into_iter().collect(),
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        pkce: PkcePolicy::Auto,
    };
    if limit_redirects(&mut request, &policy).is_err() {
        return;
    }
    let Ok(resolved) = resolve(&request, &policy, &GivenScopes::default(), &[]) else {
        return;
    };
    for uri in &request.redirect_uris {
        redirect_uri::check_registration(uri, &[])
            .unwrap_or_else(|problem| panic!("{uri}: {problem}"));
    }
    let has_code = resolved.grant_types.contains(&GrantType::AuthorizationCode);
    assert!(!has_code || !request.redirect_uris.is_empty());
    assert!(
        resolved
            .grant_types
            .iter()
            .all(|grant| policy.grant_types.contains(grant))
    );
    assert!(
        resolved.scope.is_subset_of(&policy.scopes) && !resolved.scope.contains(FORBIDDEN_SCOPE)
    );
    assert!(resolved.name.chars().count() <= 100, "{}", resolved.name);
}
