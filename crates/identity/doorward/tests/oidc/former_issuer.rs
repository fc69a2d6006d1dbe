//! Tests of a changed domain of the issuer: clients of the former issuer work unchanged, until they
//! use the new one (decision 125).

use doorward_testkit::relying_party::RelyingParty;
use doorward_testkit::{Stack, UserAgent, flows_with, jwt};
use openidconnect::core::CoreTokenResponse;
use openidconnect::{OAuth2TokenResponse as _, TokenResponse as _};
use reqwest::Method;
use serde_json::Value;

use super::relying_party::returned;

/// The host `localhost` was the issuer's before `127.0.0.1`.
const SETTINGS: &[(&str, &str)] = &[("DOORWARD__FORMER_ISSUERS__URLS", "http://localhost:{port}")];

flows_with!(
    SETTINGS;
    client_of_former_issuer_signs_in,
    client_of_issuer_signs_in,
    former_host_redirects_pages,
);

fn former(stack: &Stack) -> String {
    stack.issuer().replace("127.0.0.1", "localhost")
}

/// Signs alice in by the discovery document of this issuer, with the checks of the crate. The
/// `iss` of the response (RFC 9207) and of both tokens must be this issuer.
async fn sign_in(stack: &Stack, issuer: &str) -> (RelyingParty, CoreTokenResponse) {
    let client = &stack.seed.web;
    let party = RelyingParty::discover(issuer, client)
        .await
        .expect("discovery");
    let attempt = party.start(&["profile", "email", "offline_access", "tasks:read"]);
    let values = returned(&UserAgent::new(), &attempt, client).await;
    assert_eq!(values["iss"], issuer, "{values:?}");
    let response = party
        .exchange(&values["code"], Some(attempt.verifier))
        .await
        .expect("tokens");
    party
        .verify(&response, &attempt.nonce)
        .expect("a valid ID token");
    assert_eq!(issuer_of(&response), issuer);
    (party, response)
}

fn issuer_of(response: &CoreTokenResponse) -> Value {
    let token = response.access_token().secret();
    jwt::claims(token)["iss"].clone()
}

/// Asserts that an endpoint accepts the access token.
async fn assert_accepted(response: &CoreTokenResponse, address: &str) {
    let agent = UserAgent::new();
    let request = agent.http().request(Method::GET, address);
    let request = request.bearer_auth(response.access_token().secret());
    let page = agent.send(request).await;
    assert_eq!(page.status, 200, "{address}: {}", page.dump());
}

async fn client_of_former_issuer_signs_in(stack: &Stack) {
    let former = former(stack);
    let (party, response) = sign_in(stack, &former).await;
    let token = response.access_token().clone();
    party.user_info(token).await.expect("userinfo");
    assert_accepted(&response, &stack.at("/oauth2/userinfo")).await;
    assert_accepted(&response, &stack.at_tasks("/api/tasks/")).await;
    // The endpoint decides, so that a client which moves keeps its grant.
    let token = response.refresh_token().expect("a refresh token");
    let refreshed = party.refresh(token).await.expect("a refresh");
    assert_eq!(issuer_of(&refreshed), former.as_str());
    let client = &stack.seed.web;
    let token = refreshed.refresh_token().expect("a refresh token");
    let page = stack.refresh(client, token.secret()).await;
    let moved = page.member("access_token").expect("an access token");
    assert_eq!(jwt::claims(&moved)["iss"], stack.issuer());
    assert!(response.id_token().is_some());
}

async fn client_of_issuer_signs_in(stack: &Stack) {
    let (_, response) = sign_in(stack, stack.issuer()).await;
    assert_accepted(&response, &stack.at("/oauth2/userinfo")).await;
    assert_accepted(&response, &stack.at_tasks("/api/tasks/")).await;
}

async fn former_host_redirects_pages(stack: &Stack) {
    let agent = UserAgent::new();
    for (path, expected) in [
        ("/login?x=1", "/login?x=1".to_owned()),
        (
            "/oauth2/authorize?client_id=a",
            format!(
                "/oauth2/authorize?client_id=a&former_issuer=http%3A%2F%2F{}",
                former(stack)
                    .trim_start_matches("http://")
                    .replace(':', "%3A")
            ),
        ),
    ] {
        let page = agent.get(format!("{}{path}", former(stack))).await;
        assert_eq!(page.status, 307, "{}", page.dump());
        assert_eq!(page.header("set-cookie"), None);
        let place = page.location().expect("a redirect").to_string();
        assert_eq!(place, stack.at(&expected));
    }
}
