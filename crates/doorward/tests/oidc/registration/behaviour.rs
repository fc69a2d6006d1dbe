//! What a registration says of itself is what happens.

use doorward_testkit::{Authorization, Stack, UserAgent, both_backends_with, jwt};
use serde_json::json;

use super::{BY_TOKEN, client, registered, wish};
use crate::support::{assert_oauth_error, text, tokens};
use crate::support_dpop::{Prover, redeem, refresh};

both_backends_with!(
    BY_TOKEN;
    rfc_9449_5_2_an_app_that_binds_its_tokens_gets_no_others,
    oidc_registration_2_default_acr_values_are_kept_and_told,
);

async fn rfc_9449_5_2_an_app_that_binds_its_tokens_gets_no_others(stack: &Stack) {
    let prover = Prover::new();
    for method in ["none", "client_secret_basic"] {
        let mut bound = wish();
        bound["dpop_bound_access_tokens"] = json!(true);
        bound["token_endpoint_auth_method"] = json!(method);
        let answer = registered(stack, &bound).await;
        assert_eq!(answer["dpop_bound_access_tokens"], true);
        let app = client(&answer);
        let request = Authorization::new(stack.issuer(), &app);
        let request = request.with("scope", "openid offline_access");
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        let page = redeem(stack, &app, &code, &[]).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
        let json = tokens(&redeem(stack, &app, &code, &[&prover.for_token(stack)]).await);
        assert_eq!(json["token_type"], "DPoP");
        let access = jwt::claims(&text(&json, "access_token"));
        assert_eq!(access["cnf"]["jkt"], prover.jkt());
        let spent = text(&json, "refresh_token");
        let page = refresh(stack, &app, &spent, &[]).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
        tokens(&refresh(stack, &app, &spent, &[&prover.for_token(stack)]).await);
    }
    // Who does not say so is asked for nothing, and told nothing.
    let answer = registered(stack, &wish()).await;
    assert_eq!(answer.get("dpop_bound_access_tokens"), None);
    let app = client(&answer);
    let request = Authorization::new(stack.issuer(), &app);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    assert_eq!(
        tokens(&redeem(stack, &app, &code, &[]).await)["token_type"],
        "Bearer"
    );
}

/// What they cause is shown where people have a second factor.
async fn oidc_registration_2_default_acr_values_are_kept_and_told(stack: &Stack) {
    let mut strong = wish();
    strong["default_acr_values"] = json!(["aal2", "urn:example:unknown"]);
    let answer = registered(stack, &strong).await;
    assert_eq!(answer["default_acr_values"], strong["default_acr_values"]);
    let db = stack.db().await;
    let id = doorward_domain::model::ClientId::parse(&text(&answer, "client_id")).unwrap();
    let found = doorward_store::repo::clients::find(db.read(), &id).await;
    db.close().await.unwrap();
    let kept = found.unwrap().unwrap().default_acr_values;
    assert_eq!(kept, ["aal2", "urn:example:unknown"]);
    // They are a wish (OIDC Core §3.1.2.1): who cannot prove more gets in.
    let app = client(&answer);
    let request = Authorization::new(stack.issuer(), &app);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let json = tokens(&stack.exchange(&app, &code).await);
    assert_eq!(jwt::claims(&text(&json, "id_token"))["acr"], "aal1");
    assert_eq!(
        registered(stack, &wish()).await.get("default_acr_values"),
        None
    );
}
