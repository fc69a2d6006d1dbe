//! Tests of `/api/admin/sites` and `/api/admin/site-check`.

use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::world::{World, ok};

flows!(
    site_is_created_changed_and_deleted,
    check_names_rule_that_decides,
    names_in_rules_follow_their_objects,
    malformed_site_is_rejected,
);

const SITES: &str = "/api/admin/sites";
const WIKI: &str = "/api/admin/sites/wiki";

async fn site_is_created_changed_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let body = json!({
        "name": "wiki", "hosts": ["Wiki.example.com", "*.wiki.example.com"],
        "rules": ["/public/*  anyone", "/* group=acme:/sales max-age=900"], "organization": "acme",
        "user_header": "X-WEBAUTH-USER", "name_header": null,
    });
    let page = world.call("admin", "POST", SITES, Some(&body)).await;
    let site = ok(&page, 201);
    assert_eq!(
        site["hosts"],
        json!(["wiki.example.com", "*.wiki.example.com"])
    );
    let rules = json!(["/public/* anyone", "/* group=acme:/sales max-age=15m"]);
    assert_eq!(site["rules"], rules);
    let headers = [
        "user_header",
        "groups_header",
        "name_header",
        "token_header",
    ];
    let expected = json!(["X-WEBAUTH-USER", "Remote-Groups", "", "Remote-Token"]);
    assert_eq!(json!(headers.map(|name| &site[name])), expected, "{site}");
    let page = world.call("admin", "POST", SITES, Some(&body)).await;
    assert_eq!(page.status, 409, "{}", page.dump());

    let page = world.call("admin", "GET", WIKI, None).await;
    assert_eq!(ok(&page, 200), site);
    let tag = page.header("etag").unwrap().to_owned();
    let change = json!({ "rules": ["/* user"], "user_header": null });
    let fields = [("if-match", tag.as_str())];
    let page = world
        .call_with("admin", "PATCH", WIKI, Some(&change), &fields)
        .await;
    let changed = ok(&page, 200);
    assert_eq!(changed["rules"], json!(["/* user"]));
    assert_eq!(changed["user_header"], "");
    assert_eq!(changed["hosts"], site["hosts"]);
    let page = world
        .call_with("admin", "PATCH", WIKI, Some(&change), &fields)
        .await;
    assert_eq!(page.status, 412, "{}", page.dump());
    let page = world.call("admin", "GET", SITES, None).await;
    assert_eq!(ok(&page, 200)["items"], json!([changed]));
    for (method, body) in [("PATCH", Some(&change)), ("DELETE", None)] {
        let page = world.change("alice", method, WIKI, body).await;
        assert_eq!(page.status, 403, "{}", page.dump());
    }
    let page = world.change("admin", "DELETE", WIKI, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let page = world.call("admin", "GET", WIKI, None).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    for change in ["created", "changed", "deleted"] {
        assert!(
            world.has_event("site.changed", "admin", change).await,
            "{change}"
        );
    }
}

async fn check_names_rule_that_decides(stack: &Stack) {
    let world = World::new(stack).await;
    world.put_into(world.groups["acme"], "alice").await;
    let body = json!({
        "name": "wiki", "hosts": ["wiki.example.com"], "organization": "acme",
        "rules": [
            "/public/* anyone", "OPTIONS /* preflight", "/inside/* anyone from=10.0.0.0/8",
            "/sales/* group=acme:/sales second-factor", "/admin/* role=admin",
        ],
    });
    ok(&world.call("admin", "POST", SITES, Some(&body)).await, 201);
    for (query, expected) in [
        (
            "url=https://wiki.example.com/public/x",
            json!(["allow", 1, null]),
        ),
        (
            "url=https://wiki.example.com/PUBLIC/x",
            json!(["deny", null, "site_ambiguous_path"]),
        ),
        (
            "url=https://wiki.example.com/other",
            json!(["deny", null, "site_no_rule"]),
        ),
        (
            "url=https://wiki.example.com/inside/x",
            json!(["deny", null, "site_no_rule"]),
        ),
        (
            "url=https://wiki.example.com/inside/x&address=10.1.2.3",
            json!(["allow", 3, null]),
        ),
        (
            "url=https://wiki.example.com/x&method=OPTIONS&preflight=true",
            json!(["allow", 2, null]),
        ),
        (
            "url=https://wiki.example.com/sales/x",
            json!(["sign_in", 4, null]),
        ),
        (
            "url=https://wiki.example.com/sales/x&user=alice",
            json!(["step_up", 4, null]),
        ),
        (
            "url=https://wiki.example.com/sales/x&user=alice&factor=passkey",
            json!(["allow", 4, null]),
        ),
        (
            "url=https://wiki.example.com/sales/x&user=bob",
            json!(["deny", 4, "site_not_allowed"]),
        ),
        (
            "url=https://wiki.example.com/admin/x&user=alice",
            json!(["deny", 5, "site_not_allowed"]),
        ),
        (
            "url=https://wiki.example.com/admin/x&user=admin",
            json!(["allow", 5, null]),
        ),
        (
            "url=https://wiki.example.com/admin/x&user=admin&credential=api_key",
            json!(["deny", 5, "site_credential"]),
        ),
    ] {
        let path = format!("/api/admin/site-check?{query}");
        let page = world.call("admin", "GET", &path, None).await;
        let found = ok(&page, 200);
        assert_eq!(
            json!(["outcome", "rule_id", "reason"].map(|name| &found[name])),
            expected,
            "{query}"
        );
        assert_eq!(found["site"], "wiki");
    }
    for (query, status) in [
        ("url=https://docs.example.com/", 404),
        ("url=https://wiki.example.com/a//b", 400),
        ("url=http://wiki.example.com/", 400),
        ("url=https://wiki.example.com/&address=nowhere", 400),
        ("url=https://wiki.example.com/&user=unknown", 404),
    ] {
        let path = format!("/api/admin/site-check?{query}");
        let page = world.call("admin", "GET", &path, None).await;
        assert_eq!(page.status, status, "{query}: {}", page.dump());
    }
}

async fn names_in_rules_follow_their_objects(stack: &Stack) {
    let world = World::new(stack).await;
    let roles = "/api/admin/roles";
    let role = json!({ "name": "editor" });
    ok(&world.call("admin", "POST", roles, Some(&role)).await, 201);
    let body = json!({
        "name": "wiki", "hosts": ["wiki.example.com"], "organization": "acme",
        "rules": ["/* role=editor group=acme:/sales"],
    });
    ok(&world.call("admin", "POST", SITES, Some(&body)).await, 201);
    // A role with the name would have the access.
    let page = world
        .change("admin", "DELETE", "/api/admin/roles/editor", None)
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let rename = json!({ "new_name": "author" });
    let page = world
        .change(
            "admin",
            "POST",
            "/api/admin/roles/editor/rename",
            Some(&rename),
        )
        .await;
    ok(&page, 200);
    let group = world.groups["acme"];
    let path = format!("/api/admin/groups/{group}");
    let page = world
        .change("admin", "PATCH", &path, Some(&json!({ "name": "trade" })))
        .await;
    ok(&page, 200);
    let page = world.call("admin", "GET", WIKI, None).await;
    assert_eq!(
        ok(&page, 200)["rules"],
        json!(["/* role=author group=acme:/trade"])
    );
}

async fn malformed_site_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    let site = |name: &str, host: &str, rule: &str| json!({ "name": name, "hosts": [host], "rules": [rule] });
    let (_, issuer) = stack.issuer().split_once("://").unwrap();
    let issuer = issuer.split(':').next().unwrap();
    let beside = format!("{issuer}:9443");
    for body in [
        site("Wiki", "wiki.example.com", "/* user"),
        site("new", "wiki.example.com", "/* user"),
        site("wiki", "https://wiki.example.com", "/* user"),
        site("wiki", "wiki.example.com.", "/* user"),
        site("wiki", issuer, "/* user"),
        site("wiki", &beside, "/* user"),
        site("wiki", "wiki.example.com", "/*"),
        site("wiki", "wiki.example.com", "/a/../b user"),
        site("wiki", "wiki.example.com", "/* role=unknown"),
        // The members of a group of another organization would not be found.
        site("wiki", "wiki.example.com", "/* group=acme:/sales"),
        json!({ "name": "wiki" }),
        json!({ "name": "wiki", "hosts": [] }),
        json!({ "name": "wiki", "hosts": ["wiki.example.com"], "user_header": "Remote_User" }),
    ] {
        let page = world.call("admin", "POST", SITES, Some(&body)).await;
        assert_eq!(page.status, 400, "{body}: {}", page.dump());
    }
    let page = world.call("admin", "GET", SITES, None).await;
    assert_eq!(ok(&page, 200)["items"], json!([]));
}
