//! Tests of the filters of the lists of users and apps, on the pages and in the API.

use doorward_access::clock::Clock as _;
use doorward_domain::model::TotpFactor;
use doorward_store::repo;
use doorward_testkit::{Page, Stack, both_backends};
use serde_json::{Value, json};

use super::objects::lock_out;
use super::support::{browser, open};
use crate::admin::world::{World, ok, problem};

both_backends!(
    users_are_filtered_by_each_value,
    apps_are_filtered_by_each_value,
    filter_is_kept_in_links_form_and_pages,
    filters_require_permissions,
    owner_filters_members_only,
    names_are_searched_on_pages_and_in_api,
    owner_searches_own_organization_only,
);

const DAY: i64 = 86_400;

/// Creates a user for each filter.
pub async fn seed(world: &World<'_>) {
    let (now, people) = (world.stack.clock.now(), &world.people);
    let tx = world.db.begin_write().await.unwrap();
    let (carol, bob, helper) = (people["carol"], people["bob"], people["helper"]);
    doorward_testkit::seed::set_disabled(&tx, carol, Some(now)).await;
    repo::users::schedule_deletion(&tx, bob, now + DAY)
        .await
        .unwrap();
    repo::users::set_email_verified(&tx, helper, false, now)
        .await
        .unwrap();
    let alice = people["alice"];
    repo::users::record_login(&tx, alice, now - 91 * DAY)
        .await
        .unwrap();
    let factor = TotpFactor {
        user_id: alice,
        secret_sealed: vec![1],
        confirmed_at: None,
        last_step: 0,
        failures: 0,
        locked_until: None,
        codes_saved_at: None,
        created_at: now,
    };
    repo::totp_factors::insert_unconfirmed(&tx, &factor)
        .await
        .unwrap();
    repo::totp_factors::confirm(&tx, alice, now, 1, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    lock_out(world, Some("mona")).await;
}

/// The filters of users, with the names of those that they select.
const USERS: &[(&str, &[&str])] = &[
    ("state=disabled", &["carol"]),
    ("state=pending_deletion", &["bob"]),
    ("state=unverified", &["helper"]),
    ("state=active&organization=acme", &["alice", "mona"]),
    ("organization=acme", &["alice", "mona"]),
    ("organization=nowhere", &[]),
    ("role=helper", &["helper"]),
    ("second_factor=none&organization=acme", &["mona"]),
    ("unused_days=90", &["alice"]),
    ("unused_days=92", &[]),
    ("locked=true", &["mona"]),
    ("q=mo&locked=true", &["mona"]),
    ("q=al&locked=true", &[]),
    ("q=car&state=disabled", &["carol"]),
    ("q=car&state=active", &[]),
];

/// Returns the names of the users that a page lists.
fn names(world: &World<'_>, page: &Page) -> Vec<String> {
    let listed = page.attributes("tbody th a", "href");
    let mut names: Vec<String> = listed
        .iter()
        .map(|path| {
            let id = path.rsplit('/').next().unwrap();
            let named = world.people.iter().find(|user| user.1.to_string() == id);
            named.expect("a known user").0.clone()
        })
        .collect();
    names.sort();
    names
}

async fn users_are_filtered_by_each_value(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    seed(&world).await;
    for (query, expected) in USERS {
        let page = open(stack, &admin, &format!("/admin/people?{query}")).await;
        assert_eq!(names(&world, &page), *expected, "{query}");
        if !expected.is_empty() {
            let caption = format!("Users: {}", expected.len());
            assert_eq!(page.text_of("caption"), Some(caption), "{query}");
        }
        let path = format!("/api/admin/users?{query}");
        let found = ok(&world.call("admin", "GET", &path, None).await, 200);
        let items = found["items"].as_array().unwrap().iter();
        let mut names: Vec<_> = items
            .map(|item| item["username"].as_str().unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(names, *expected, "{query}");
        assert_eq!(found.get("next_cursor"), None, "{query}");
    }
    for (name, expected) in [("alice", "Authenticator app"), ("carol", "Not set up")] {
        let page = open(stack, &admin, &format!("/admin/people?q={name}")).await;
        let cells = page.texts_of("tbody tr:first-child td");
        assert_eq!(cells[4].trim(), expected, "{name}");
    }
    for (query, name) in [
        ("state=lost", "state"),
        ("second_factor=any", "second_factor"),
        ("unused_days=0", "unused_days"),
        ("locked=no", "locked"),
    ] {
        let page = admin.get(stack.at(&format!("/admin/people?{query}"))).await;
        assert_eq!(page.status, 400, "{query}");
        let path = format!("/api/admin/users?{query}");
        let page = world.call("admin", "GET", &path, None).await;
        let received = problem(&page, 400, "invalid-input");
        assert_eq!(received["errors"][0]["field"], name, "{received}");
    }
}

async fn apps_are_filtered_by_each_value(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let list = "/api/admin/clients";
    for (id, kind) in [("quokka", "public"), ("quoll", "confidential")] {
        let new = json!({ "id": id, "name": "Zebra", "kind": kind,
                          "redirect_uris": ["https://app.example/cb"] });
        ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    }
    let off = json!({ "disabled": true });
    let path = format!("{list}/quoll");
    ok(
        &world.change("admin", "PATCH", &path, Some(&off)).await,
        200,
    );
    for (query, expected) in [
        ("q=zeb", vec!["quokka", "quoll"]),
        ("q=zeb&state=active", vec!["quokka"]),
        ("state=disabled", vec!["quoll"]),
        ("q=quo&kind=public", vec!["quokka"]),
        ("q=quo&kind=confidential", vec!["quoll"]),
        ("q=quo&registered_by=administrator", vec!["quokka", "quoll"]),
        ("q=quo&registered_by=dynamic", vec![]),
        ("registered_by=document", vec![]),
    ] {
        let page = open(stack, &admin, &format!("/admin/apps?{query}")).await;
        let links = page.attributes("tbody th a", "href");
        let paths: Vec<_> = expected
            .iter()
            .map(|id| format!("/admin/apps/{id}"))
            .collect();
        assert_eq!(links, paths, "{query}");
        let found = world
            .call("admin", "GET", &format!("{list}?{query}"), None)
            .await;
        let found = ok(&found, 200);
        let items = found["items"].as_array().unwrap().iter();
        let ids: Vec<&Value> = items.map(|item| &item["id"]).collect();
        assert_eq!(ids, expected, "{query}");
    }
    for query in ["state=unverified", "kind=native", "registered_by=anybody"] {
        let page = admin.get(stack.at(&format!("/admin/apps?{query}"))).await;
        assert_eq!(page.status, 400, "{query}");
        let page = world
            .call("admin", "GET", &format!("{list}?{query}"), None)
            .await;
        problem(&page, 400, "invalid-input");
    }
}

async fn filter_is_kept_in_links_form_and_pages(stack: &Stack) {
    let mut world = World::new(stack).await;
    for number in 0..55 {
        world.create_user(&format!("walker{number}")).await;
    }
    let admin = browser(stack, "admin").await;
    let path = "/admin/people?q=walker&state=active&second_factor=none";
    let page = open(stack, &admin, path).await;
    assert_eq!(page.text_of("caption").unwrap(), "Users: 55");
    let title = page.text_of("title").unwrap();
    assert!(
        title.starts_with("Users · walker · Active · Not set up · "),
        "{title}"
    );
    let chosen = [
        "Remove filter “walker”",
        "Remove filter “State: Active”",
        "Remove filter “Two-factor authentication: Not set up”",
        "Show all again",
    ];
    assert_eq!(page.texts_of(".chosen a"), chosen);
    assert_eq!(
        page.attributes(".chosen a", "href"),
        [
            "/admin/people?state=active&second_factor=none",
            "/admin/people?q=walker&second_factor=none",
            "/admin/people?q=walker&state=active",
            "/admin/people"
        ]
    );
    for end in ["csv", "json"] {
        let file = path.replace("people?", &format!("people.{end}?"));
        assert!(page.attributes(".actions a", "href").contains(&file));
    }
    let form = page.form("form.filters");
    assert_eq!(form.value("state"), Some("active"));
    assert_eq!(form.value("second_factor"), Some("none"));
    assert_eq!(form.value("q"), Some("walker"));
    let mut seen = page.attributes("tbody th a", "href");
    assert_eq!(seen.len(), 50);
    let next = page.attributes(".pages a", "href").pop().unwrap();
    assert!(
        next.contains("state=active") && next.contains("cursor="),
        "{next}"
    );
    let page = open(stack, &admin, &next).await;
    seen.extend(page.attributes("tbody th a", "href"));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 55);
    // A link that changes the filter has no cursor.
    let links = page.attributes(".chosen a", "href");
    assert!(
        links.iter().all(|link| !link.contains("cursor")),
        "{links:?}"
    );
    // The cursor belongs to the filter.
    let other = next.replace("state=active", "state=disabled");
    assert_eq!(admin.get(stack.at(&other)).await.status, 400);
    // A value that the form does not offer is kept.
    let page = open(stack, &admin, "/admin/people?unused_days=30").await;
    assert_eq!(page.form("form.filters").value("unused_days"), Some("30"));
}

async fn filters_require_permissions(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "reader", &["users:read"]).await;
    let carol = browser(stack, "carol").await;
    let page = open(stack, &carol, "/admin/people?state=active").await;
    let form = page.form("form.filters");
    assert_eq!(form.value("role"), None);
    assert_eq!(form.value("organization"), None);
    for query in ["role=helper", "organization=acme"] {
        let page = carol.get(stack.at(&format!("/admin/people?{query}"))).await;
        assert_eq!(page.status, 404, "{query}");
        let path = format!("/api/admin/users?{query}");
        let page = world.call("carol", "GET", &path, None).await;
        assert_eq!(page.status, 403, "{query}");
    }
}

/// The filters of an owner of acme.
const MEMBERS: &[(&str, &[&str])] = &[
    ("state=active", &["alice", "mona"]),
    ("state=disabled", &[]),
    ("q=al&second_factor=none", &[]),
    ("second_factor=none", &["mona"]),
    ("unused_days=90", &["alice"]),
    ("organization=acme", &["alice", "mona"]),
    // Another organization looks like one that does not exist.
    ("organization=zeta", &[]),
    ("organization=nowhere", &[]),
    // Roles outside the organization are not visible.
    ("role=boss", &[]),
    ("role=helper", &[]),
];

async fn owner_filters_members_only(stack: &Stack) {
    let world = World::new(stack).await;
    seed(&world).await;
    world.let_hold("bob", "boss", &[]).await;
    let owner = browser(stack, "mona").await;
    let page = open(stack, &owner, "/admin/people").await;
    let form = page.form("form.filters");
    assert_eq!(form.value("locked"), None);
    assert_eq!(form.value("organization"), None);
    for (query, expected) in MEMBERS {
        let page = open(stack, &owner, &format!("/admin/people?{query}")).await;
        assert_eq!(names(&world, &page), *expected, "{query}");
        let path = format!("/api/admin/users?{query}");
        let found = ok(&world.call("mona@acme", "GET", &path, None).await, 200);
        let items = found["items"].as_array().unwrap().len();
        assert_eq!(items, expected.len(), "{query}: {found}");
    }
    let page = owner.get(stack.at("/admin/people?locked=true")).await;
    assert_eq!(page.status, 404);
}

/// Returns the members of all items that a list of the API has.
async fn listed(world: &World<'_>, who: &str, list: &str, member: &str) -> Vec<String> {
    let path = format!("/api/admin/{list}");
    let found = ok(&world.call(who, "GET", &path, None).await, 200);
    let items = found["items"].as_array().unwrap().iter();
    let text = |item: &Value| item[member].as_str().unwrap().to_owned();
    items.map(text).collect()
}

async fn names_are_searched_on_pages_and_in_api(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let new = json!({ "name": "quokka" });
    let created = world
        .call("admin", "POST", "/api/admin/groups", Some(&new))
        .await;
    let quokka = ok(&created, 201)["id"].as_str().unwrap().to_owned();
    for (list, text, id, expected) in [
        ("groups", "QUO", "id", vec![quokka.as_str()]),
        ("groups", "/quokka", "id", vec![quokka.as_str()]),
        ("groups", "okka", "id", vec![quokka.as_str()]),
        ("organizations", "ZET", "slug", vec!["zeta"]),
        ("organizations", "%25", "slug", vec![]),
        ("roles", "Help", "name", vec!["helper"]),
        ("roles", "absent", "name", vec![]),
    ] {
        let query = format!("{list}?q={text}");
        assert_eq!(listed(&world, "admin", &query, id).await, expected);
        let page = open(stack, &admin, &format!("/admin/{query}")).await;
        let paths: Vec<_> = expected
            .iter()
            .map(|id| format!("/admin/{list}/{id}"))
            .collect();
        assert_eq!(page.attributes("tbody th a", "href"), paths, "{query}");
        let form = page.form("form.filters");
        assert_eq!(form.value("q"), Some(&*text.replace("%25", "%")));
        let message = page.text().contains("Nothing matches.");
        assert_eq!(message, expected.is_empty(), "{query}");
    }
    let page = open(stack, &admin, "/admin/organizations?q=acme").await;
    assert_eq!(page.text_of("caption").unwrap(), "Organizations: 1");
}

async fn owner_searches_own_organization_only(stack: &Stack) {
    let world = World::new(stack).await;
    let owner = browser(stack, "mona").await;
    for (list, text, rows) in [
        ("organizations", "acme", 1),
        ("organizations", "zeta", 0),
        // Each of the organizations has such a group, and there is one outside of all.
        ("groups", "sales", 1),
        ("groups", "", 1),
    ] {
        let query = format!("{list}?q={text}");
        let page = open(stack, &owner, &format!("/admin/{query}")).await;
        let found = page.attributes("tbody th a", "href").len();
        assert_eq!(found, rows, "{query}");
        let id = if list == "groups" { "id" } else { "slug" };
        let found = listed(&world, "mona@acme", &query, id).await;
        assert_eq!(found.len(), rows, "{query}");
    }
}
