//! ID tokens.

use super::*;

fn id_token_of(grant: &Grant) -> Value {
    id_token_for(&client(), grant)
}

fn id_token_for(client: &Client, grant: &Grant) -> Value {
    let (user, roles) = (user(), held());
    let described = Described {
        user: &user,
        roles: &roles,
        nonce: grant.nonce.as_deref(),
    };
    serde_json::to_value(id_token(
        &ISSUANCE,
        client,
        grant,
        &grant.scope,
        described,
        "access-token",
    ))
    .unwrap()
}

/// Returns a client that may request everything about a user.
fn curious() -> Client {
    Client {
        scopes: scope("openid profile email address phone groups roles"),
        ..client()
    }
}

fn wide() -> Grant {
    Grant {
        scope: scope("openid profile email address phone groups roles"),
        ..grant()
    }
}

#[test]
fn id_token_has_required_claims() {
    let expected = json!({
        "iss": ISSUER,
        "sub": sample::alice().to_string(),
        "aud": "web",
        "azp": "web",
        "exp": NOW + 300,
        "iat": NOW,
        "auth_time": NOW - 60,
        "nonce": "nonce",
        "acr": AAL1,
        "amr": ["pwd"],
        "at_hash": at_hash(SigningAlg::Rs256, "access-token"),
        "sid": sample::session().id.to_string(),
    });
    let bare = Client {
        claims_in_id_token: false,
        ..client()
    };
    assert_eq!(id_token_for(&bare, &grant()), expected);
}

#[test]
fn id_token_without_nonce_omits_claim() {
    let token = id_token_of(&Grant {
        nonce: None,
        ..grant()
    });
    assert_eq!(token.get("nonce"), None);
}

#[test]
fn id_token_carries_claims_of_granted_scopes() {
    let token = id_token_for(&curious(), &wide());
    assert_eq!(token["preferred_username"], "Alice");
    assert_eq!(token["email"], "Alice@example.com");
    assert_eq!(token["email_verified"], user().email_verified);
    assert_eq!(token["groups"], json!(["/engineering"]));
    assert_eq!(token["roles"], json!(["accountant", "manager"]));
    // Only userinfo returns postal address and telephone number.
    for absent in ["address", "phone_number"] {
        assert_eq!(token.get(absent), None, "{absent}");
    }
}

#[rstest]
#[case("openid", &[])]
#[case("openid email", &["email", "email_verified"])]
#[case("openid groups", &["groups"])]
#[case("openid roles", &["roles"])]
fn id_token_has_only_claims_of_granted_scopes(#[case] granted: &str, #[case] names: &[&str]) {
    let grant = Grant {
        scope: scope(granted),
        ..grant()
    };
    let token = id_token_for(&curious(), &grant);
    let all = [
        "name",
        "preferred_username",
        "email",
        "email_verified",
        "groups",
        "roles",
    ];
    let found: Vec<_> = all
        .into_iter()
        .filter(|name| token.get(*name).is_some())
        .collect();
    assert_eq!(found, names);
}

#[test]
fn scope_removed_from_client_releases_no_claims() {
    let client = Client {
        scopes: scope("openid"),
        ..curious()
    };
    let claims = claims(r#"{"id_token":{"groups":null,"email":null}}"#);
    let token = id_token_for(&client, &Grant { claims, ..wide() });
    for absent in ["email", "preferred_username", "groups", "roles"] {
        assert_eq!(token.get(absent), None, "{absent}");
    }
}

/// OIDC Core §5.5: an individually requested claim is present, whatever the client's setting for
/// scopes.
#[test]
fn client_can_choose_userinfo_alone() {
    let bare = Client {
        claims_in_id_token: false,
        ..curious()
    };
    assert_eq!(id_token_for(&bare, &wide()).get("email"), None);
    let claims = claims(
        r#"{"id_token":{"email":null,"groups":null},"userinfo":{"name":null,"roles":null}}"#,
    );
    let token = id_token_for(&bare, &Grant { claims, ..grant() });
    assert_eq!(token["email"], "Alice@example.com");
    assert_eq!(token["groups"], json!(["/engineering"]));
    for absent in ["email_verified", "name", "roles"] {
        assert_eq!(token.get(absent), None, "{absent}");
    }
}

/// Requested claims never duplicate or overwrite protocol claims.
#[test]
fn requested_claims_never_override_protocol_claims() {
    let json = r#"{"id_token":{"sub":{"value":"eve"},"iss":{"value":"x"},"aud":null,"exp":null,
        "acr":{"value":"aal9"},"amr":null,"auth_time":{"essential":true},"azp":null,"sid":null}}"#;
    assert_eq!(
        id_token_of(&Grant {
            claims: claims(json),
            ..grant()
        }),
        id_token_of(&grant())
    );
}

/// OIDC Core §5.5.1.1: with an essential `acr`, the returned one is one of those requested.
#[rstest]
#[case::not_requested("{}", AAL2)]
#[case::voluntary(r#"{"id_token":{"acr":{"value":"aal1"}}}"#, AAL2)]
#[case::essential(r#"{"id_token":{"acr":{"essential":true,"value":"aal1"}}}"#, AAL1)]
#[case::both(
    r#"{"id_token":{"acr":{"essential":true,"values":["aal1","aal2"]}}}"#,
    AAL2
)]
fn stated_acr_is_essential_value(#[case] json: &str, #[case] expected: &str) {
    let mut grant = Grant {
        claims: claims(json),
        ..grant()
    };
    AAL2.clone_into(&mut grant.authentication.acr);
    assert_eq!(id_token_of(&grant)["acr"], expected);
}

/// The example of OIDC Core appendix A.3.
#[test]
fn core_3_1_3_6_at_hash_of_specification() {
    let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    for alg in [SigningAlg::Rs256, SigningAlg::Ps256, SigningAlg::Es256] {
        assert_eq!(at_hash(alg, token), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}

/// Ed25519 hashes with SHA-512 (RFC 8032 §5.1), so `at_hash` is the left half of that.
#[test]
fn core_3_1_3_6_at_hash_follows_algorithm_of_id_token() {
    let client = Client {
        id_token_signed_response_alg: SigningAlg::EdDsa,
        ..client()
    };
    let found = id_token_for(&client, &grant())["at_hash"].clone();
    let found = found.as_str().unwrap().to_owned();
    assert_eq!(found, at_hash(SigningAlg::EdDsa, "access-token"));
    // 32 bytes in base64url.
    assert_eq!(found.len(), 43);
}
