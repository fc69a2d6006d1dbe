//! Tests of requests from other origins, and with other host names.

use doorward_testkit::{Stack, UserAgent, flows};

flows!(
    pages_are_unreadable_from_foreign_origins,
    host_header_is_ignored,
    cross_site_post_is_redirected_as_get,
);

async fn pages_are_unreadable_from_foreign_origins(stack: &Stack) {
    let agent = UserAgent::new();
    for path in [
        "/login",
        "/register",
        "/account",
        "/oauth2/authorize",
        "/oauth2/logout",
    ] {
        let request = agent
            .http()
            .get(stack.at(path))
            .header("origin", "https://evil.example");
        let page = agent.send(request).await;
        assert!(
            page.header("access-control-allow-origin").is_none(),
            "{}",
            page.dump()
        );
    }
    for path in [
        "/oauth2/token",
        "/oauth2/userinfo",
        "/oauth2/introspect",
        "/oauth2/revoke",
        "/oauth2/par",
    ] {
        let request = agent
            .http()
            .post(stack.at(path))
            .header("origin", "https://evil.example")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("");
        let page = agent.send(request).await;
        let allowed = page
            .header("access-control-allow-origin")
            .unwrap_or_default();
        assert!(allowed != "https://evil.example", "{}", page.dump());
        assert!(
            page.header("access-control-allow-credentials").is_none(),
            "{}",
            page.dump()
        );
    }
}

async fn host_header_is_ignored(stack: &Stack) {
    let agent = UserAgent::new();
    for path in ["/.well-known/openid-configuration", "/login"] {
        for (name, value) in [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("forwarded", "host=evil.example;proto=https"),
        ] {
            let request = agent.http().get(stack.at(path)).header(name, value);
            let page = agent.send(request).await;
            // The text of 421 names the other host (RFC 9110 §15.5.20), and nothing else does.
            let is_named = page.status == 421 && name == "host";
            assert!(
                is_named || !page.text().contains("evil.example"),
                "{}",
                page.dump()
            );
            assert!(page.status < 500, "{}", page.dump());
        }
    }
}

/// Checks that a cross-site POST without Lax cookies is redirected as a GET, so that the session is
/// used.
async fn cross_site_post_is_redirected_as_get(stack: &Stack) {
    let agent = UserAgent::new();
    let posted = agent
        .http()
        .post(stack.at("/oauth2/authorize"))
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("client_id=a%26b&state=%C3%A4+b&scope=openid");
    let page = agent.send(posted).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let location = page.header("location").unwrap_or_default();
    assert_eq!(
        location,
        "/oauth2/authorize?client_id=a%26b&state=%C3%A4+b&scope=openid"
    );
    assert!(page.header("set-cookie").is_none(), "{}", page.dump());
}
