//! Tests of the signature algorithms: per client for ID tokens, userinfo, authorization and
//! introspection responses, and per resource for access tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_access::clock::Clock as _;
use doorward_access::jwt::jwks::KeySet;
use doorward_access::jwt::verify::{Expected, verify_access_token, verify_jws};
use doorward_domain::model::Client;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::access_token::at_hash;
use doorward_store::repo;
use doorward_testkit::{Authorization, Stack, UserAgent, flows, flows_with, jwt};
use serde_json::{Value, json};

use crate::backchannel::{self, ALLOW_LOOPBACK};
use crate::registration::{BY_TOKEN, initial_token, register, registered, web_client};
use crate::support::{assert_oauth_error, is_active, sign_in, text, tokens, userinfo};

flows!(
    registration_2_id_token_is_signed_with_registered_algorithm,
    core_5_3_2_userinfo_is_signed_if_registered,
    jarm_3_response_is_signed_with_registered_algorithm,
    rfc_9701_6_introspection_is_signed_with_registered_algorithm,
    access_token_is_signed_with_algorithm_of_resource,
    id_token_of_other_algorithm_ends_session,
);
flows_with!(
    ALLOW_LOOPBACK;
    backchannel_logout_2_4_logout_token_is_signed_like_id_tokens,
);
flows_with!(
    BY_TOKEN;
    registration_2_chooses_algorithms,
    registration_2_rejects_unknown_algorithms,
);
const OFFERED: &[(&str, &str)] = &[
    ("DOORWARD__KEYS__ALGORITHMS", "RS256 ES256"),
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
];
flows_with!(
    OFFERED;
    only_offered_algorithms_are_listed_and_accepted,
);

const ACCEPTED: &[(&str, &str)] = &[("DOORWARD__TASKS__ALGORITHMS", "ES256,EdDSA")];
flows_with!(
    ACCEPTED;
    resource_server_accepts_listed_algorithms,
);

async fn keys(stack: &Stack) -> KeySet {
    let page = UserAgent::new().get(stack.at("/oauth2/jwks")).await;
    KeySet::from_jwks(&page.text()).unwrap()
}

/// Verifies a signature with the published keys; returns the claims.
async fn verified(stack: &Stack, token: &str, alg: SigningAlg, typ: &str) -> Value {
    let header = jwt::header(token);
    assert_eq!(header["alg"], alg.as_str());
    assert_eq!(header["typ"], typ);
    let (_, claims) = verify_jws(token, &keys(stack).await, &[typ]).unwrap();
    claims.into()
}

async fn registration_2_id_token_is_signed_with_registered_algorithm(stack: &Stack) {
    let client = &stack.seed.trusted;
    for alg in SigningAlg::ALL {
        let set = |client: &mut Client| {
            client.id_token_signed_response_alg = alg;
        };
        stack.change_client(&client.id, set).await;
        stack.clear_caches();
        let json = sign_in(stack, client, "openid tasks:read").await;
        let claims = verified(stack, &text(&json, "id_token"), alg, "JWT").await;
        assert_eq!(claims["aud"], client.id.as_str());
        let access = text(&json, "access_token");
        assert_eq!(claims["at_hash"], at_hash(alg, &access));
        // The access token follows its resource, not the client.
        assert_eq!(jwt::header(&access)["alg"], "RS256");
    }
}

async fn core_5_3_2_userinfo_is_signed_if_registered(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, "openid email").await;
    let access = text(&json, "access_token");
    let plain = userinfo(stack, &access).await;
    assert_eq!(plain.media_type(), "application/json");
    let plain = plain.json();
    for alg in SigningAlg::ALL {
        let set = |client: &mut Client| {
            client.userinfo_signed_response_alg = Some(alg);
        };
        stack.change_client(&client.id, set).await;
        stack.clear_caches();
        let page = userinfo(stack, &access).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert_eq!(page.media_type(), "application/jwt", "{}", page.dump());
        assert_eq!(page.header("cache-control"), Some("no-store"));
        let signed = page.text();
        let mut claims = verified(stack, &signed, alg, "JWT").await;
        assert_eq!(claims["iss"], stack.issuer());
        assert_eq!(claims["aud"], client.id.as_str());
        // The same claims otherwise: the same `sub`, no `nonce`, no `exp`.
        let members = claims.as_object_mut().unwrap();
        members.remove("iss");
        members.remove("aud");
        assert_eq!(claims, plain);
        // It is neither an access token nor an ID token.
        assert_eq!(userinfo(stack, &signed).await.status, 401);
        assert!(!is_active(stack, client, &signed).await);
    }
    // An error is not signed.
    let page = userinfo(stack, "nonsense").await;
    assert_oauth_error(&page, 401, "invalid_token");
}

async fn jarm_3_response_is_signed_with_registered_algorithm(stack: &Stack) {
    let client = &stack.seed.trusted;
    for alg in SigningAlg::ALL {
        let set = |client: &mut Client| {
            client.authorization_signed_response_alg = Some(alg);
        };
        stack.change_client(&client.id, set).await;
        stack.clear_caches();
        let request = Authorization::new(stack.issuer(), client).with("prompt", "none");
        let answer = request.start(&UserAgent::new()).await.expect_client();
        let claims = verified(stack, &answer["response"], alg, "JWT").await;
        assert_eq!(claims["error"], "login_required");
        assert_eq!(claims["aud"], client.id.as_str());
    }
}

async fn rfc_9701_6_introspection_is_signed_with_registered_algorithm(stack: &Stack) {
    const SIGNED: &str = "application/token-introspection+jwt";
    let client = &stack.seed.trusted;
    let token = text(&sign_in(stack, client, "openid").await, "access_token");
    for alg in SigningAlg::ALL {
        let set = |client: &mut Client| {
            client.introspection_signed_response_alg = Some(alg);
        };
        stack.change_client(&client.id, set).await;
        stack.clear_caches();
        let agent = UserAgent::new();
        let url = stack.at("/oauth2/introspect");
        let request = client.request(agent.http(), &url, &[("token", &token)]);
        let page = agent.send(request.header("accept", SIGNED)).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        let claims = verified(stack, &page.text(), alg, "token-introspection+jwt").await;
        assert_eq!(claims["token_introspection"]["active"], true);
    }
}

async fn backchannel_logout_2_4_logout_token_is_signed_like_id_tokens(stack: &Stack) {
    let client = &stack.seed.trusted;
    let receiver = backchannel::Receiver::start().await;
    receiver.listens_for(stack, &client.id).await;
    for (number, alg) in SigningAlg::ALL.into_iter().enumerate() {
        let set = |client: &mut Client| client.id_token_signed_response_alg = alg;
        stack.change_client(&client.id, set).await;
        stack.clear_caches();
        let (agent, _) = backchannel::sign_in(stack).await;
        backchannel::sign_out(stack, &agent).await;
        let sent = receiver.tokens(number + 1).await;
        let claims = verified(stack, &sent[number], alg, "logout+jwt").await;
        assert_eq!(claims["aud"], client.id.as_str());
    }
}

async fn set_resource(stack: &Stack, alg: SigningAlg) {
    let db = stack.db().await;
    let found = repo::resources::find(db.read(), &stack.seed.audience).await;
    let mut resource = found.unwrap().expect("a resource");
    resource.token_signing_alg = alg;
    let tx = db.begin_write().await.unwrap();
    repo::resources::upsert(&tx, &resource).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    stack.clear_caches();
}

async fn access_token_is_signed_with_algorithm_of_resource(stack: &Stack) {
    let client = &stack.seed.trusted;
    let agent = UserAgent::new();
    for alg in SigningAlg::ALL {
        set_resource(stack, alg).await;
        let json = sign_in(stack, client, "openid tasks:read").await;
        let token = text(&json, "access_token");
        verified(stack, &token, alg, "at+jwt").await;
        // This server and the resource server accept it by the algorithm of its key.
        assert_eq!(userinfo(stack, &token).await.status, 200, "{alg}");
        assert!(is_active(stack, client, &token).await, "{alg}");
        let request = agent.http().get(stack.at_tasks("/api/tasks/"));
        let page = agent.send(request.bearer_auth(&token)).await;
        assert_eq!(page.status, 200, "{alg}: {}", page.dump());
        // The ID token follows the client.
        let id_token = text(&json, "id_token");
        assert_eq!(jwt::header(&id_token)["alg"], "RS256");
        // A header of another algorithm is rejected everywhere.
        for other in SigningAlg::NAMES.into_iter().chain(["none", "HS256"]) {
            if other == alg.as_str() {
                continue;
            }
            let forged = renamed(&token, other);
            assert_eq!(
                userinfo(stack, &forged).await.status,
                401,
                "{alg} as {other}"
            );
            assert!(!is_active(stack, client, &forged).await);
            let request = agent.http().get(stack.at_tasks("/api/tasks/"));
            let page = agent.send(request.bearer_auth(&forged)).await;
            assert_eq!(page.status, 401, "{alg} as {other}");
            let expected = Expected::new(stack.issuer(), stack.seed.audience.as_str());
            let now = stack.clock.now();
            let seen = verify_access_token(&forged, &keys(stack).await, &expected, now);
            assert!(seen.is_err(), "{alg} as {other}");
        }
    }
    // A token for this server only is signed with the default.
    let json = sign_in(stack, client, "openid").await;
    assert_eq!(jwt::header(&text(&json, "access_token"))["alg"], "RS256");
}

/// Returns the token with another algorithm in its header, and the same signature.
fn renamed(token: &str, alg: &str) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    let mut header = jwt::header(token);
    header["alg"] = json!(alg);
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

async fn id_token_of_other_algorithm_ends_session(stack: &Stack) {
    let client = &stack.seed.trusted;
    let set = |client: &mut Client| {
        client.id_token_signed_response_alg = SigningAlg::Es256;
    };
    stack.change_client(&client.id, set).await;
    stack.clear_caches();
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid");
    let code = request.complete(&agent, "alice").await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    let hint = text(&json, "id_token");
    let logout = |hint: &str| {
        let mut url = url::Url::parse(&stack.at("/oauth2/logout")).unwrap();
        url.query_pairs_mut().append_pair("id_token_hint", hint);
        url.to_string()
    };
    // The same token with another algorithm in its header is no hint.
    agent.get(logout(&renamed(&hint, "RS256"))).await;
    assert_eq!(
        userinfo(stack, &text(&json, "access_token")).await.status,
        200
    );
    agent.get(logout(&hint)).await;
    assert_eq!(
        userinfo(stack, &text(&json, "access_token")).await.status,
        401
    );
}

async fn registration_2_chooses_algorithms(stack: &Stack) {
    let mut wish = web_client();
    wish["id_token_signed_response_alg"] = json!("ES256");
    wish["userinfo_signed_response_alg"] = json!("EdDSA");
    wish["authorization_signed_response_alg"] = json!("PS256");
    wish["introspection_signed_response_alg"] = json!("ES256");
    let received = registered(stack, &wish).await;
    for name in ["id_token", "userinfo", "authorization", "introspection"] {
        let name = format!("{name}_signed_response_alg");
        assert_eq!(received[&name], wish[&name], "{name}");
    }
    // The default of ID tokens is RS256; userinfo is plain JSON.
    let received = registered(stack, &web_client()).await;
    assert_eq!(received["id_token_signed_response_alg"], "RS256");
    assert_eq!(received.get("userinfo_signed_response_alg"), None);
}

async fn registration_2_rejects_unknown_algorithms(stack: &Stack) {
    let token = initial_token(stack, 1).await;
    for name in ["id_token", "userinfo", "authorization", "introspection"] {
        for alg in ["none", "HS256", "RS512", "ES384", "es256", ""] {
            let mut wish = web_client();
            wish[format!("{name}_signed_response_alg")] = json!(alg);
            let page = register(stack, Some(&token), &wish).await;
            assert_oauth_error(&page, 400, "invalid_client_metadata");
        }
    }
}

async fn only_offered_algorithms_are_listed_and_accepted(stack: &Stack) {
    let agent = UserAgent::new();
    let document = agent
        .get(stack.at("/.well-known/openid-configuration"))
        .await
        .json();
    for name in ["id_token", "userinfo", "authorization", "introspection"] {
        let name = format!("{name}_signing_alg_values_supported");
        assert_eq!(document[&name], json!(["RS256", "ES256"]), "{name}");
    }
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, "openid").await;
    assert_eq!(jwt::header(&text(&json, "id_token"))["alg"], "RS256");
    let token = initial_token(stack, 1).await;
    for (alg, status) in [("EdDSA", 400), ("PS256", 400), ("ES256", 201)] {
        let mut wish = web_client();
        wish["userinfo_signed_response_alg"] = json!(alg);
        let page = register(stack, Some(&token), &wish).await;
        assert_eq!(page.status, status, "{alg}: {}", page.dump());
    }
    // A client that chose it before the operator removed it does not get another one.
    let set = |client: &mut Client| {
        client.userinfo_signed_response_alg = Some(SigningAlg::EdDsa);
    };
    stack.change_client(&client.id, set).await;
    stack.clear_caches();
    let page = userinfo(stack, &text(&json, "access_token")).await;
    assert_eq!(page.status, 500, "{}", page.dump());
}

async fn resource_server_accepts_listed_algorithms(stack: &Stack) {
    let agent = UserAgent::new();
    for (alg, status) in [
        (SigningAlg::Rs256, 401),
        (SigningAlg::Ps256, 401),
        (SigningAlg::Es256, 200),
        (SigningAlg::EdDsa, 200),
    ] {
        set_resource(stack, alg).await;
        let json = sign_in(stack, &stack.seed.trusted, "openid tasks:read").await;
        let token = text(&json, "access_token");
        let request = agent.http().get(stack.at_tasks("/api/tasks/"));
        let page = agent.send(request.bearer_auth(&token)).await;
        assert_eq!(page.status, status, "{alg}: {}", page.dump());
        // The identity server accepts its own tokens.
        assert_eq!(userinfo(stack, &token).await.status, 200);
    }
}
