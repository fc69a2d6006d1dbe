//! Tests of token contents: RFC 9068 for access tokens, OIDC Core §2 for ID tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_testkit::{Authorization, Stack, UserAgent, flows, jwt};

use crate::support::{EVERYTHING, sign_in, text, tokens};

flows!(
    rfc_9068_2_1_access_token_of_user,
    core_2_id_token,
    rfc_9068_2_2_two_tokens_never_share_identifier,
);

async fn rfc_9068_2_1_access_token_of_user(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, EVERYTHING).await;
    let token = text(&json, "access_token");
    let header = jwt::header(&token);
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["typ"], "at+jwt");
    assert!(header["kid"].is_string());
    for dangerous in ["jku", "x5u", "jwk", "crit"] {
        assert!(header.get(dangerous).is_none(), "{header}");
    }
    let claims = jwt::claims(&token);
    assert_eq!(claims["iss"], stack.issuer());
    assert_eq!(claims["aud"], stack.seed.audience.as_str());
    assert_eq!(claims["client_id"], stack.seed.trusted.id.as_str());
    assert_eq!(claims["scope"], EVERYTHING);
    let [iat, exp] = ["iat", "exp"].map(|name| claims[name].as_i64().expect("a number"));
    assert_eq!(exp - iat, 300);
    assert_eq!(json["expires_in"], 300);
    assert_eq!(claims["auth_time"].as_i64(), Some(iat));
    for name in ["sub", "jti", "acr", "sid"] {
        assert!(claims[name].is_string(), "{name}: {claims}");
    }
    assert_eq!(claims["roles"], serde_json::json!(["developer"]));
    let mut entitlements: Vec<&str> = claims["entitlements"]
        .as_array()
        .expect("entitlements")
        .iter()
        .filter_map(|value| value.as_str())
        .collect();
    entitlements.sort_unstable();
    assert_eq!(entitlements, ["tasks:delete", "tasks:read", "tasks:write"]);
    // The access token has no user claims that the API has not requested.
    for private in ["email", "name", "phone_number", "preferred_username"] {
        assert!(claims.get(private).is_none(), "{private}: {claims}");
    }
}

async fn core_2_id_token(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, "openid email").await;
    let token = text(&json, "id_token");
    let header = jwt::header(&token);
    assert_eq!(header["alg"], "RS256");
    assert_ne!(header["typ"], "at+jwt");
    let claims = jwt::claims(&token);
    assert_eq!(claims["iss"], stack.issuer());
    let client = stack.seed.trusted.id.as_str();
    assert!(
        claims["aud"] == client || claims["aud"] == serde_json::json!([client]),
        "{claims}"
    );
    assert_eq!(claims["azp"], client);
    assert_eq!(claims["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(claims["acr"], "aal1");
    assert_eq!(claims["amr"], serde_json::json!(["pwd"]));
    assert!(
        claims["sid"].is_string() && claims["auth_time"].is_i64(),
        "{claims}"
    );
    // The left half of SHA-256 of the access token (OIDC Core §3.1.3.6).
    assert_eq!(
        claims["at_hash"],
        URL_SAFE_NO_PAD.encode(half(&text(&json, "access_token")))
    );
    // Without a nonce in the request, the token has none.
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted).is_disabled("nonce");
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let json = tokens(&stack.exchange(&stack.seed.trusted, &code).await);
    assert!(jwt::claims(&text(&json, "id_token")).get("nonce").is_none());
}

async fn rfc_9068_2_2_two_tokens_never_share_identifier(stack: &Stack) {
    let fields = [("grant_type", "client_credentials")];
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..50 {
        let json = tokens(&stack.token(&stack.seed.service, &fields).await);
        seen.insert(text(&jwt::claims(&text(&json, "access_token")), "jti"));
    }
    assert_eq!(seen.len(), 50);
}

/// Returns the left half of the SHA-256 of a token.
fn half(token: &str) -> Vec<u8> {
    openssl::sha::sha256(token.as_bytes())[..16].to_vec()
}
