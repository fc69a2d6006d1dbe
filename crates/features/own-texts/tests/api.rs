//! Tests of own texts: on sign-in pages and in messages of an app, an organization and their requests.

use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows};
use serde_json::json;

use super::world::{World, ok, problem};

flows!(
    texts_of_client_and_organization_are_shown,
    message_has_text_of_organization,
    texts_are_checked_and_bounded,
    texts_of_decisions_are_for_role_admin,
    texts_end_with_their_owner,
);

/// The member that names the owner of a text, and its value.
type Owner<'a> = (&'static str, &'a str);

const ACME: Owner<'static> = ("organization", "acme");
const TEXTS: &str = "/api/admin/texts/de";

fn of_web(stack: &Stack) -> Owner<'_> {
    ("client_id", &stack.seed.web.id)
}

async fn set_as(world: &World<'_>, who: &str, owner: Owner<'_>, key: &str, text: &str) -> Page {
    let (path, body) = (
        format!("{TEXTS}/{key}"),
        json!({ "text": text, owner.0: owner.1 }),
    );
    world.call(who, "PUT", &path, Some(&body)).await
}

async fn set(world: &World<'_>, owner: Owner<'_>, key: &str, text: &str) -> Page {
    set_as(world, "admin", owner, key, text).await
}

async fn remove(world: &World<'_>, who: &str, owner: Owner<'_>, key: &str) -> Page {
    let path = format!("{TEXTS}/{key}?{}={}", owner.0, owner.1);
    world.call(who, "DELETE", &path, None).await
}

/// Returns the German sign-in page of a request.
async fn sign_in_page(stack: &Stack, agent: &UserAgent, organization: Option<&str>) -> Page {
    let mut request = Authorization::new(stack.issuer(), &stack.seed.web).with("ui_locales", "de");
    if let Some(slug) = organization {
        request = request.with("organization", slug);
    }
    stack.clear_caches();
    stack.read_background().await;
    request.start(agent).await.expect_page()
}

async fn texts_of_client_and_organization_are_shown(stack: &Stack) {
    let world = World::new(stack).await;
    let title = async |organization: Option<&str>| {
        let page = sign_in_page(stack, &UserAgent::new(), organization).await;
        page.texts_of("h1")[0].clone()
    };
    assert_eq!(title(Some("acme")).await, "Anmelden");
    let stored = set(&world, ACME, "login-title", " Anmelden bei Acme ").await;
    assert_eq!(
        ok(&stored, 200),
        json!({ "language": "de", "key": "login-title", "text": "Anmelden bei Acme" })
    );
    assert_eq!(title(Some("acme")).await, "Anmelden bei Acme");
    assert_eq!(title(None).await, "Anmelden");
    let other = UserAgent::new().get(stack.at("/login?ui_locales=de")).await;
    assert!(!other.text().contains("Acme"), "{}", other.dump());
    // That of the client takes precedence, until it is removed.
    let web = of_web(stack);
    ok(&set(&world, web, "login-title", "Zum Laden").await, 200);
    assert_eq!(title(Some("acme")).await, "Zum Laden");
    assert_eq!(title(None).await, "Zum Laden");
    let list = format!("{TEXTS}?client_id={}", web.1);
    let listed = world.call("admin", "GET", &list, None).await;
    assert_eq!(ok(&listed, 200)["items"][0]["text"], "Zum Laden");
    for owner in [web, ACME] {
        let removed = remove(&world, "admin", owner, "login-title").await;
        assert_eq!(removed.status, 204, "{}", removed.dump());
        let again = remove(&world, "admin", owner, "login-title").await;
        assert_eq!(again.status, 404, "{}", again.dump());
    }
    assert_eq!(title(Some("acme")).await, "Anmelden");
    for kind in ["client.changed", "organization.changed"] {
        assert!(world.has_event(kind, "admin", "own text").await, "{kind}");
    }
}

async fn message_has_text_of_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let text = "{ $site }: Ihre Kundennummer braucht ein neues Passwort.";
    for language in ["de", "en"] {
        let path = format!("/api/admin/texts/{language}/mail-reset-text");
        let body = json!({ "text": text, "organization": "acme" });
        ok(&world.call("admin", "PUT", &path, Some(&body)).await, 200);
    }
    let agent = UserAgent::new();
    let page = sign_in_page(stack, &agent, Some("acme")).await;
    let forgot = page.link_of("a[href^='/forgot-password']").expect("a link");
    let page = agent.get(forgot).await;
    let form = page.form("#forgot");
    agent.submit(&form.with("identifier", "bob")).await;
    let mail = stack.mail("bob@example.org").await;
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("Ihre Kundennummer braucht"), "{part}");
    }
}

async fn texts_are_checked_and_bounded(stack: &Stack) {
    let world = World::new(stack).await;
    let web = of_web(stack);
    let long = "a".repeat(2_001);
    for (key, text, field) in [
        ("login-titel", "Hallo", "key"),
        ("console-title", "Hallo", "key"),
        ("login-title", "{ $name }", "text"),
        ("login-title", "Hallo\n.title = Welt", "text"),
        ("login-title", " ", "text"),
        ("login-title", long.as_str(), "text"),
    ] {
        let found = problem(&set(&world, web, key, text).await, 400, "invalid-input");
        assert_eq!(found["errors"][0]["field"], field, "{found}");
    }
    let (unknown, body) = (
        "/api/admin/texts/xx/login-title",
        json!({ "text": "Hallo" }),
    );
    let unknown = world.call("admin", "PUT", unknown, Some(&body)).await;
    assert_eq!(unknown.status, 404, "{}", unknown.dump());
    let both = json!({ "text": "Hallo", "organization": "acme", "client_id": web.1 });
    let path = format!("{TEXTS}/login-title");
    let both = world.call("admin", "PUT", &path, Some(&both)).await;
    problem(&both, 400, "invalid-input");
    let keys = "/api/admin/text-keys?language=de&word=login-title";
    let keys = ok(&world.call("admin", "GET", keys, None).await, 200);
    assert_eq!(keys["items"][0]["text"], "Anmelden", "{keys}");
}

async fn texts_end_with_their_owner(stack: &Stack) {
    let world = World::new(stack).await;
    ok(&set(&world, ACME, "login-title", "Acme").await, 200);
    let organization = "/api/admin/organizations/acme";
    let ended = world.change("admin", "DELETE", organization, None).await;
    assert_eq!(ended.status, 204, "{}", ended.dump());
    let page = sign_in_page(stack, &UserAgent::new(), None).await;
    assert_eq!(page.texts_of("h1"), ["Anmelden"]);
    let owner = doorward_domain::model::TextOwner::Organization("acme".to_owned());
    let left = doorward_store::repo::own_texts::list(world.db.read(), &owner).await;
    assert!(left.expect("a query").is_empty());
}

async fn texts_of_decisions_are_for_role_admin(stack: &Stack) {
    let world = World::new(stack).await;
    let web = of_web(stack);
    // The consent page names the publisher: not this service, by an administrator of clients.
    let client = "/api/admin/clients/post-app";
    for (publisher, status) in [("Doorward", 400), ("D\u{43e}orward", 400), ("Acme", 200)] {
        let body = json!({ "consent": { "publisher": publisher } });
        let found = world.change("helper", "PATCH", client, Some(&body)).await;
        assert_eq!(found.status, status, "{}", found.dump());
    }
    let (greeting, long) = ("Sehr geehrte { $name },", "a".repeat(101));
    for owner in [web, ACME] {
        for key in [
            "scope-tasks-delete",
            "scope-sensitive",
            "login-title",
            "mail-reset-text",
        ] {
            let text = "Ihren Namen sehen";
            let denied = set_as(&world, "helper", owner, key, text).await;
            let denied = problem(&denied, 403, "permission-denied");
            assert_eq!(denied["rule"], "administrators_only", "{denied}");
            assert_eq!(denied["missing"], json!(["admin"]));
            ok(&set(&world, owner, key, text).await, 200);
            let denied = remove(&world, "helper", owner, key).await;
            problem(&denied, 403, "permission-denied");
        }
        for (who, key) in [
            ("helper", "consent-allow"),
            ("admin", "consent-allow"),
            ("admin", "cancel"),
        ] {
            let fixed = set_as(&world, who, owner, key, "Abbrechen").await;
            let fixed = problem(&fixed, 400, "invalid-input");
            assert_eq!(fixed["errors"][0]["field"], "key", "{fixed}");
        }
        let key = "mail-greeting";
        ok(&set_as(&world, "helper", owner, key, greeting).await, 200);
        let denied = set_as(&world, "helper", owner, key, &long).await;
        problem(&denied, 400, "invalid-input");
        ok(&set(&world, owner, key, &long).await, 200);
    }
}
