//! Tests of `/api/admin/notice` and `/api/admin/read-only`, and of the requests to a read-only server.

use doorward_access::clock::Clock as _;
use doorward_domain::time::to_rfc3339;
use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, flows};
use serde_json::json;

use super::world::{World, ok};

flows!(
    notice_is_on_pages_in_language_of_user,
    read_only_server_rejects_changes_until_end,
);

const NOTICE: &str = "/api/admin/notice";
const READ_ONLY: &str = "/api/admin/read-only";

async fn login_in(stack: &Stack, language: &str) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at("/login"));
    agent
        .send(request.header("accept-language", language))
        .await
}

async fn notice_is_on_pages_in_language_of_user(stack: &Stack) {
    let world = World::new(stack).await;
    let body = json!({
        "text": "Maintenance <soon>", "languages": { "de": "Wartung" }, "until": "2099-01-15T00:00:00Z",
    });
    let page = world.call("admin", "PUT", NOTICE, Some(&body)).await;
    assert_eq!(ok(&page, 200)["text"], body["text"]);
    for (language, expected) in [
        ("en", "Maintenance <soon>"),
        ("de", "Wartung"),
        ("fr", "Maintenance <soon>"),
    ] {
        let page = login_in(stack, language).await;
        let banner = page.text_of(".banners").unwrap_or_default();
        assert!(banner.contains(expected), "{language}: {}", page.dump());
    }
    let page = world.call("alice", "PUT", NOTICE, Some(&body)).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let page = world.call("admin", "DELETE", NOTICE, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert!(!login_in(stack, "en").await.has(".banners"));
    let page = world.call("admin", "GET", NOTICE, None).await;
    assert_eq!(page.status, 404, "{}", page.dump());
}

fn assert_rejected(page: &Page) {
    assert_eq!(page.status, 503, "{}", page.dump());
    let seconds = page
        .header("retry-after")
        .and_then(|text| text.parse::<i64>().ok());
    assert!(
        seconds.is_some_and(|seconds| (1..=600).contains(&seconds)),
        "{}",
        page.dump()
    );
}

async fn read_only_server_rejects_changes_until_end(stack: &Stack) {
    let world = World::new(stack).await;
    // The tokens of both.
    for user in ["admin", "alice"] {
        world
            .call(user, "GET", "/api/admin/users?limit=1", None)
            .await;
    }
    let agent = UserAgent::new();
    let register = agent.get(stack.at("/register")).await.form("#register");
    let until = to_rfc3339(stack.clock.now() + 600);
    let page = world
        .call("admin", "PUT", READ_ONLY, Some(&json!({ "until": until })))
        .await;
    assert_eq!(ok(&page, 200)["state"], "active");

    // Changes are rejected, in the format of the endpoint.
    let user = json!({ "username": "dora", "email": "dora@example.org" });
    let page = world
        .call("admin", "POST", "/api/admin/users", Some(&user))
        .await;
    assert_rejected(&page);
    assert_eq!(page.json()["type"], "urn:doorward:problem:read-only");
    let page = world
        .call("", "POST", "/oauth2/register", Some(&json!({})))
        .await;
    assert_rejected(&page);
    assert_eq!(page.json()["error"], "temporarily_unavailable");
    let page = agent.submit(&register).await;
    assert_rejected(&page);
    assert_eq!(
        page.text_of("h1").as_deref(),
        Some("No changes at the moment")
    );

    // Reads, sign-ins and tokens go on; each page says what does not.
    let page = world
        .call("admin", "GET", "/api/admin/users?limit=1", None)
        .await;
    ok(&page, 200);
    let page = agent.get(stack.at("/login")).await;
    assert!(
        page.text_of(".banners")
            .is_some_and(|text| text.contains("No changes until"))
    );
    let form = page
        .form("#login")
        .with("identifier", "bob")
        .with("password", PASSWORD);
    let page = agent.submit(&form).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let service = &stack.seed.service;
    let page = stack
        .token(service, &[("grant_type", "client_credentials")])
        .await;
    ok(&page, 200);

    let page = world.call("admin", "DELETE", READ_ONLY, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let page = world
        .call("admin", "POST", "/api/admin/users", Some(&user))
        .await;
    ok(&page, 201);
}
