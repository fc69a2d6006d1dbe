//! Modules of the plan for dynamic OpenID providers: signed userinfo (C3).

use doorward_testkit::{Stack, flows_with, jwt};
use serde_json::json;

use super::signed::{assert_lists, discovery, verified};
use crate::registration::{BY_TOKEN, client, registered, web_client};
use crate::support::{sign_in, text, userinfo};

flows_with!(BY_TOKEN; oidcc_userinfo_rs256);

/// Checks that a client which registers `userinfo_signed_response_alg` gets a JWT with `iss` and
/// `aud` (OIDC Core §5.3.2), and other clients still get JSON.
async fn oidcc_userinfo_rs256(stack: &Stack) {
    let metadata = discovery(stack).await;
    assert_lists(
        &metadata,
        "userinfo_signing_alg_values_supported",
        &["RS256"],
    );
    let mut wish = web_client();
    wish["userinfo_signed_response_alg"] = json!("RS256");
    let answer = registered(stack, &wish).await;
    assert_eq!(answer["userinfo_signed_response_alg"], "RS256");
    let app = client(&answer);
    let granted = sign_in(stack, &app, "openid email").await;
    let page = userinfo(stack, &text(&granted, "access_token")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.media_type(), "application/jwt", "{}", page.dump());
    let claims = verified(stack, &page.text(), "RS256").await;
    assert_eq!(claims["iss"], stack.issuer());
    assert_eq!(claims["aud"], json!(app.id));
    let id_token = jwt::claims(&text(&granted, "id_token"));
    assert_eq!(claims["sub"], id_token["sub"]);
    assert!(claims["email"].is_string(), "{claims}");
    assert_eq!(claims.get("nonce"), None, "{claims}");

    let app = client(&registered(stack, &web_client()).await);
    let granted = sign_in(stack, &app, "openid").await;
    let page = userinfo(stack, &text(&granted, "access_token")).await;
    assert_eq!(page.media_type(), "application/json", "{}", page.dump());
    assert_eq!(page.json()["sub"], text(&page.json(), "sub"));
}
