//! Tests that an inactive or expired role assignment gives no role in the next token.

use std::collections::BTreeSet;

use doorward_access::clock::Clock as _;
use doorward_domain::model::SubjectKind;
use doorward_store::repo;
use doorward_testkit::jwt::claims;
use doorward_testkit::{Authorization, Stack, UserAgent, flows};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::escalation::{assignment, denied};
use super::world::{World, ok, problem};
use crate::support::{refresh, sign_in};

flows!(
    inactive_or_expired_assignment_is_absent_from_tokens,
    assignment_is_changed_only_by_permitted_delegator,
    last_administrator_gets_no_end,
    revoked_role_is_absent_from_next_token,
    list_is_filtered_by_role_organization_and_expiry,
    effective_list_has_users_and_their_groups,
    effective_list_has_last_tokens,
);

const LIST: &str = "/api/admin/role-assignments";

/// Returns the time `seconds` from now (RFC 3339).
fn later(stack: &Stack, seconds: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(stack.clock.now() + seconds).unwrap();
    at.format(&Rfc3339).unwrap()
}

/// A user's refresh token at a client.
struct ClientSession<'a> {
    stack: &'a Stack,
    refresh: String,
}

impl<'a> ClientSession<'a> {
    async fn of(stack: &'a Stack, who: &str) -> Self {
        let app = &stack.seed.trusted;
        let request = Authorization::new(stack.issuer(), app)
            .with("scope", "openid offline_access tasks:read");
        let code = request.complete(&UserAgent::new(), who).await.code();
        let tokens = ok(&stack.exchange(app, &code).await, 200);
        let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
        Self { stack, refresh }
    }

    /// Refreshes the tokens and returns the roles in the access token.
    async fn roles(&mut self) -> Value {
        let page = self
            .stack
            .refresh(&self.stack.seed.trusted, &self.refresh)
            .await;
        let tokens = ok(&page, 200);
        let refresh = tokens["refresh_token"].as_str().unwrap();
        refresh.clone_into(&mut self.refresh);
        let token = tokens["access_token"].as_str().unwrap();
        claims(token).get("roles").cloned().unwrap_or_default()
    }

    /// Asserts that the next access token contains exactly these roles.
    async fn assert_roles(&mut self, expected: Value) {
        assert_eq!(self.roles().await, expected);
    }
}

async fn inactive_or_expired_assignment_is_absent_from_tokens(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("bob", "24x7_access", &[]).await;
    let mut carol = ClientSession::of(stack, "carol").await;
    carol.assert_roles(Value::Null).await;
    let mut give = assignment(&world, "user", "carol", "24x7_access");
    give["active"] = json!(false);
    let created = world.call("admin", "POST", LIST, Some(&give)).await;
    let shown = ok(&created, 201);
    assert_eq!(shown["active"], false);
    assert_eq!(shown["assigned_by"], world.id("admin"));
    carol.assert_roles(Value::Null).await;
    let path = format!("{LIST}/{}", shown["id"].as_str().unwrap());
    let change = async |body: Value| {
        let changed = world.change("admin", "PATCH", &path, Some(&body)).await;
        ok(&changed, 200)
    };
    assert_eq!(change(json!({ "active": true })).await["active"], true);
    carol.assert_roles(json!(["24x7_access"])).await;
    assert_eq!(change(json!({ "active": false })).await["active"], false);
    carol.assert_roles(Value::Null).await;
    // The assignment is valid until its expiry, to the second.
    let end = later(stack, 60);
    let changed = change(json!({ "active": true, "expires_at": end })).await;
    assert_eq!(changed["expires_at"], end);
    carol.assert_roles(json!(["24x7_access"])).await;
    stack.clock.advance(60);
    carol.assert_roles(Value::Null).await;
    // The audit log contains the actor, the previous and the new value.
    let events = repo::audit::list(world.db.read(), None, 1000)
        .await
        .unwrap();
    let lines: Vec<_> = events
        .iter()
        .filter(|event| {
            event.detail.get("change") == Some(&json!("assignment changed"))
                && event.actor.as_deref() == Some(world.id("admin").as_str())
        })
        .collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines
            .iter()
            .any(|event| event.detail["before"] == json!({ "active": true })
                && event.detail["after"] == json!({ "active": false })),
        "{lines:?}"
    );
}

/// Checks that a revoked role is missing in the very next token, without a cache delay.
async fn revoked_role_is_absent_from_next_token(stack: &Stack) {
    let world = World::new(stack).await;
    let id_of = async |kind: SubjectKind, holder: &str, role: &str| {
        let assigned = repo::roles::assignments(world.db.read(), kind, holder).await;
        let assigned = assigned.unwrap().into_iter().find(|item| item.role == role);
        format!("{LIST}/{}", assigned.unwrap().id)
    };
    let next = async |refresh_token: &str| {
        let received = crate::support::Tokens::of(&refresh(stack, refresh_token).await);
        let roles = claims(&received.access).get("roles").cloned();
        (received.refresh, roles.unwrap_or_default())
    };
    let first = sign_in(stack, "mona").await;
    let (token, roles) = next(&first.refresh).await;
    assert_eq!(roles, json!(["manager"]));
    let manager = id_of(SubjectKind::User, &world.id("mona"), "manager").await;
    let removed = world.change("admin", "DELETE", &manager, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    assert_eq!(next(&token).await.1, Value::Null);

    let first = sign_in(stack, "bob").await;
    assert_eq!(claims(&first.access)["roles"], json!(["developer"]));
    let off = json!({ "active": false });
    let role = "/api/admin/roles/developer";
    ok(&world.change("admin", "PATCH", role, Some(&off)).await, 200);
    assert_eq!(next(&first.refresh).await.1, Value::Null);

    // A service with the client credentials grant.
    let service = &stack.seed.service;
    world.let_hold("carol", "robot", &["tasks:read"]).await;
    world
        .assign(SubjectKind::Client, &service.id, "robot", None)
        .await;
    let own = async || {
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read"),
        ];
        let received = ok(&stack.token(service, &fields).await, 200);
        let roles = claims(received["access_token"].as_str().unwrap())["roles"].clone();
        roles
            .as_array()
            .is_some_and(|all| all.contains(&json!("robot")))
    };
    assert!(own().await);
    let robot = id_of(SubjectKind::Client, &service.id, "robot").await;
    let removed = world.change("admin", "DELETE", &robot, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    assert!(!own().await);
}

async fn assignment_is_changed_only_by_permitted_delegator(stack: &Stack) {
    let world = World::new(stack).await;
    let find = async |who: &str, role: &str| {
        let roles =
            repo::roles::assignments(world.db.read(), SubjectKind::User, &world.id(who)).await;
        let roles = roles.unwrap().into_iter().find(|item| item.role == role);
        format!("{LIST}/{}", roles.unwrap().id)
    };
    world
        .assign(SubjectKind::User, &world.id("carol"), "manager", None)
        .await;
    let managers = find("carol", "manager").await;
    for change in [
        json!({ "active": true }),
        json!({ "active": false }),
        json!({ "expires_at": null }),
    ] {
        let request = ("PATCH", managers.as_str(), Some(change));
        denied(&world, "helper", request, "more_than_held").await;
    }
    let own = find("helper", "helper").await;
    let longer = Some(json!({ "expires_at": null }));
    denied(&world, "helper", ("PATCH", &own, longer), "not_to_oneself").await;
    // `If-Match` is required; a future expiry; the current version.
    let off = json!({ "active": false });
    let page = world.call("admin", "PATCH", &managers, Some(&off)).await;
    problem(&page, 428, "version-required");
    let read = world.call("admin", "GET", &managers, None).await;
    let tag = read.header("etag").unwrap().to_owned();
    let fields = [("if-match", tag.as_str())];
    let changed = world
        .call_with("admin", "PATCH", &managers, Some(&off), &fields)
        .await;
    ok(&changed, 200);
    let late = world
        .call_with("admin", "PATCH", &managers, Some(&off), &fields)
        .await;
    problem(&late, 412, "changed-meanwhile");
    for wrong in [
        json!({ "expires_at": "2020-01-01T00:00:00Z" }),
        json!({ "expires_at": "soon" }),
        json!({ "id": "0190f6a0-0000-7000-8000-000000000000" }),
        json!({ "role": "admin" }),
    ] {
        let page = world
            .change("admin", "PATCH", &managers, Some(&wrong))
            .await;
        problem(&page, 400, "invalid-input");
    }
}

async fn last_administrator_gets_no_end(stack: &Stack) {
    let world = World::new(stack).await;
    let service = &stack.seed.service;
    world
        .assign(SubjectKind::Client, &service.id, "admin", None)
        .await;
    let fields = [("grant_type", "client_credentials"), ("scope", "admin")];
    let page = stack.token(service, &fields).await;
    let token = ok(&page, 200)["access_token"].as_str().unwrap().to_owned();
    let authorization = format!("Bearer {token}");
    let fields = [("authorization", authorization.as_str()), ("if-match", "*")];
    let admin = world.id("admin");
    let roles = repo::roles::assignments(world.db.read(), SubjectKind::User, &admin).await;
    let roles = roles.unwrap().into_iter().find(|item| item.role == "admin");
    let path = format!("{LIST}/{}", roles.unwrap().id);
    let end = later(stack, 3600);
    for change in [json!({ "active": false }), json!({ "expires_at": end })] {
        let page = world
            .call_with("", "PATCH", &path, Some(&change), &fields)
            .await;
        problem(&page, 409, "still-needed");
    }
    let mut again = assignment(&world, "user", "admin", "admin");
    for (name, value) in [("active", json!(false)), ("expires_at", json!(end))] {
        again[name] = value;
        let page = world.call_as(&token, "POST", LIST, Some(&again)).await;
        problem(&page, 409, "still-needed");
        again.as_object_mut().unwrap().remove(name);
    }
    // With a second administrator, the first assignment may end.
    let second = assignment(&world, "user", "carol", "admin");
    ok(
        &world.call_as(&token, "POST", LIST, Some(&second)).await,
        201,
    );
    let end = json!({ "expires_at": end });
    let page = world
        .call_with("", "PATCH", &path, Some(&end), &fields)
        .await;
    ok(&page, 200);
}

async fn list_is_filtered_by_role_organization_and_expiry(stack: &Stack) {
    let world = World::new(stack).await;
    for (name, organization, seconds) in [("alice", Some("acme"), 60), ("carol", None, 30)] {
        let mut new = assignment(&world, "user", name, "helper");
        new["organization"] = json!(organization);
        new["expires_at"] = json!(later(stack, seconds));
        ok(&world.call("admin", "POST", LIST, Some(&new)).await, 201);
    }
    let holders = async |who: &str, query: &str| {
        let page = world
            .call(who, "GET", &format!("{LIST}?{query}"), None)
            .await;
        let body = ok(&page, 200);
        let items = body["items"].as_array().unwrap().iter();
        let holders = items.map(|item| item["holder"].as_str().unwrap().to_owned());
        holders.collect::<Vec<_>>()
    };
    let ids = |names: &[&str]| names.iter().map(|name| world.id(name)).collect::<Vec<_>>();
    let soon = format!("expires_before={}", later(stack, 61));
    let both = holders("admin", &soon).await;
    assert_eq!(both, ids(&["carol", "alice"]), "the earliest first");
    let first = format!("expires_before={}", later(stack, 60));
    assert_eq!(holders("admin", &first).await, ids(&["carol"]));
    assert_eq!(holders("admin", "role=helper").await.len(), 3);
    let of_acme = format!("role=helper&organization=acme&{soon}");
    for who in ["admin", "mona@acme"] {
        assert_eq!(holders(who, &of_acme).await, ids(&["alice"]), "{who}");
    }
    // An owner sees no other organization.
    assert_eq!(holders("mona@acme", &soon).await, ids(&["alice"]));
    let other = holders("mona@acme", "organization=zeta").await;
    assert!(other.is_empty(), "{other:?}");
    let page = format!("{LIST}?expires_before=soon");
    let page = world.call("admin", "GET", &page, None).await;
    let received = problem(&page, 400, "invalid-input");
    assert_eq!(received["errors"][0]["field"], "expires_before");
}

async fn effective_list_has_users_and_their_groups(stack: &Stack) {
    let world = World::new(stack).await;
    for (slug, member, org) in [("", "carol", None), ("acme", "alice", Some("acme"))] {
        let group = world.groups[slug];
        world.put_into(group, member).await;
        world
            .assign(SubjectKind::Group, &group.to_string(), "helper", org)
            .await;
    }
    let list = async |who: &str, query: &str| {
        let path = format!("{LIST}?effective=true&{query}");
        let body = ok(&world.call(who, "GET", &path, None).await, 200);
        let items = body["items"].as_array().unwrap().iter();
        let found = items.map(|item| (item["user"].clone(), item["group"].clone()));
        (found.collect::<Vec<_>>(), body)
    };
    let by_group = |name: &str| (json!(world.id(name)), json!("/sales"));
    let direct = (json!(world.id("helper")), Value::Null);
    let (all, body) = list("admin", "role=helper").await;
    let expected = [direct, by_group("carol"), by_group("alice")];
    assert_eq!(all, expected, "{body}");
    assert!(body["items"][1]["last_login"].is_null(), "{body}");
    // Each once in pages of one.
    let (first, body) = list("admin", "role=helper&limit=1").await;
    let (mut paged, mut next) = (first, body["next_cursor"].clone());
    while let Some(cursor) = next.as_str() {
        let query = format!("role=helper&limit=1&cursor={cursor}");
        let (more, body) = list("admin", &query).await;
        paged.extend(more);
        next = body["next_cursor"].clone();
    }
    assert_eq!(paged, expected);
    let of_carol = format!("user={}", world.id("carol"));
    assert_eq!(list("admin", &of_carol).await.0, [by_group("carol")]);
    // An owner sees the assignments in the own organization only.
    let (own, body) = list("mona@acme", "role=helper").await;
    assert_eq!(own, [by_group("alice")], "{body}");
    let (none, body) = list("mona@acme", &of_carol).await;
    assert!(none.is_empty(), "{body}");
    // The filter of the users counts the same roles.
    let users = "/api/admin/users?role=helper";
    let body = ok(&world.call("admin", "GET", users, None).await, 200);
    let found = body["items"].as_array().unwrap().iter();
    let found: BTreeSet<_> = found
        .map(|user| user["id"].as_str().unwrap().to_owned())
        .collect();
    let expected = ["alice", "carol", "helper"].map(|name| world.id(name));
    assert_eq!(found, BTreeSet::from(expected), "{body}");
    // Members of groups are shown to readers of groups only.
    let permissions = ["roles:read", "users:read"];
    world.let_hold("bob", "reader", &permissions).await;
    let path = format!("{LIST}?effective=true");
    assert_eq!(world.call("bob", "GET", &path, None).await.status, 403);
    let (of_carol, body) = list("bob", &of_carol).await;
    assert_eq!(
        of_carol,
        [(json!(world.id("carol")), Value::Null)],
        "{body}"
    );
    let wrong = format!("{LIST}?effective=yes");
    let page = world.call("admin", "GET", &wrong, None).await;
    problem(&page, 400, "invalid-input");
}

async fn effective_list_has_last_tokens(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = world.id("alice");
    // Without a permission of this server, so that a session in the console is no use of the role.
    world.let_hold("alice", "proofreader", &[]).await;
    let acme = Some("acme");
    world
        .assign(SubjectKind::User, &alice, "proofreader", acme)
        .await;
    let path = format!("{LIST}?effective=true&user={alice}&role=proofreader");
    let last = async || {
        let body = ok(&world.call("admin", "GET", &path, None).await, 200);
        let items = body["items"].as_array().unwrap().iter();
        let has_token = |item: &Value| {
            (
                item["organization"].is_string(),
                item["last_token"].is_string(),
            )
        };
        items.map(has_token).collect::<BTreeSet<_>>()
    };
    assert_eq!(
        last().await,
        BTreeSet::from([(false, false), (true, false)])
    );
    // A role that applies everywhere is in every token, that of an organization only there.
    world.token("alice").await;
    assert_eq!(last().await, BTreeSet::from([(false, true), (true, false)]));
    world.token("alice@acme").await;
    assert_eq!(last().await, BTreeSet::from([(false, true), (true, true)]));
}
