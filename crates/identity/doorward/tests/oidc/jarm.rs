//! Tests of signed authorization responses (JWT Secured Authorization Response Mode for OAuth 2.0,
//! JARM).

use doorward_access::clock::Clock as _;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows, jwt};
use josekit::jwk::JwkSet;
use josekit::jws::RS256;
use serde_json::{Value, json};
use url::Url;

use crate::support::{assert_oauth_error, tokens};

flows!(
    section_2_1_code_is_signed_in_each_mode,
    section_2_1_errors_are_signed,
    section_3_client_with_signed_alg_gets_only_signed_responses,
    section_4_discovery_lists_supported_modes_and_algorithms,
    pushed_requests_get_same_response_mode,
    answer_is_no_token,
);

/// Verifies a signed response with the published keys; returns its claims.
pub async fn verified(stack: &Stack, answer: &str) -> Value {
    let keys = UserAgent::new().get(stack.at("/oauth2/jwks")).await.text();
    let keys = JwkSet::from_bytes(keys).unwrap();
    let header = jwt::header(answer);
    assert_eq!(header["alg"], "RS256");
    let kid = header["kid"].as_str().unwrap();
    let key = keys.get(kid)[0].clone();
    let verifier = RS256.verifier_from_jwk(&key).unwrap();
    let (payload, _) = josekit::jws::deserialize_compact(answer, &verifier).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// Sends the request of a signed-in user; returns the last page or redirect.
async fn last(agent: &UserAgent, request: &Authorization) -> Page {
    let page = agent.get(request.url()).await;
    agent.follow(page, "https://").await
}

/// Returns the only parameter of the response in this mode.
fn response(page: &Page, mode: &str) -> String {
    let parameters: Vec<(String, String)> = match mode {
        "form_post.jwt" => page.form("form[method=post]").fields.into_iter().collect(),
        "fragment.jwt" => {
            let location = page.location().unwrap();
            assert_eq!(location.query(), None, "{location}");
            let fragment = format!("https://x.example/?{}", location.fragment().unwrap());
            Url::parse(&fragment)
                .unwrap()
                .query_pairs()
                .into_owned()
                .collect()
        }
        _ => page
            .location()
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect(),
    };
    // The response has no other parameter, neither `state` nor `iss` (§2.3).
    let names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["response"]);
    parameters[0].1.clone()
}

async fn signed_in(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    request.complete(&agent, "alice").await.code();
    agent
}

async fn section_2_1_code_is_signed_in_each_mode(stack: &Stack) {
    let (agent, client) = (signed_in(stack).await, &stack.seed.trusted);
    for mode in ["jwt", "query.jwt", "fragment.jwt", "form_post.jwt"] {
        let request = Authorization::new(stack.issuer(), client).with("response_mode", mode);
        let page = last(&agent, &request).await;
        let claims = verified(stack, &response(&page, mode)).await;
        assert_eq!(claims["iss"], json!(stack.issuer()), "{mode}");
        assert_eq!(claims["aud"], json!(client.id), "{mode}");
        let ttl = claims["exp"].as_i64().unwrap() - stack.clock.now();
        assert!((1..=600).contains(&ttl), "{mode}: {ttl}");
        assert_eq!(claims["state"], "af0ifjsldkj", "{mode}");
        let code = claims["code"].as_str().unwrap();
        tokens(&stack.exchange(client, code).await);
    }
}

async fn section_2_1_errors_are_signed(stack: &Stack) {
    let client = &stack.seed.trusted;
    for mode in ["jwt", "query.jwt", "fragment.jwt", "form_post.jwt"] {
        let asked = Authorization::new(stack.issuer(), client).with("response_mode", mode);
        for (request, error) in [
            (asked.clone().with("prompt", "none"), "login_required"),
            (asked.clone().with("scope", "nobody:knows"), "invalid_scope"),
            (
                asked.clone().with("response_type", "token"),
                "unsupported_response_type",
            ),
            (
                asked
                    .clone()
                    .is_disabled("code_challenge")
                    .is_disabled("code_challenge_method"),
                "invalid_request",
            ),
        ] {
            let page = last(&UserAgent::new(), &request).await;
            let claims = verified(stack, &response(&page, mode)).await;
            assert_eq!(claims["error"], error, "{mode}");
            assert_eq!(claims["state"], "af0ifjsldkj");
            assert_eq!(claims["aud"], json!(client.id));
            assert_eq!(claims.get("code"), None);
        }
    }
    // An unknown mode: the error uses the default mode, unsigned.
    for mode in ["fragment", "query.JWT", "web_message.jwt"] {
        let asked = Authorization::new(stack.issuer(), client).with("response_mode", mode);
        let answer = asked.start(&UserAgent::new()).await.expect_client();
        assert_eq!(answer["error"], "invalid_request", "{mode}");
    }
    // Denied by the user.
    let agent = signed_in(stack).await;
    let asked = Authorization::new(stack.issuer(), &stack.seed.web).with("response_mode", "jwt");
    let page = last(&agent, &asked).await;
    let deny = page
        .form("form:has([name=decision])")
        .with("decision", "deny");
    let page = agent.submit(&deny).await;
    let page = agent.follow(page, "https://").await;
    let claims = verified(stack, &response(&page, "jwt")).await;
    assert_eq!(claims["error"], "access_denied");
}

async fn section_3_client_with_signed_alg_gets_only_signed_responses(stack: &Stack) {
    let (agent, client) = (signed_in(stack).await, &stack.seed.trusted);
    stack
        .change_client(&client.id, |client| {
            client.authorization_signed_response_alg = Some(SigningAlg::Rs256);
        })
        .await;
    let asked = Authorization::new(stack.issuer(), client);
    for (request, mode) in [
        (asked.clone(), "query.jwt"),
        (asked.clone().with("response_mode", "query"), "query.jwt"),
        (
            asked.clone().with("response_mode", "form_post"),
            "form_post.jwt",
        ),
        (
            asked.clone().with("response_mode", "fragment.jwt"),
            "fragment.jwt",
        ),
    ] {
        let page = last(&agent, &request).await;
        let claims = verified(stack, &response(&page, mode)).await;
        assert!(claims["code"].is_string(), "{claims}");
    }
    let page = last(&agent, &asked.with("response_mode", "nonsense")).await;
    let claims = verified(stack, &response(&page, "query.jwt")).await;
    assert_eq!(claims["error"], "invalid_request");
}

async fn section_4_discovery_lists_supported_modes_and_algorithms(stack: &Stack) {
    let document = UserAgent::new()
        .get(stack.at("/.well-known/oauth-authorization-server"))
        .await
        .json();
    assert_eq!(
        document["authorization_signing_alg_values_supported"],
        json!(["RS256", "PS256", "ES256", "EdDSA"])
    );
    let modes = document["response_modes_supported"].as_array().unwrap();
    for mode in [
        "query",
        "form_post",
        "query.jwt",
        "fragment.jwt",
        "form_post.jwt",
        "jwt",
    ] {
        assert!(modes.contains(&json!(mode)), "{mode}");
    }
    // Encryption is not supported.
    assert_eq!(
        document.get("authorization_encryption_alg_values_supported"),
        None
    );
}

async fn pushed_requests_get_same_response_mode(stack: &Stack) {
    let (agent, client) = (signed_in(stack).await, &stack.seed.trusted);
    let asked = Authorization::new(stack.issuer(), client).with("response_mode", "fragment.jwt");
    let pushed = stack.as_client("/oauth2/par", client, &asked.pairs()).await;
    let name = pushed.json()["request_uri"].as_str().unwrap().to_owned();
    let mut url = Url::parse(&stack.at("/oauth2/authorize")).unwrap();
    url.query_pairs_mut()
        .append_pair("client_id", &client.id)
        .append_pair("request_uri", &name);
    let page = agent.get(url).await;
    let page = agent.follow(page, "https://").await;
    let claims = verified(stack, &response(&page, "fragment.jwt")).await;
    assert!(claims["code"].is_string(), "{claims}");
}

async fn answer_is_no_token(stack: &Stack) {
    let (agent, client) = (signed_in(stack).await, &stack.seed.trusted);
    let asked = Authorization::new(stack.issuer(), client).with("response_mode", "jwt");
    let answer = response(&last(&agent, &asked).await, "jwt");
    // The response is neither an access token nor an ID token hint (RFC 8725 §3.12).
    let page = crate::support::userinfo(stack, &answer).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let hinted = Authorization::new(stack.issuer(), client)
        .with("prompt", "none")
        .with("id_token_hint", &answer);
    let refused = hinted.start(&agent).await.expect_client();
    assert!(refused.contains_key("error"), "{refused:?}");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", answer.as_str()),
    ];
    assert_oauth_error(&stack.token(client, &fields).await, 400, "invalid_grant");
}
