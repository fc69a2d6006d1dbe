//! Tests of the lists of all users' sessions and API keys, of registration tokens and of consents, each
//! with its actions.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{ApiKeyId, Session, SessionId};
use doorward_domain::secret::TokenHash;
use doorward_store::repo;
use doorward_testkit::{Authorization, Stack, UserAgent, both_backends};
use serde_json::json;
use uuid::Uuid;

use super::objects::insert_key;
use super::support::{browser, confirm, confirmed, csrf, location, open, page_of};
use crate::admin::world::{World, ok, problem};

both_backends!(
    sessions_of_all_users_are_listed_once,
    sessions_of_app_are_listed_and_ended,
    sessions_of_app_need_full_power_to_end,
    api_keys_are_listed_once_and_revoked,
    registration_token_is_created_and_revoked,
    access_is_listed_and_withdrawn,
    api_lists_are_those_of_console,
);

const DAY: i64 = 86_400;
const BOXES: &str = "tbody th [type=checkbox]";

/// Returns the links of all rows of a list, or the values of their checkboxes, page by page.
async fn walk(stack: &Stack, agent: &UserAgent, path: &str, rows: &str) -> Vec<String> {
    let (mut path, mut seen) = (path.to_owned(), Vec::new());
    for _ in 0..9 {
        let page = open(stack, agent, &path).await;
        let name = if rows == BOXES { "value" } else { "href" };
        seen.extend(page.attributes(rows, name));
        let texts = page.texts_of(".pages a");
        let Some(at) = texts.iter().position(|text| text == "Next page") else {
            return seen;
        };
        path.clone_from(&page.attributes(".pages a", "href")[at]);
    }
    panic!("{path} has too many pages");
}

/// Inserts copies of a session of alice.
async fn insert_sessions(world: &World<'_>, number: usize) {
    let now = world.stack.clock.now();
    let found = repo::sessions::list_for_user(world.db.read(), world.people["alice"], now).await;
    let first = found.unwrap().remove(0);
    let tx = world.db.begin_write().await.unwrap();
    for at in 0..number {
        let copy = Session {
            id: SessionId::from_uuid(Uuid::now_v7()),
            token_hash: TokenHash::digest(&format!("cookie {at}")),
            ..first.clone()
        };
        repo::sessions::insert(&tx, &copy).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn sessions_of_all_users_are_listed_once(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, _alice) = (browser(stack, "admin").await, browser(stack, "alice").await);
    insert_sessions(&world, 55).await;
    let mut seen = walk(stack, &admin, "/admin/sessions", BOXES).await;
    assert_eq!(seen.len(), 56, "all but that of the administrator");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 56, "each once");
    let seen = walk(stack, &admin, "/admin/sessions?q=alice", BOXES).await;
    assert_eq!(seen.len(), 56);
    let path = format!("{}/sessions/{}/end", page_of(&world, "alice"), seen[0]);
    confirmed(stack, &admin, &path, "The session was ended.").await;
    let page = open(stack, &admin, "/admin/sessions?q=nobody").await;
    assert!(page.text().contains("No sessions to show."));
    // The list of one user, and their own one, lead to the end of all their sessions.
    let home = page_of(&world, "alice");
    let end = format!("{home}/end-sessions");
    let page = open(stack, &admin, &format!("{home}/sessions")).await;
    assert_eq!(
        page.attributes(".actions a", "href"),
        std::slice::from_ref(&end)
    );
    let page = open(stack, &admin, "/admin/sessions?q=alice").await;
    // One removes the name, the other everything.
    let chosen = page.attributes(".chosen a", "href");
    assert_eq!(chosen, ["/admin/sessions", "/admin/sessions"]);
    assert_eq!(page.attributes(".actions a", "href")[0], end);
    let text = page.text_of(".actions a");
    assert_eq!(text.as_deref(), Some("End all sessions of alice"));
    confirmed(stack, &admin, &end, "All sessions were ended.").await;
    let page = open(stack, &admin, "/admin/sessions").await;
    let names = page.texts_of("tbody th");
    assert_eq!(names.len(), 1, "that of the administrator");
    assert!(names[0].contains("This session"), "{names:?}");
    assert!(!page.has("#bulk, [type=checkbox]"), "{}", page.dump());
}

/// Signs in at the trusted client as alice, and returns her browser.
async fn signed_in_at_app(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client);
    let code = request.complete(&agent, "alice").await.code();
    assert_eq!(stack.exchange(client, &code).await.status, 200);
    agent
}

async fn sessions_of_app_are_listed_and_ended(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, other) = (browser(stack, "admin").await, browser(stack, "alice").await);
    let alice = signed_in_at_app(stack).await;
    let id = &stack.seed.trusted.id;
    let path = format!("/admin/sessions?app={id}");
    let page = open(stack, &admin, &path).await;
    assert_eq!(page.texts_of("tbody th").len(), 1, "{}", page.dump());
    let remove = page.attributes(".chosen a", "href");
    assert_eq!(remove, ["/admin/sessions", "/admin/sessions"]);
    let page = open(stack, &admin, &format!("{path}&q=admin")).await;
    assert!(page.texts_of("tbody th").is_empty());
    let end = format!("/admin/apps/{id}/end-sessions");
    let page = open(stack, &admin, &end).await;
    assert_eq!(page.texts_of(".summary dd"), ["1"], "{}", page.dump());
    assert!(page.has("#confirm [name=reason]"), "{}", page.dump());
    assert!(!page.text().contains("At most 500"));
    confirmed(stack, &admin, &end, "All sessions were ended.").await;
    assert_ne!(alice.get(stack.at("/account")).await.status, 200);
    assert_eq!(other.get(stack.at("/account")).await.status, 200);
    let page = open(stack, &admin, &path).await;
    assert!(page.text().contains("No sessions to show."));
    assert!(!page.has(".danger a[href$='/end-sessions']"));
    assert!(world.has_event("session.ended", "admin", "all ended").await);
}

async fn sessions_of_app_need_full_power_to_end(stack: &Stack) {
    let world = World::new(stack).await;
    let helper = browser(stack, "helper").await;
    let alice = signed_in_at_app(stack).await;
    let denials = world.denials().await;
    let path = format!("/admin/apps/{}/end-sessions", stack.seed.trusted.id);
    let page = confirm(stack, &helper, &path, None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.text().contains("You cannot give more than you have."));
    assert_eq!(world.denials().await, denials + 1);
    assert_eq!(alice.get(stack.at("/account")).await.status, 200);
}

async fn api_keys_are_listed_once_and_revoked(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, now) = (browser(stack, "admin").await, stack.clock.now());
    let page = open(stack, &admin, "/admin/api-access").await;
    let none = "No user has created an API key yet.";
    assert!(page.text().contains(none), "{}", page.dump());
    for number in 0..55 {
        insert_key(&world, number, now, now + 30 * DAY).await;
    }
    let old = insert_key(&world, 90, now - 100 * DAY, now + 30 * DAY).await;
    let ending = insert_key(&world, 91, now, now + 3 * DAY).await;
    let revoke = |id: &ApiKeyId| format!("/admin/api-access/{id}/revoke");
    let links = "tbody a[href$='/revoke']";
    let mut seen = walk(stack, &admin, "/admin/api-access", links).await;
    assert_eq!(seen.len(), 57);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 57, "each once");
    for (show, id) in [("unused", &old), ("soon", &ending)] {
        for path in ["/admin/api-access?show=", "/admin/api-access?q=alice&show="] {
            let page = open(stack, &admin, &format!("{path}{show}")).await;
            assert_eq!(page.attributes(links, "href"), [revoke(id)], "{show}");
            assert!(page.text().contains(&id.prefix()));
        }
    }
    let page = open(stack, &admin, "/admin/api-access?q=carol").await;
    assert!(page.text().contains("There are no such keys."));
    let page = admin.get(stack.at("/admin/api-access?show=other")).await;
    assert_eq!(page.status, 400);
    confirmed(stack, &admin, &revoke(&old), "The key no longer works.").await;
    assert_eq!(admin.get(stack.at(&revoke(&old))).await.status, 404);
    let page = open(stack, &admin, "/admin/api-access?show=unused").await;
    assert!(page.text().contains("There are no such keys."));
    // An administrator with fewer rights reads the list, and revokes no key of a more powerful user.
    world.let_hold("carol", "reader", &["users:read"]).await;
    let reader = browser(stack, "carol").await;
    let page = open(stack, &reader, "/admin/api-access").await;
    assert!(!page.has(links), "{}", page.dump());
    let page = reader.get(stack.at(&revoke(&ending))).await;
    assert_eq!(page.status, 404);
    world.let_hold("alice", "boss", &["keys:write"]).await;
    let helper = browser(stack, "helper").await;
    let page = confirm(stack, &helper, &revoke(&ending), None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
}

async fn registration_token_is_created_and_revoked(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/apps/tokens/new").await;
    let form = page.form("#entry").with("lifetime", "7d");
    for (note, uses, field) in [
        ("", "1", "note"),
        ("Shop", "0", "uses"),
        ("Shop", "x", "uses"),
    ] {
        let form = form.clone().with("note", note).with("uses", uses);
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 422, "{}", page.dump());
        assert!(page.has(&format!("[role=alert] a[href='#{field}']")));
        assert_eq!(page.form("#entry").value("note"), Some(note));
    }
    let form = form.with("note", "Shop").with("uses", "3");
    let form = form.with("lifetime", "1d");
    let page = admin.submit(&form).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let again = admin.submit(&form).await;
    let list = "/admin/apps/tokens?done=console-shown-once";
    assert_eq!(location(&again), list);
    assert!(open(stack, &admin, list).await.has(".notice"));
    let secret = page.text_of("#secret").expect("a token");
    assert!(secret.trim().len() >= 43);
    let page = open(stack, &admin, "/admin/apps/tokens").await;
    assert_eq!(
        page.attributes(".crumbs li:last-child a", "href"),
        ["/admin/apps"]
    );
    assert_eq!(page.texts_of("tbody th"), ["Shop"]);
    assert!(!page.text().contains(secret.trim()));
    let kind = "registration_token.changed";
    assert!(world.has_event(kind, "admin", "created").await);
    let revoke = page.attributes("tbody td a", "href").remove(0);
    let page = confirmed(stack, &admin, &revoke, "The key no longer works.").await;
    assert!(page.text().contains("There are no registration keys."));
    assert!(world.has_event(kind, "admin", "revoked").await);
    assert_eq!(admin.get(stack.at(&revoke)).await.status, 404);
}

async fn access_is_listed_and_withdrawn(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, web) = (browser(stack, "admin").await, &stack.seed.web);
    let request = Authorization::new(stack.issuer(), web);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let tokens = stack.exchange(web, &code).await;
    assert_eq!(tokens.status, 200, "{}", tokens.dump());
    let list = format!("/admin/apps/{}/consents", web.id);
    let page = open(stack, &admin, &list).await;
    let alice = format!("/admin/people/{}", world.id("alice"));
    assert_eq!(
        page.attributes("tbody th a", "href"),
        std::slice::from_ref(&alice)
    );
    let withdraw = page.attributes("tbody td a", "href").remove(0);
    assert_eq!(withdraw, format!("{alice}/apps/{}/withdraw", web.id));
    let apps = format!("{alice}/apps");
    let page = open(stack, &admin, &apps).await;
    assert!(page.attributes("tbody td a", "href").contains(&withdraw));
    let notice = "The access was withdrawn.";
    let page = confirmed(stack, &admin, &withdraw, notice).await;
    assert!(!page.attributes("tbody td a", "href").contains(&withdraw));
    let page = open(stack, &admin, &list).await;
    assert!(page.text().contains("No user has consented to this app."));
    assert_eq!(admin.get(stack.at(&withdraw)).await.status, 404);
    let event = "consent.revoked";
    assert!(world.has_event(event, "admin", "withdrawn").await);
    // A more powerful account is protected.
    let request = Authorization::new(stack.issuer(), web);
    request.complete(&UserAgent::new(), "admin").await.code();
    let helper = browser(stack, "helper").await;
    let withdraw = withdraw.replace(&world.id("alice"), &world.id("admin"));
    let page = confirm(stack, &helper, &withdraw, None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let token = csrf(stack, &helper).await;
    let page = helper.post(stack.at(&withdraw), &[("csrf", &token)]).await;
    assert_eq!(page.status, 409, "{}", page.dump());
}

/// Checks the lists and changes of the API without a user.
async fn api_lists_are_those_of_console(stack: &Stack) {
    let world = World::new(stack).await;
    let web = &stack.seed.web;
    let request = Authorization::new(stack.issuer(), web);
    request.complete(&UserAgent::new(), "alice").await.code();
    let now = stack.clock.now();
    insert_key(&world, 1, now - 100 * DAY, now + 3 * DAY).await;
    let read = async |path: &str| {
        let page = world.call("admin", "GET", path, None).await;
        ok(&page, 200)["items"].as_array().unwrap().len()
    };
    assert!(read("/api/admin/sessions").await >= 2);
    let of_app = format!("/api/admin/sessions?client_id={}", web.id);
    assert_eq!(read(&of_app).await, 1);
    let consents = format!("/api/admin/consents?client_id={}", web.id);
    assert_eq!(read(&consents).await, 1);
    for (query, number) in [
        ("", 1),
        ("?expires_before=2999-01-01T00:00:00Z", 1),
        ("?unused_since=2001-01-01T00:00:00Z", 0),
    ] {
        assert_eq!(read(&format!("/api/admin/api-keys{query}")).await, number);
    }
    let access = format!("/api/admin/users/{}/clients/{}", world.id("alice"), web.id);
    let page = world.call("admin", "DELETE", &access, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let page = world.call("admin", "DELETE", &access, None).await;
    problem(&page, 404, "not-found");
    assert_eq!(read(&consents).await, 0);
    let path = format!("/api/admin/sessions?user={}", world.id("alice"));
    let page = world.call("admin", "DELETE", &path, None).await;
    let expected = json!({ "ended": 1, "grants": 0, "trusted_devices": 0, "complete": true });
    assert_eq!(ok(&page, 200), expected);
    for query in [
        "",
        "?client_id=web-app&user=0190f6a0-0000-7000-8000-000000000000",
    ] {
        let path = format!("/api/admin/sessions{query}");
        let page = world.call("admin", "DELETE", &path, None).await;
        problem(&page, 400, "invalid-input");
    }
}
