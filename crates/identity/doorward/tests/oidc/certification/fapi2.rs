//! Modules of the plans for FAPI 2.0: the algorithms of ID tokens and authorization responses (C5),
//! and refresh tokens. A client in these tests has its keys and `profile`, and no other setting.

use doorward_access::clock::Clock as _;
use doorward_domain::model::SecurityProfile;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::fapi_client::FapiClient;
use super::signed::{assert_lists, discovery, verified};
use crate::support::{assert_oauth_error, text, tokens};

flows!(
    fapi2_security_profile_final_happy_flow,
    fapi2_security_profile_final_happy_flow_with_jarm,
    fapi2_security_profile_final_refresh_token,
);

/// The algorithms that the profile allows (FAPI 2.0 SP §5.4.1).
const ALGS: [SigningAlg; 3] = [SigningAlg::Ps256, SigningAlg::Es256, SigningAlg::EdDsa];

async fn fapi2_security_profile_final_happy_flow(stack: &Stack) {
    let metadata = discovery(stack).await;
    for name in [
        "id_token_signing_alg_values_supported",
        "userinfo_signing_alg_values_supported",
        "authorization_signing_alg_values_supported",
        "request_object_signing_alg_values_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "dpop_signing_alg_values_supported",
    ] {
        assert_lists(&metadata, name, &ALGS.map(SigningAlg::as_str));
    }
    let app = FapiClient::new(stack, SecurityProfile::Fapi2).await;
    for alg in ALGS {
        stack
            .change_client(&app.client.id, |client| {
                client.id_token_signed_response_alg = alg;
            })
            .await;
        let pushed = app.push(&app.request().pairs()).await;
        let answer = app.complete(&pushed).await.expect_client();
        assert_eq!(answer["iss"], stack.issuer());
        let granted = tokens(&app.redeem(&answer["code"], true).await);
        assert_eq!(granted["token_type"], "DPoP");
        let id_token = text(&granted, "id_token");
        let claims = verified(stack, &id_token, alg.as_str()).await;
        assert_eq!(claims["iss"], stack.issuer());
        assert_eq!(claims["aud"], app.client.id.as_str());
        assert_eq!(claims["nonce"], "n-0S6_WzA2Mj");
        let page = app.userinfo(&text(&granted, "access_token")).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert_eq!(page.json()["sub"], claims["sub"]);
    }
}

/// Signs the request, and receives the code in a signed response, with each algorithm (JARM §2.3).
async fn fapi2_security_profile_final_happy_flow_with_jarm(stack: &Stack) {
    let app = FapiClient::new(stack, SecurityProfile::Fapi2MessageSigning).await;
    for alg in ALGS {
        stack
            .change_client(&app.client.id, |client| {
                client.authorization_signed_response_alg = Some(alg);
            })
            .await;
        let mut claims = app.claims();
        claims["response_mode"] = json!("jwt");
        let pushed = app.push_object(&app.key.sign(None, &claims)).await;
        let answer = app.complete(&pushed).await.expect_client();
        let names: Vec<_> = answer.keys().map(String::as_str).collect();
        assert_eq!(names, ["response"]);
        let response = verified(stack, &answer["response"], alg.as_str()).await;
        assert_eq!(response["iss"], stack.issuer());
        assert_eq!(response["aud"], app.client.id.as_str());
        let ttl = response["exp"].as_i64().unwrap() - stack.clock.now();
        assert!((1..=600).contains(&ttl), "{ttl}");
        tokens(&app.redeem(&text(&response, "code"), true).await);
    }
}

/// Checks that refresh tokens are not rotated (§5.3.2.1 (9)), and that a new DPoP key is accepted
/// with the client's assertion.
async fn fapi2_security_profile_final_refresh_token(stack: &Stack) {
    let mut app = FapiClient::new(stack, SecurityProfile::Fapi2).await;
    let request = app.request().with("scope", "openid offline_access");
    let pushed = app.push(&request.pairs()).await;
    let code = app.complete(&pushed).await.code();
    let granted = tokens(&app.redeem(&code, true).await);
    let refresh_token = text(&granted, "refresh_token");
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.as_str()),
    ];
    let mut access = vec![text(&granted, "access_token")];
    for pause in [0, 31, 86_400] {
        stack.clock.advance(pause);
        app.change_proof_key();
        assert_oauth_error(&app.token(&fields, false).await, 400, "invalid_dpop_proof");
        let refreshed = tokens(&app.token(&fields, true).await);
        assert_eq!(text(&refreshed, "refresh_token"), refresh_token);
        access.push(text(&refreshed, "access_token"));
    }
    access.sort();
    access.dedup();
    assert_eq!(access.len(), 4);
    // Another client, or one without an assertion, cannot use it.
    let page = stack.token(&stack.seed.post, &fields).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    tokens(&app.token(&fields, true).await);
}
