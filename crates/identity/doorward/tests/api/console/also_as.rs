//! Tests that each form shows the same change as a command and as a call of the admin API, for the
//! values as typed and without its secrets.

use doorward_testkit::{Stack, UserAgent, flows};
use reqwest::Method;
use serde_json::{Value, json};

use super::budget_table::{address, console_rows};
use super::objects::objects;
use super::support::{browser, csrf, open};
use crate::admin::world::{World, ok};

flows!(
    each_form_shows_equivalent,
    texts_have_values_as_typed,
    document_of_form_creates_object,
    question_about_chosen_users_shows_operation,
    secret_of_provider_is_not_shown,
    texts_require_permission,
    object_is_shown_as_json,
);

/// Forms without an equivalent: those that show it after a change, and those that no other interface
/// offers.
const WITHOUT: &[&str] = &[
    // Sign-ins and checks in the browser.
    "/admin/providers/{id}/try",
    "/admin/setup/issuer",
    // The question about chosen objects follows the form of their list.
    "/admin/grants/bulk",
    "/admin/people/bulk",
    "/admin/sessions/bulk",
    "/admin/unused/accounts/bulk",
    "/admin/unused/api-keys/bulk",
    "/admin/unused/apps/bulk",
];

/// Forms that show texts for changed values only.
const OF_CHANGES: &[&str] = &[
    "/admin/apps/{id}/branding",
    "/admin/apps/{id}/edit/{section}",
    "/admin/groups/{id}/edit",
    "/admin/organizations/{id}/branding",
    "/admin/organizations/{id}/edit",
    "/admin/people/{id}/edit",
    "/admin/providers/{id}/edit",
    "/admin/roles/{id}/edit",
];

async fn each_form_shows_equivalent(stack: &Stack) {
    let world = World::new(stack).await;
    browser(stack, "alice").await;
    let (named, admin) = (objects(&world).await, browser(stack, "admin").await);
    let mut shown = 0;
    for (route, values, _) in console_rows().filter(|(route, ..)| !route.contains('?')) {
        let path = address(route, values, &named);
        let asked = admin.http().request(Method::OPTIONS, stack.at(&path));
        let allowed = admin.send(asked).await;
        let is_form = allowed
            .header("allow")
            .is_some_and(|it| it.contains("POST"));
        // The event of the table cannot be undone.
        if !is_form || WITHOUT.contains(route) || *route == "/admin/audit/{id}/undo" {
            continue;
        }
        let page = open(stack, &admin, &path).await;
        assert!(page.has("main details"), "{path}: {}", page.dump());
        assert!(!page.has("main details[open]"), "{path}");
        let texts = page.texts_of("main details pre");
        assert_eq!(texts.is_empty(), OF_CHANGES.contains(route), "{path}");
        for text in &texts {
            let is_known = ["doorward ", "curl --request ", "{"];
            assert!(
                is_known.iter().any(|start| text.starts_with(start)),
                "{text}"
            );
        }
        shown += 1;
    }
    assert!(shown > 40, "{shown}");
}

/// Returns the texts of a form with these values.
async fn texts(
    stack: &Stack,
    agent: &UserAgent,
    path: &str,
    fields: &[(&str, &str)],
) -> Vec<String> {
    let page = open(stack, agent, path).await;
    let mut form = page.press("#entry button[value=show]");
    for (name, value) in fields {
        form = form.with(name, value);
    }
    let page = agent.submit(&form).await;
    assert_eq!(page.status, 200, "{path}: {}", page.dump());
    assert!(page.has("#entry details[open]"), "{path}");
    page.texts_of("#entry pre")
}

/// A form, the values of its fields, and the command.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const CASES: [Case; 5] = [
    (
        "/admin/people/new",
        &[("username", "dora"), ("email", "dora@example.org")],
        "doorward user create --email=dora@example.org dora",
    ),
    (
        "/admin/roles/new",
        &[
            ("name", "night-watch"),
            ("permissions", "users:read\r\nroles:read"),
        ],
        "doorward role create --permission=users:read --permission=roles:read night-watch",
    ),
    (
        "/admin/organizations/new",
        &[("name", "New Org"), ("slug", "new-org")],
        "doorward org create --name='New Org' new-org",
    ),
    (
        "/admin/organizations/acme/invite",
        &[("email", "guest@example.org")],
        "doorward org invite --email=guest@example.org acme",
    ),
    (
        "/admin/apps/new",
        &[
            ("name", "Photos"),
            ("kind", "device"),
            ("redirect_uri", "https://a.example/cb"),
        ],
        "doorward client create --kind=public --redirect-uri=https://a.example/cb Photos",
    ),
];

async fn texts_have_values_as_typed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let url = format!("{}/api/admin/", stack.issuer());
    for (path, fields, command) in CASES {
        let shown = texts(stack, &admin, path, fields).await;
        assert_eq!(shown[0], command, "{path}");
        let call = format!("curl --request POST {url}");
        assert!(shown[1].starts_with(&call), "{}", shown[1]);
    }
    let (alice, group) = (world.id("alice"), world.groups[""].to_string());
    let add = format!("/admin/groups/{group}/members/add");
    let shown = texts(stack, &admin, &add, &[("user", "alice")]).await;
    let command = format!("doorward group add-member --user=alice {group}");
    let call = format!("curl --request PUT {url}groups/{group}/members/alice ");
    assert_eq!(shown[0], command);
    assert!(shown[1].starts_with(&call), "{}", shown[1]);
    let give = format!("/admin/people/{alice}/access/give");
    let fields = [
        ("role", "helper"),
        ("lifetime", "7d"),
        ("reason", "On call"),
    ];
    let shown = texts(stack, &admin, &give, &fields).await;
    let command = format!("doorward role assign --user={alice} --role=helper --expires=");
    assert!(shown[0].starts_with(&command), "{}", shown[0]);
    assert!(shown[0].ends_with("--reason='On call'"), "{}", shown[0]);
    assert!(shown[1].contains("X-Doorward-Reason: On%20call"));
    // The texts change nothing.
    for (path, name) in [
        ("/api/admin/users", "dora"),
        ("/api/admin/roles", "night-watch"),
    ] {
        let page = world.call("admin", "GET", path, None).await;
        assert!(!ok(&page, 200).to_string().contains(name));
    }
}

async fn document_of_form_creates_object(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let fields = [("name", "night-watch"), ("permissions", "users:read")];
    let shown = texts(stack, &admin, "/admin/roles/new", &fields).await;
    let document: Value = serde_json::from_str(&shown[2]).unwrap();
    assert_eq!(
        document,
        json!({ "name": "night-watch", "permissions": ["users:read"] })
    );
    let page = world
        .call("admin", "POST", "/api/admin/roles", Some(&document))
        .await;
    assert_eq!(page.status, 201, "{}", page.dump());
}

async fn question_about_chosen_users_shows_operation(stack: &Stack) {
    let world = World::new(stack).await;
    let (alice, admin) = (world.id("alice"), browser(stack, "admin").await);
    let list = open(stack, &admin, "/admin/people").await;
    let form = list.form("#bulk").with("action", "disable");
    let question = admin.submit(&form.and("user", &alice)).await;
    let shown = question.texts_of("main details pre");
    let command = format!("doorward user bulk start --user={alice} disable");
    assert_eq!(shown[0], command);
    let list = open(stack, &admin, "/admin/people?q=alice&choose=all").await;
    let form = list.form("#bulk").with("action", "disable");
    let shown = admin.submit(&form).await.texts_of("main details pre");
    assert!(shown[0].ends_with(" --yes=true disable"), "{shown:?}");
    let body: Value = serde_json::from_str(&shown[2]).unwrap();
    let expected = json!({ "action": "disable", "filter": { "q": "alice" }, "yes": true });
    assert_eq!(body, expected);
}

async fn secret_of_provider_is_not_shown(stack: &Stack) {
    let _world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let secret = "s3cr3t-of-the-provider";
    for kind in ["google", "apple"] {
        let path = format!("/admin/providers/new/{kind}");
        let fields = [("client_id", "doorward"), ("client_secret", secret)];
        let shown = texts(stack, &admin, &path, &fields).await;
        assert!(shown[0].contains("--client-secret-file=client_secret.txt"));
        assert!(!shown.join("\n").contains(secret), "{shown:?}");
    }
}

async fn texts_require_permission(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "users", &["users:read"]).await;
    let carol = browser(stack, "carol").await;
    let token = csrf(stack, &carol).await;
    let give = format!("/admin/people/{}/access/give", world.id("alice"));
    for path in ["/admin/roles/new", "/admin/providers/new/google", &give] {
        let fields = [("csrf", token.as_str()), ("step", "show")];
        let page = carol.post(stack.at(path), &fields).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
    }
}

/// The page of each kind of object shows its command, its call and its JSON on demand, and the call
/// returns this JSON.
async fn object_is_shown_as_json(stack: &Stack) {
    let world = World::new(stack).await;
    browser(stack, "alice").await;
    let (named, admin) = (objects(&world).await, browser(stack, "admin").await);
    for route in [
        "/admin/apps/{id}",
        "/admin/groups/{id}",
        "/admin/organizations/{id}",
        "/admin/people/{id}",
        "/admin/providers/{id}",
        "/admin/roles/{id}",
    ] {
        let row = console_rows().find(|(path, ..)| *path == route);
        let path = address(route, row.expect("a row").1, &named);
        let page = open(stack, &admin, &path).await;
        let link = format!("{path}?as=json");
        assert!(page.attributes("main a", "href").contains(&link), "{path}");
        assert!(page.texts_of("main pre").is_empty(), "{path}");
        let page = open(stack, &admin, &link).await;
        let texts = page.texts_of("main pre");
        let [command, call, object] = texts.as_slice() else {
            panic!("{path}: {}", page.dump());
        };
        assert!(command.starts_with("doorward "), "{command}");
        let url = call.split_whitespace().nth(3).expect("a URL");
        let (_, path_of_call) = url.split_once("/api/admin").expect("a call");
        let call = format!("/api/admin{path_of_call}");
        let read = world.call("admin", "GET", &call, None).await;
        let object: Value = serde_json::from_str(object).expect("JSON");
        assert_eq!(ok(&read, 200), object, "{path}");
    }
}
