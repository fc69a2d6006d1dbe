//! Tests that each 401 and 403 of the JSON API has a decision ID, and each 404 that hides a
//! resource from an administrator. Administrators with access to the audit log can have each
//! explained.

use doorward_domain::model::SubjectKind;
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, flows};
use serde_json::{Value, json};

use super::world::{World, ok};
use crate::support::{call, get_as, post, sign_in};

flows!(
    each_denial_of_account_api_is_explained,
    denial_after_right_password_names_user,
    rejected_token_is_explained,
    hidden_resource_is_explained_to_auditor,
    denials_are_deleted_after_retention,
    only_permitted_delegators_are_suggested,
    oauth_endpoints_explain_rejections,
    wrong_secrets_fill_no_table,
);

/// Returns the decision ID of a response, which its body and its header contain.
#[track_caller]
fn decision(page: &Page, status: u16) -> String {
    let received = ok(page, status);
    let id = received["decision_id"].as_str();
    assert_eq!(id, page.header("x-decision-id"), "{received}");
    // The reason is shown only to authorized administrators.
    for private in ["because", "inputs", "actor", "grant"] {
        assert_eq!(received.get(private), None, "{received}");
    }
    id.unwrap_or_else(|| panic!("no decision id in {received}"))
        .to_owned()
}

async fn explained(world: &World<'_>, id: &str) -> Value {
    let path = format!("/api/admin/decisions/{id}");
    let received = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(received["id"], id);
    received
}

/// A response, its status, and its record: rule, operation, and the roles that can grant it.
type DeniedRequest = (Page, u16, &'static str, &'static str, Value);

async fn refused_at_sign_in(stack: &Stack) -> Vec<DeniedRequest> {
    let login = "/api/auth/login";
    let attempt = "POST /api/auth/login";
    let good = |more: Value| {
        let mut body = json!({ "username": "alice", "password": PASSWORD });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let cross = call(stack, "POST", "/api/auth/login?cookie=true")
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .json(&good(json!({})));
    let wrong = json!({ "username": "alice", "password": "no" });
    let wrong = post(stack, login, wrong).await;
    let app = post(stack, login, good(json!({ "client_id": "nobody" }))).await;
    let org = post(stack, login, good(json!({ "organization": "zeta" }))).await;
    let other = post(stack, login, good(json!({ "client_id": "native-app" }))).await;
    let unknown = "doorward client list shows the client ids; doorward client create registers one";
    let first_party =
        "if it is the operator's own: doorward client update native-app --first-party=true";
    let member = "doorward org add-member zeta --user alice";
    let cross = cross.send().await;
    vec![
        (wrong, 401, "sign-in-rejected", attempt, Value::Null),
        (app, 403, "client-not-first-party", attempt, unknown.into()),
        (
            other,
            403,
            "client-not-first-party",
            attempt,
            first_party.into(),
        ),
        (org, 403, "permission-denied", attempt, member.into()),
        (cross, 403, "cross-site-request", attempt, Value::Null),
    ]
}

async fn rejected_with_token(stack: &Stack, world: &World<'_>) -> Vec<DeniedRequest> {
    let (refresh, mfa) = ("/api/auth/token/refresh", "/api/auth/login/mfa");
    let profile = "GET /api/auth/profile";
    let garbage = json!({ "refresh": "A".repeat(43) });
    let nonsense = json!({ "mfa_token": "nonsense", "code": "123456" });
    let unknown = post(stack, refresh, garbage).await;
    let over = post(stack, mfa, nonsense).await;
    let none = call(stack, "GET", "/api/auth/profile").send().await;
    let bad = get_as(stack, "nonsense", "/api/auth/profile").await;
    let admin = world.call("", "GET", "/api/admin/users", None).await;
    let (invalid, again) = ("invalid-token", json!("sign in again"));
    let no_actor = Value::Null;
    vec![
        (
            unknown,
            401,
            "invalid-refresh-token",
            "POST /api/auth/token/refresh",
            no_actor.clone(),
        ),
        (
            over,
            401,
            "sign-in-over",
            "POST /api/auth/login/mfa",
            no_actor.clone(),
        ),
        (none, 401, invalid, profile, no_actor.clone()),
        (bad, 401, invalid, profile, again),
        (admin, 401, invalid, "GET /api/admin/users", no_actor),
    ]
}

async fn each_denial_of_account_api_is_explained(stack: &Stack) {
    let world = World::new(stack).await;
    let mut table = refused_at_sign_in(stack).await;
    table.extend(rejected_with_token(stack, &world).await);
    for (page, status, rule, attempt, grant) in table {
        let received = explained(&world, &decision(&page, status)).await;
        assert_eq!(received["rule"], rule, "{received}");
        assert_eq!(received["inputs"]["attempt"], attempt, "{received}");
        assert_eq!(received["inputs"]["status"], status, "{received}");
        let request_id = page.header("x-request-id");
        assert_eq!(
            received["inputs"]["request_id"].as_str(),
            request_id,
            "{received}"
        );
        if !grant.is_null() {
            assert_eq!(received["grant"][0], grant, "{received}");
        }
        // An unauthenticated caller is not recorded as an actor.
        if rule != "permission-denied" {
            assert_eq!(received.get("actor"), None, "{received}");
        }
    }
}

async fn denial_after_right_password_names_user(stack: &Stack) {
    let world = World::new(stack).await;
    let app = stack.seed.app.id.as_str();
    let login = json!({ "username": "alice", "password": PASSWORD });
    stack
        .change_client(app, |client| client.require_mfa = true)
        .await;
    let page = post(stack, "/api/auth/login", login).await;
    stack
        .change_client(app, |client| client.require_mfa = false)
        .await;
    let received = explained(&world, &decision(&page, 403)).await;
    assert_eq!(received["rule"], "second-factor-required", "{received}");
    assert_eq!(received["actor"], world.id("alice"), "{received}");
}

async fn rejected_token_is_explained(stack: &Stack) {
    let world = World::new(stack).await;
    let token = sign_in(stack, "bob").await.access;
    let other = world.token_with("alice", "openid tasks:read").await;
    let page = get_as(stack, &other, "/api/auth/profile").await;
    let received = explained(&world, &decision(&page, 401)).await;
    assert_eq!(
        received["inputs"]["because"],
        "it is meant for another audience"
    );
    assert_eq!(received["actor"], world.id("alice"));

    stack.disable_user("bob").await;
    let page = get_as(stack, &token, "/api/auth/profile").await;
    let received = explained(&world, &decision(&page, 401)).await;
    assert_eq!(received["inputs"]["because"], "the account is disabled");
    assert_eq!(received["actor"], world.id("bob"));
    assert!(received["client_id"].is_string(), "{received}");

    stack.clock.advance(301);
    let page = get_as(stack, &other, "/api/auth/profile").await;
    let id = decision(&page, 401);
    // The administrator's own token has expired, too.
    world.forget_tokens();
    let received = explained(&world, &id).await;
    assert_eq!(received["inputs"]["because"], "it has expired");
}

async fn hidden_resource_is_explained_to_auditor(stack: &Stack) {
    let world = World::new(stack).await;
    let other = world.groups["zeta"].to_string();
    let bob = world.id("bob");
    let unknown = "0190f6a0-0000-7000-8000-000000000000";
    let table = [
        (
            format!("/api/admin/groups/{other}"),
            json!({ "exists": true, "organization": "zeta" }),
            Some("use a token of the organization zeta"),
        ),
        (
            format!("/api/admin/users/{bob}"),
            json!({ "exists": true, "username": "bob" }),
            Some("doorward org add-member acme --user bob"),
        ),
        (
            "/api/admin/organizations/zeta".to_owned(),
            json!({ "exists": true, "organization": "zeta" }),
            Some("use a token of the organization zeta"),
        ),
        (
            format!("/api/admin/groups/{unknown}"),
            json!({ "exists": false }),
            None,
        ),
    ];
    for (path, place, grant) in table {
        let page = world.call("mona@acme", "GET", &path, None).await;
        // The response does not reveal whether the group exists: each has a decision with the same
        // text.
        let received = explained(&world, &decision(&page, 404)).await;
        assert_eq!(received["rule"], "out_of_reach", "{received}");
        assert_eq!(received["actor"], world.id("mona"), "{received}");
        assert_eq!(received["inputs"]["org"], "acme", "{received}");
        assert_eq!(received["inputs"]["now"], place, "{received}");
        assert_eq!(
            received["grant"].get(0).and_then(Value::as_str),
            grant,
            "{received}"
        );
    }
    // A global administrator gets a plain 404, and an administrator of one organization cannot read
    // the explanation.
    let path = format!("/api/admin/groups/{unknown}");
    let page = world.call("admin", "GET", &path, None).await;
    assert_eq!(ok(&page, 404).get("decision_id"), None);
    let page = world.call("mona@acme", "GET", &path, None).await;
    let path = format!("/api/admin/decisions/{}", decision(&page, 404));
    decision(&world.call("mona@acme", "GET", &path, None).await, 403);
}

async fn denials_are_deleted_after_retention(stack: &Stack) {
    let world = World::new(stack).await;
    let page = call(stack, "GET", "/api/auth/profile").send().await;
    let id = decision(&page, 401);
    explained(&world, &id).await;
    let kept = doorward_domain::model::DenialId::parse(&id).unwrap();
    let count = async || {
        let found = doorward_store::repo::denials::find(world.db.read(), kept).await;
        usize::from(found.unwrap().is_some())
    };
    assert_eq!(count().await, 1);
    let tx = world.db.begin_write().await.unwrap();
    let now = doorward_access::clock::Clock::now(&stack.clock);
    doorward_store::repo::denials::purge(&tx, now + 1, 100, 1000)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count().await, 0);
    let path = format!("/api/admin/decisions/{id}");
    ok(&world.call("admin", "GET", &path, None).await, 404);
}

/// Checks that the suggested administrators are those whom the delegation rules allow to grant the
/// permission.
async fn only_permitted_delegators_are_suggested(stack: &Stack) {
    let mut world = World::new(stack).await;
    world.create_user("dora").await;
    world.let_hold("dora", "giver", &["roles:assign"]).await;
    let ask = async |who: &str, path: &str| {
        let page = world.call(who, "GET", path, None).await;
        let received = explained(&world, &decision(&page, 403)).await;
        (received["ask"].clone(), received["grant"].clone())
    };
    let users = "/api/admin/users";
    // dora may assign roles, but not this one: neither to carol nor to herself.
    assert_eq!(ask("carol", users).await.0, json!(["admin", "helper"]));
    assert_eq!(ask("dora", users).await.0, json!(["admin", "helper"]));
    // mona owns acme, but has no such permission.
    let (inside, _) = ask("alice@acme", "/api/admin/organizations/acme").await;
    assert_eq!(inside, json!(["admin", "helper"]));
    // A role in zeta does not allow granting in acme.
    let tx = world.db.begin_write().await.unwrap();
    for role in ["helper", "giver"] {
        let one = world.given(SubjectKind::User, &world.id("bob"), role, Some("zeta"));
        repo::roles::assign(&tx, &one).await.unwrap();
    }
    tx.commit().await.unwrap();
    let (inside, _) = ask("alice@acme", "/api/admin/organizations/acme").await;
    assert_eq!(inside, json!(["admin", "helper"]));
    stack.disable_user("helper").await;
    assert_eq!(ask("carol", users).await.0, json!(["admin"]));
    // No administrator can grant it: only the operator is suggested.
    let tx = world.db.begin_write().await.unwrap();
    for role in repo::roles::list(&tx).await.unwrap() {
        let mut less = role.clone();
        less.permissions.remove("users:read");
        repo::roles::upsert(&tx, &less).await.unwrap();
    }
    tx.commit().await.unwrap();
    let (no_users, grant) = ask("carol", users).await;
    assert_eq!(no_users, json!([]));
    let commands = [
        "doorward role create ROLE --permission users:read",
        "doorward role assign --user carol --role ROLE",
    ];
    assert_eq!(grant, json!(commands));
}

/// Posts a form with these client credentials.
async fn form(stack: &Stack, path: &str, client: &str, secret: &str, body: &str) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().post(stack.at(path));
    let request = request.basic_auth(client, Some(secret));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    agent.send(request.body(body.to_owned())).await
}

/// Returns the decision ID of a response whose body an RFC defines.
#[track_caller]
fn in_header(page: &Page, status: u16) -> String {
    assert_eq!(page.status, status, "{}", page.dump());
    assert!(!page.text().contains("decision"), "{}", page.dump());
    let id = page.header("x-decision-id");
    id.unwrap_or_else(|| panic!("no decision id: {}", page.dump()))
        .to_owned()
}

async fn oauth_endpoints_explain_rejections(stack: &Stack) {
    let world = World::new(stack).await;
    let service = stack.seed.service.id.as_str();
    let own = "grant_type=client_credentials";
    let token = "token=x";
    let wrong = "the client secret is wrong";
    for (path, client, body, because) in [
        ("/oauth2/token", service, own, wrong),
        ("/oauth2/introspect", service, token, wrong),
        ("/oauth2/revoke", service, token, wrong),
        (
            "/oauth2/token",
            "nobody",
            own,
            "no client has this client_id",
        ),
    ] {
        let page = form(stack, path, client, "sesame-7", body).await;
        assert_eq!(page.json()["error"], "invalid_client");
        let received = explained(&world, &in_header(&page, 401)).await;
        assert_eq!(received["rule"], "client-authentication", "{received}");
        assert_eq!(received["client_id"], client, "{received}");
        assert_eq!(received["inputs"]["because"], because, "{received}");
        assert_eq!(
            received["inputs"]["attempt"],
            format!("POST {path}"),
            "{received}"
        );
        assert!(
            !received.to_string().contains("sesame"),
            "no secret: {received}"
        );
    }
    let userinfo = async |token: &str| {
        let agent = UserAgent::new();
        let mut request = agent.http().get(stack.at("/oauth2/userinfo"));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        agent.send(request).await
    };
    let none = explained(&world, &in_header(&userinfo("").await, 401)).await;
    assert_eq!(none["rule"], "invalid-token", "{none}");
    let other = world.token_with("alice", "tasks:read").await;
    let received = explained(&world, &in_header(&userinfo(&other).await, 403)).await;
    assert_eq!(received["rule"], "needs_scope", "{received}");
    assert_eq!(received["missing"], json!(["openid"]), "{received}");
    let good = sign_in(stack, "bob").await.access;
    assert_eq!(userinfo(&good).await.header("x-decision-id"), None);
    stack.disable_user("bob").await;
    let received = explained(&world, &in_header(&userinfo(&good).await, 401)).await;
    assert_eq!(received["inputs"]["because"], "the account is disabled");
    assert_eq!(received["actor"], world.id("bob"), "{received}");
}

/// Checks that each failed client authentication has an ID, and that the number of stored denials
/// is bounded.
async fn wrong_secrets_fill_no_table(stack: &Stack) {
    let world = World::new(stack).await;
    let service = stack.seed.service.id.as_str();
    let mut last = String::new();
    for turn in 0..110 {
        let page = form(stack, "/oauth2/introspect", service, "wrong", "token=x").await;
        last = in_header(&page, 401);
        if turn == 0 {
            explained(&world, &last).await;
        }
    }
    let path = format!("/api/admin/decisions/{last}");
    ok(&world.call("admin", "GET", &path, None).await, 404);
}
