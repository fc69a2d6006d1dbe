//! Tests of front-channel logout (OIDC Front-Channel Logout 1.0): the page after a sign-out loads
//! the logout URIs of the session's clients and continues. The browser tests check a client that
//! receives the request.

use doorward_domain::model::Client;
use doorward_testkit::{Authorization, Page, Stack, TestClient, UserAgent, flows, jwt};
use serde_json::Value;
use url::Url;

use crate::support::{text, tokens};

flows!(
    section_3_each_client_of_session_is_framed_with_iss_and_sid,
    section_3_post_logout_redirect_follows_frames,
    section_3_discovery_lists_frontchannel_logout,
    other_and_disabled_clients_are_not_framed,
);

const POST_LOGOUT_URI: &str = "https://trusted.example/bye";

async fn listens(stack: &Stack, client: &TestClient, address: &'static str) {
    let listen = |client: &mut Client| client.logout.frontchannel = Some(address.to_owned());
    stack.change_client(&client.id, listen).await;
}

/// Returns tokens for alice in this browser.
async fn tokens_in(stack: &Stack, agent: &UserAgent, client: &TestClient) -> Value {
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid");
    let code = request.complete(agent, "alice").await.code();
    tokens(&stack.exchange(client, &code).await)
}

async fn sign_out(stack: &Stack, agent: &UserAgent) -> Page {
    let page = agent.get(stack.at("/logout")).await;
    agent.submit(&page.form("#logout")).await
}

/// Returns the addresses of the frames; asserts that the page's policy allows exactly these.
fn frames(page: &Page) -> Vec<Url> {
    assert_eq!(page.status, 200, "{}", page.dump());
    let found = page.attributes("iframe", "src");
    let frames: Vec<Url> = found.iter().map(|src| Url::parse(src).unwrap()).collect();
    let policy = page.header("content-security-policy").unwrap();
    let sources = policy
        .split("; ")
        .find_map(|split| split.strip_prefix("frame-src "));
    let mut origins: Vec<String> = frames
        .iter()
        .map(|url| url.origin().ascii_serialization())
        .collect();
    origins.sort();
    origins.dedup();
    assert_eq!(sources.unwrap_or_default(), origins.join(" "));
    frames
}

fn pairs(url: &Url) -> Vec<(String, String)> {
    url.query_pairs().into_owned().collect()
}

async fn section_3_each_client_of_session_is_framed_with_iss_and_sid(stack: &Stack) {
    let (trusted, web) = (&stack.seed.trusted, &stack.seed.web);
    listens(stack, trusted, "https://trusted.example/front?kept=1").await;
    listens(stack, web, "https://client.example/front").await;
    let agent = UserAgent::new();
    let first = tokens_in(stack, &agent, trusted).await;
    // Two grants of one client in one session give one frame.
    tokens_in(stack, &agent, trusted).await;
    tokens_in(stack, &agent, web).await;
    let claims = jwt::claims(&text(&first, "id_token"));
    let page = sign_out(stack, &agent).await;
    let found = frames(&page);
    let [one, two] = &found[..] else {
        panic!("not two frames: {found:?}");
    };
    let said = [
        ("iss".to_owned(), stack.issuer().to_owned()),
        ("sid".to_owned(), text(&claims, "sid")),
    ];
    let stored = ("kept".to_owned(), "1".to_owned());
    assert!(one.as_str().starts_with("https://trusted.example/front?"));
    assert_eq!(pairs(one), [&[stored], &said[..]].concat());
    assert!(two.as_str().starts_with("https://client.example/front?"));
    assert_eq!(pairs(two), said);
    // No redirect was requested.
    assert!(page.header("refresh").is_none() && !page.has("[data-onward]"));
    // Only once: the session has ended.
    assert!(!sign_out_again(stack, &agent).await.has("iframe"));
}

async fn sign_out_again(stack: &Stack, agent: &UserAgent) -> Page {
    agent.get(stack.at("/oauth2/logout")).await
}

async fn section_3_post_logout_redirect_follows_frames(stack: &Stack) {
    let trusted = &stack.seed.trusted;
    listens(stack, trusted, "https://trusted.example/front").await;
    let agent = UserAgent::new();
    let hint = text(&tokens_in(stack, &agent, trusted).await, "id_token");
    let fields = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
        ("state", "x y&z"),
    ];
    let url = Url::parse_with_params(&stack.at("/oauth2/logout"), fields).unwrap();
    let page = agent.get(url.clone()).await;
    assert_eq!(frames(&page).len(), 1);
    let back = format!("{POST_LOGOUT_URI}?state=x+y%26z");
    let refresh = page.header("refresh").unwrap();
    assert_eq!(refresh, format!("5; url={back}"));
    assert_eq!(
        page.attributes("a[data-onward]", "href"),
        std::slice::from_ref(&back)
    );
    assert!(page.header("clear-site-data").is_some());
    // Without a session, no client is notified, and the redirect is immediate.
    let page = agent.get(url).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    assert_eq!(page.header("location"), Some(back.as_str()));
}

async fn section_3_discovery_lists_frontchannel_logout(stack: &Stack) {
    let page = UserAgent::new()
        .get(stack.at("/.well-known/openid-configuration"))
        .await;
    let document = page.json();
    for member in [
        "frontchannel_logout_supported",
        "frontchannel_logout_session_supported",
    ] {
        assert_eq!(document[member], true, "{member}");
    }
}

async fn other_and_disabled_clients_are_not_framed(stack: &Stack) {
    let (trusted, web) = (&stack.seed.trusted, &stack.seed.web);
    listens(stack, trusted, "https://trusted.example/front").await;
    listens(stack, web, "https://client.example/front").await;
    let (agent, other) = (UserAgent::new(), UserAgent::new());
    tokens_in(stack, &other, web).await;
    tokens_in(stack, &agent, trusted).await;
    stack.disable_client(&trusted.id).await;
    let page = sign_out(stack, &agent).await;
    assert!(frames(&page).is_empty(), "{}", page.dump());
    assert_eq!(frames(&sign_out(stack, &other).await).len(), 1);
}
