//! Tests that what an administrator ends has ended, by the console, the API, the command line and a
//! change of many users alike.

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_admin::sessions::EndedGrants;
use doorward_admin::{api_keys, authorized_clients, grants, sessions, users};
use doorward_domain::model::{
    ApiKey, ApiKeyId, ClientId, EndReason, Grant, GrantId, GrantOrigin, Member, RevokeReason,
    Session, SessionId, UserId,
};
use doorward_domain::secret::TokenHash;
use doorward_protocol::scope::Scope;
use doorward_store::repo;
use doorward_store::repo::grant_ends::GrantFilter;
use doorward_store::repo::organizations::OwnerlessFilter;
use doorward_testkit::{Authorization, Stack, UserAgent, flows};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{World, ok};
use crate::console::support::{browser, confirm, open};

flows!(
    each_way_ends_the_same,
    offline_access_may_be_kept,
    grants_end_by_user_client_and_time,
    ended_session_ends_refresh_tokens,
    last_owner_is_disabled_at_once,
);

const DAY: i64 = 86_400;

/// A way to end something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Console,
    Api,
    Command,
    Bulk,
}

/// Something to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ending {
    Disable,
    Delete,
    Session,
    Sessions,
    Grants,
    Key,
}

/// A user with a session, two grants that were given in it (with and without `offline_access`), a grant
/// that outlived an earlier session, and an API key.
struct Walker {
    name: String,
    id: UserId,
    session: SessionId,
    grants: [GrantId; 3],
    key: ApiKeyId,
}

impl Walker {
    async fn create(world: &mut World<'_>, template: &Session, number: usize) -> Self {
        let name = format!("walker{number}");
        world.create_user(&name).await;
        let world = &*world;
        let (now, id) = (world.stack.clock.now(), world.people[&name]);
        let session = |text: &str| Session {
            id: SessionId::from_uuid(Uuid::now_v7()),
            token_hash: TokenHash::digest(&format!("{text} {number}")),
            user_id: id,
            ..template.clone()
        };
        let (earlier, current) = (session("earlier"), session("current"));
        let grant = |session: &Session, scope: &str| grant(world, session, scope);
        let rows = [
            grant(&current, "openid"),
            grant(&current, "openid offline_access"),
            grant(&earlier, "openid offline_access"),
        ];
        let key = key(id, number, now);
        let tx = world.db.begin_write().await.unwrap();
        for session in [&earlier, &current] {
            repo::sessions::insert(&tx, session).await.unwrap();
        }
        for row in &rows {
            repo::grants::insert(&tx, row).await.unwrap();
        }
        repo::api_keys::insert(&tx, &key).await.unwrap();
        repo::sessions::end(&tx, earlier.id, EndReason::SignedOut, now)
            .await
            .unwrap();
        let reason = RevokeReason::SessionEnded;
        repo::grants::revoke_online_for_session(&tx, earlier.id, reason, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        Self {
            name,
            id,
            session: current.id,
            grants: rows.map(|row| row.id),
            key: key.id,
        }
    }

    /// Returns what is left: the session, the grants and the key.
    async fn left(&self, world: &World<'_>) -> [bool; 5] {
        let (read, now) = (world.db.read(), world.stack.clock.now());
        let session = repo::sessions::find(read, self.session).await.unwrap();
        let mut left = [false; 5];
        left[0] = session.is_some_and(|session| session.is_live(now));
        for (at, id) in self.grants.iter().enumerate() {
            let grant = repo::grants::find(read, *id).await.unwrap();
            left[at + 1] = grant.is_some_and(|grant| grant.revoked_at.is_none());
        }
        let keys = repo::api_keys::list_live(read, self.id, now).await.unwrap();
        left[4] = !keys.is_empty();
        left
    }
}

fn grant(world: &World<'_>, session: &Session, scope: &str) -> Grant {
    let now = world.stack.clock.now();
    Grant {
        id: GrantId::generate(now, &mut rand::rng()),
        origin: GrantOrigin::Authorization,
        user_id: session.user_id,
        subject: None,
        client_id: ClientId::parse(&world.stack.seed.web.id).unwrap(),
        session_id: session.id,
        scope: Scope::parse(scope).unwrap(),
        resources: Vec::new(),
        org: None,
        authorization_details:
            doorward_protocol::authorization_details::AuthorizationDetails::default(),
        claims: doorward_protocol::authorize::ClaimsRequest::default(),
        issuer: None,
        nonce: None,
        authentication: session.authentication.clone(),
        created_at: now,
        expires_at: now + DAY,
        revoked_at: None,
        revoke_reason: None,
        code: None,
        refresh: None,
    }
}

fn key(user_id: UserId, number: usize, now: i64) -> ApiKey {
    ApiKey {
        id: ApiKeyId::parse(&format!("{:012}", 5_000 + number)).unwrap(),
        hash: TokenHash::digest(&format!("key {number}")),
        user_id,
        org: None,
        name: "CI".to_owned(),
        scopes: Scope::parse("tasks:read").unwrap(),
        networks: Vec::new(),
        created_at: now,
        expires_at: now + DAY,
        last_used_at: None,
        last_used_from: None,
        revoked_at: None,
    }
}

/// Returns a session to copy.
async fn template(world: &World<'_>) -> Session {
    let _alice = browser(world.stack, "alice").await;
    let (alice, now) = (world.people["alice"], world.stack.clock.now());
    let found = repo::sessions::list_for_user(world.db.read(), alice, now).await;
    found.unwrap().remove(0)
}

/// Ends something. Returns false if this way does not offer it.
async fn end(
    world: &World<'_>,
    admin: &UserAgent,
    way: Way,
    ending: Ending,
    walker: &Walker,
) -> bool {
    match way {
        Way::Console => by_console(world, admin, ending, walker).await,
        Way::Api => by_api(world, ending, walker).await,
        Way::Command => by_command(world, ending, walker).await,
        Way::Bulk => return in_bulk(world, ending, walker).await,
    }
    true
}

async fn by_console(world: &World<'_>, admin: &UserAgent, ending: Ending, walker: &Walker) {
    let person = format!("/admin/people/{}", walker.id);
    let path = match ending {
        Ending::Disable => format!("{person}/disable"),
        Ending::Delete => format!("{person}/delete"),
        Ending::Session => format!("{person}/sessions/{}/end", walker.session),
        Ending::Sessions => format!("{person}/end-sessions"),
        Ending::Grants => format!("{person}/apps/{}/withdraw", world.stack.seed.web.id),
        Ending::Key => format!("/admin/api-access/{}/revoke", walker.key),
    };
    let typed = (ending == Ending::Delete).then_some(walker.name.as_str());
    let page = confirm(world.stack, admin, &path, typed).await;
    assert_eq!(page.status, 303, "{path}: {}", page.dump());
}

async fn by_api(world: &World<'_>, ending: Ending, walker: &Walker) {
    let user = format!("/api/admin/users/{}", walker.id);
    let off = json!({ "disabled": true });
    let (method, path, body) = match ending {
        Ending::Disable => ("PATCH", user, Some(&off)),
        Ending::Delete => ("DELETE", user, None),
        Ending::Session => (
            "DELETE",
            format!("/api/admin/sessions/{}", walker.session),
            None,
        ),
        Ending::Sessions => (
            "DELETE",
            format!("/api/admin/sessions?user={}", walker.id),
            None,
        ),
        Ending::Grants => {
            let path = format!("{user}/clients/{}", world.stack.seed.web.id);
            ("DELETE", path, None)
        }
        Ending::Key => (
            "DELETE",
            format!("/api/admin/api-keys/{}", walker.key),
            None,
        ),
    };
    let page = world.change("admin", method, &path, body).await;
    assert!((200..300).contains(&page.status), "{path}: {}", page.dump());
}

async fn by_command(world: &World<'_>, ending: Ending, walker: &Walker) {
    let operator = AdminContext::command_line(&world.db, &world.stack.clock);
    let which = EndedGrants::default();
    match ending {
        Ending::Disable => {
            let ended = users::disable(&operator, walker.id).await.unwrap();
            assert_eq!((ended.sessions, ended.grants, ended.api_keys), (1, 3, 1));
            assert_eq!(ended.named.session_ids, [walker.session.to_string()]);
            assert_eq!(ended.named.api_key_ids.len(), 1);
        }
        Ending::Delete => {
            let ended = users::delete(&operator, walker.id).await.unwrap();
            assert_eq!((ended.sessions, ended.grants, ended.api_keys), (1, 3, 1));
            assert_eq!(ended.named.session_ids, [walker.session.to_string()]);
            assert_eq!(ended.named.api_key_ids.len(), 1);
        }
        Ending::Session => {
            let ended = sessions::end(&operator, walker.session, which)
                .await
                .unwrap();
            assert_eq!((ended.access.sessions, ended.access.grants), (1, 2));
        }
        Ending::Sessions => {
            let ended = sessions::end_all(&operator, walker.id, which)
                .await
                .unwrap();
            assert_eq!((ended.access.sessions, ended.access.grants), (1, 3));
        }
        Ending::Grants => {
            let client = ClientId::parse(&world.stack.seed.web.id).unwrap();
            let ended = authorized_clients::withdraw(&operator, walker.id, &client);
            ended.await.unwrap();
        }
        Ending::Key => api_keys::revoke(&operator, &walker.key).await.unwrap(),
    }
}

async fn in_bulk(world: &World<'_>, ending: Ending, walker: &Walker) -> bool {
    let action = match ending {
        Ending::Disable => "disable",
        Ending::Sessions => "end_sessions",
        Ending::Delete | Ending::Session | Ending::Grants | Ending::Key => return false,
    };
    let body = json!({ "action": action, "ids": [walker.id.to_string()] });
    let page = world
        .call("admin", "POST", "/api/admin/bulk", Some(&body))
        .await;
    let made: Value = ok(&page, 201);
    assert_eq!(
        json!([made["done"], made["failed"]]),
        json!([1, 0]),
        "{made}"
    );
    true
}

async fn each_way_ends_the_same(stack: &Stack) {
    let mut world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let template = template(&world).await;
    let mut number = 0;
    // What is left: the session, its grants, the grant of an earlier session, and the key.
    for (ending, expected) in [
        (Ending::Disable, [false; 5]),
        (Ending::Delete, [false; 5]),
        (Ending::Session, [false, false, false, true, true]),
        (Ending::Sessions, [false, false, false, false, true]),
        (Ending::Grants, [true, false, false, false, true]),
        (Ending::Key, [true, true, true, true, false]),
    ] {
        for way in [Way::Console, Way::Api, Way::Command, Way::Bulk] {
            number += 1;
            let walker = Walker::create(&mut world, &template, number).await;
            assert_eq!(walker.left(&world).await, [true; 5]);
            if end(&world, &admin, way, ending, &walker).await {
                assert_eq!(walker.left(&world).await, expected, "{ending:?} by {way:?}");
            }
        }
    }
}

async fn offline_access_may_be_kept(stack: &Stack) {
    let mut world = World::new(stack).await;
    let template = template(&world).await;
    let kept = [false, false, true, true, true];
    let first = Walker::create(&mut world, &template, 1).await;
    let path = format!("/api/admin/sessions/{}?keep_offline=maybe", first.session);
    assert_eq!(
        world.change("admin", "DELETE", &path, None).await.status,
        400
    );
    let path = format!("/api/admin/sessions/{}?keep_offline=true", first.session);
    assert_eq!(
        world.change("admin", "DELETE", &path, None).await.status,
        204
    );
    assert_eq!(first.left(&world).await, kept);
    let second = Walker::create(&mut world, &template, 2).await;
    let path = format!("/api/admin/sessions?user={}&keep_offline=true", second.id);
    let page = world.change("admin", "DELETE", &path, None).await;
    assert_eq!(
        ok(&page, 200),
        json!({ "ended": 1, "grants": 1, "trusted_devices": 0, "complete": true })
    );
    assert_eq!(second.left(&world).await, kept);
    // All sessions of a client: with them, the access that outlived its session ends too.
    let third = Walker::create(&mut world, &template, 3).await;
    let path = format!("/api/admin/sessions?client_id={}", stack.seed.web.id);
    let page = world.change("admin", "DELETE", &path, None).await;
    ok(&page, 200);
    for walker in [&first, &second, &third] {
        let left = walker.left(&world).await;
        assert_eq!(left, [false, false, false, false, true], "{}", walker.name);
    }
}

async fn grants_end_by_user_client_and_time(stack: &Stack) {
    let mut world = World::new(stack).await;
    let template = template(&world).await;
    let first = Walker::create(&mut world, &template, 1).await;
    stack.clock.advance(60);
    let (now, client) = (
        stack.clock.now(),
        ClientId::parse(&stack.seed.web.id).unwrap(),
    );
    let second = Walker::create(&mut world, &template, 2).await;
    let operator = AdminContext::command_line(&world.db, &stack.clock);
    let filter = GrantFilter {
        before: Some(now),
        client: Some(client.clone()),
        user: Some(second.id),
    };
    assert_eq!(grants::end_all(&operator, &filter).await.unwrap(), 0);
    let filter = GrantFilter {
        before: Some(now),
        client: Some(client),
        ..GrantFilter::default()
    };
    assert_eq!(grants::end_all(&operator, &filter).await.unwrap(), 3);
    assert_eq!(first.left(&world).await, [true, false, false, false, true]);
    assert_eq!(second.left(&world).await, [true; 5]);
    let filter = GrantFilter {
        user: Some(second.id),
        ..GrantFilter::default()
    };
    assert_eq!(grants::end_all(&operator, &filter).await.unwrap(), 3);
    let events = stack.audit_events().await;
    let counts: Vec<u64> = events
        .iter()
        .filter(|event| event.detail.get("change") == Some(&"grants ended".into()))
        .filter_map(|event| event.detail["grants"].as_u64())
        .collect();
    assert_eq!(counts, [3, 3]);
    // After a restore, everything ends.
    let third = Walker::create(&mut world, &template, 3).await;
    let operator = AdminContext::command_line(&world.db, &stack.clock);
    let ended = grants::end_access(&operator).await.unwrap();
    let access = &ended.access;
    let counts = [access.sessions, access.grants, access.api_keys];
    assert!(counts.iter().all(|count| *count >= 3), "{ended:?}");
    for walker in [&first, &second, &third] {
        assert_eq!(walker.left(&world).await, [false; 5]);
    }
    let again = grants::end_access(&operator).await.unwrap();
    assert_eq!(again, grants::AllEnded::default());
}

/// Checks a refresh token of a user who is away.
async fn ended_session_ends_refresh_tokens(stack: &Stack) {
    let world = World::new(stack).await;
    let client = &stack.seed.web;
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid offline_access");
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let page = stack.exchange(client, &code).await;
    let token = page.json()["refresh_token"].as_str().unwrap().to_owned();
    let page = stack.refresh(client, &token).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let token = page.json()["refresh_token"].as_str().unwrap().to_owned();
    let path = format!("/api/admin/sessions?user={}", world.id("alice"));
    ok(&world.change("admin", "DELETE", &path, None).await, 200);
    let page = stack.refresh(client, &token).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    assert_eq!(page.json()["error"], "invalid_grant");
}

/// Checks that the last owner of an organization is disabled like every user, and that the organization
/// then asks for a successor.
async fn last_owner_is_disabled_at_once(stack: &Stack) {
    let mut world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let template = template(&world).await;
    let mut number = 0;
    for way in [Way::Console, Way::Api, Way::Command, Way::Bulk] {
        number += 1;
        let walker = Walker::create(&mut world, &template, number).await;
        let slug = format!("org{number}");
        let new = json!({ "slug": slug, "name": slug, "owner": walker.id.to_string() });
        let page = world
            .call("admin", "POST", "/api/admin/organizations", Some(&new))
            .await;
        ok(&page, 201);
        let ownerless = async || {
            let everywhere = OwnerlessFilter::default();
            let found = repo::organizations::list_ownerless(world.db.read(), &everywhere, 100);
            found.await.unwrap().contains(&slug)
        };
        let marks = async || {
            let page = open(stack, &admin, &format!("/admin/organizations/{slug}")).await;
            let marks = page.text().contains("No active owner");
            for path in [format!("/{slug}"), format!("?q={slug}")] {
                let path = format!("/api/admin/organizations{path}");
                let page = world.call("admin", "GET", &path, None).await;
                ok(&page, 200);
                let all = page.json();
                let one = all.get("items").map_or(&all, |items| &items[0]);
                assert_eq!(one["needs_owner"], marks, "{path}");
            }
            marks
        };
        assert!(!ownerless().await && !marks().await);
        assert!(end(&world, &admin, way, Ending::Disable, &walker).await);
        assert_eq!(walker.left(&world).await, [false; 5], "{way:?}");
        assert!(ownerless().await && marks().await, "{way:?}");
        let events = stack.audit_events().await;
        let id = walker.id.to_string();
        let is_named = events.iter().any(|event| {
            event.subject.as_deref() == Some(id.as_str())
                && event.detail.get("organizations_without_owner") == Some(&json!([slug]))
        });
        assert!(is_named, "{way:?}");
        // Another active owner is the successor.
        let member = Member {
            user_id: world.people["alice"],
            is_owner: true,
            created_at: stack.clock.now(),
            expires_at: None,
        };
        let tx = world.db.begin_write().await.unwrap();
        repo::organizations::put_member(&tx, &slug, &member)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(!ownerless().await && !marks().await, "{way:?}");
    }
}
