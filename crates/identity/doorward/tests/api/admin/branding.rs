//! Tests of the brands of organizations and clients: settings, logos, sign-in pages and messages.

use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows};
use image::ImageFormat;
use serde_json::{Value, json};

use super::logo::{picture, put_at};
use super::world::{World, ok, problem};

flows!(
    sign_in_pages_have_brand_of_request,
    messages_have_brand_of_request,
    unknown_language_is_that_of_brand,
    settings_are_checked_and_versioned,
    logos_are_re_encoded_and_removed,
    icon_of_request_is_on_pages,
    brand_ends_with_its_owner,
);

const ACME: &str = "/api/admin/organizations/acme/branding";

fn of_web(stack: &Stack) -> String {
    format!("/api/admin/clients/{}/branding", stack.seed.web.id)
}

async fn set(world: &World<'_>, path: &str, body: Value) -> Value {
    ok(
        &world.change("admin", "PATCH", path, Some(&body)).await,
        200,
    )
}

async fn set_logo(world: &World<'_>, path: &str, scheme: &str) -> Page {
    let path = format!("{path}/logo/{scheme}");
    let file = picture(ImageFormat::Png);
    put_at(world, "admin", &path, "image/png", file).await
}

/// Returns the sign-in page of a request in a browser.
async fn sign_in_page(stack: &Stack, agent: &UserAgent, organization: Option<&str>) -> Page {
    let mut request = Authorization::new(stack.issuer(), &stack.seed.web);
    if let Some(slug) = organization {
        request = request.with("organization", slug);
    }
    request.start(agent).await.expect_page()
}

/// Returns the second style sheet of a page.
async fn sheet(stack: &Stack, page: &Page) -> String {
    let styles = page.attributes("link[rel=stylesheet]", "href");
    let file = UserAgent::new().get(stack.at(&styles[1])).await;
    assert_eq!(file.status, 200, "{}", file.dump());
    assert_eq!(file.header("content-type"), Some("text/css; charset=utf-8"));
    file.text()
}

async fn sign_in_pages_have_brand_of_request(stack: &Stack) {
    let world = World::new(stack).await;
    let plain = sign_in_page(stack, &UserAgent::new(), Some("acme")).await;
    assert_eq!(plain.attributes("link[rel=stylesheet]", "href").len(), 1);
    set(
        &world,
        ACME,
        json!({
            "name": "Acme Works", "accent": "#c2410c", "background": "#fff7f0",
            "support_url": "mailto:help@acme.example",
        }),
    )
    .await;
    ok(&set_logo(&world, ACME, "light").await, 200);
    stack.clear_caches();
    let agent = UserAgent::new();
    let page = sign_in_page(stack, &agent, Some("acme")).await;
    assert_eq!(page.attributes(".brand img", "alt"), ["Acme Works"]);
    let links = page.attributes("footer > a", "href");
    assert_eq!(links, ["mailto:help@acme.example"]);
    let colors = sheet(stack, &page).await;
    assert!(colors.contains("--accent:light-dark(#c2410c,#"), "{colors}");
    assert!(
        colors.contains("--bg:light-dark(#fff7f0,#0f1216)"),
        "{colors}"
    );
    assert!(!page.has("[style]"), "{}", page.dump());
    // The answer to the form, and registration in the same request.
    let form = page.form("form:has([name=password]):has([name=identifier])");
    let rejected = agent
        .submit(&form.with("identifier", "alice").with("password", "no"))
        .await;
    assert_eq!(rejected.attributes(".brand img", "alt"), ["Acme Works"]);
    // Other requests and pages keep that of the server.
    let other = sign_in_page(stack, &UserAgent::new(), None).await;
    assert!(!other.has(".brand img"), "{}", other.dump());
    assert!(!agent.get(stack.at("/login")).await.has(".brand img"));
    // The brand of the client takes precedence, with all its colors.
    set(&world, &of_web(stack), json!({ "accent_dark": "#8db2ff" })).await;
    stack.clear_caches();
    let page = sign_in_page(stack, &UserAgent::new(), Some("acme")).await;
    let colors = sheet(stack, &page).await;
    assert!(
        colors.contains("--bg:light-dark(#f6f7f9,#0f1216)"),
        "{colors}"
    );
    assert!(colors.contains(",#8db2ff)"), "{colors}");
    assert_eq!(page.attributes(".brand img", "alt"), ["Acme Works"]);
    assert!(
        world
            .has_event("organization.changed", "admin", "branding")
            .await
    );
    assert!(world.has_event("client.changed", "admin", "branding").await);
}

async fn messages_have_brand_of_request(stack: &Stack) {
    let world = World::new(stack).await;
    set(
        &world,
        ACME,
        json!({ "accent": "#c2410c", "imprint_url": "https://acme.example/imprint" }),
    )
    .await;
    ok(&set_logo(&world, ACME, "light").await, 200);
    let invited = "invited@example.net";
    let body = json!({ "email": invited });
    let path = "/api/admin/organizations/acme/invitations";
    ok(&world.call("admin", "POST", path, Some(&body)).await, 201);
    stack.clear_caches();
    // The reset of a password within a request of the organization.
    let agent = UserAgent::new();
    let page = sign_in_page(stack, &agent, Some("acme")).await;
    let forgot = page.link_of("a[href^='/forgot-password']").expect("a link");
    let page = agent.get(forgot).await;
    assert!(page.has(".brand img"), "{}", page.dump());
    let form = page.form("#forgot");
    agent.submit(&form.with("identifier", "bob")).await;
    for address in [invited, "bob@example.org"] {
        let mail = stack.mail(address).await;
        assert!(mail.html.contains("background:#c2410c"), "{}", mail.html);
        assert!(mail.html.contains("<img src=\"cid:"), "{}", mail.html);
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("https://acme.example/imprint"), "{part}");
        }
    }
}

async fn unknown_language_is_that_of_brand(stack: &Stack) {
    let world = World::new(stack).await;
    set(&world, ACME, json!({ "default_language": "de" })).await;
    for user in ["alice", "bob"] {
        stack.set_language(user, None).await;
    }
    stack.clear_caches();
    let lang = |page: &Page| page.attributes("html", "lang");
    let agent = UserAgent::new();
    let page = sign_in_page(stack, &agent, Some("acme")).await;
    assert_eq!(lang(&page), ["de"]);
    let other = sign_in_page(stack, &UserAgent::new(), None).await;
    assert_eq!(lang(&other), ["en"]);
    // The look of an organization outside a request, and a browser that asks for a language.
    let look = "/login?organization=acme";
    for (accepted, expected) in [("", "de"), ("sv", "de"), ("sv, fr;q=0.3", "fr")] {
        let request = UserAgent::new().http().get(stack.at(look));
        let request = request.header("accept-language", accepted);
        let page = UserAgent::new().send(request).await;
        assert_eq!(lang(&page), [expected], "{accepted}");
    }
    // Messages of the request, of the look, and an invitation by an administrator.
    let forgot = page.link_of("a[href^='/forgot-password']").expect("a link");
    let browser = UserAgent::new();
    browser.get(stack.at(look)).await;
    let address = stack.at("/forgot-password");
    for (user, agent, url) in [
        ("bob", &agent, forgot.to_string()),
        ("alice", &browser, address),
    ] {
        let form = agent.get(url).await.form("#forgot");
        agent.submit(&form.with("identifier", user)).await;
        let mail = stack.mail(&format!("{user}@example.org")).await;
        assert!(mail.html.contains("<html lang=\"de\""), "{}", mail.html);
    }
    let body = json!({ "email": "invited@example.net" });
    let path = "/api/admin/organizations/acme/invitations";
    ok(&world.call("admin", "POST", path, Some(&body)).await, 201);
    let mail = stack.mail("invited@example.net").await;
    assert!(mail.html.contains("<html lang=\"de\""), "{}", mail.html);
    // The client takes precedence.
    set(&world, &of_web(stack), json!({ "default_language": "it" })).await;
    stack.clear_caches();
    let page = sign_in_page(stack, &UserAgent::new(), Some("acme")).await;
    assert_eq!(lang(&page), ["it"]);
}

async fn settings_are_checked_and_versioned(stack: &Stack) {
    let world = World::new(stack).await;
    let path = of_web(stack);
    let empty = world.call("admin", "GET", &path, None).await;
    assert_eq!(ok(&empty, 200), json!({}));
    let first = empty.header("etag").expect("a version").to_owned();
    for (member, text) in [
        ("accent", "#f5c518"),
        ("accent", "orange"),
        ("background_dark", "#ffffff"),
        ("privacy_url", "http://app.example/privacy"),
        ("support_url", "javascript:alert(1)"),
        ("name", "line\nbreak"),
        ("default_language", "sv"),
    ] {
        let body = json!({ member: text });
        let page = world.change("admin", "PATCH", &path, Some(&body)).await;
        let found = problem(&page, 400, "invalid-input");
        assert_eq!(found["errors"][0]["field"], member, "{found}");
    }
    let body = json!({ "accent": "#f5c518" });
    let page = world.change("admin", "PATCH", &path, Some(&body)).await;
    assert!(page.text().contains("#896e0d"), "{}", page.dump());
    let body = json!({ "accent": "#C2410C", "terms_url": "https://app.example/terms" });
    let fields = [("if-match", first.as_str())];
    let changed = world
        .call_with("admin", "PATCH", &path, Some(&body), &fields)
        .await;
    let stored = json!({ "accent": "#c2410c", "terms_url": "https://app.example/terms" });
    assert_eq!(ok(&changed, 200), stored);
    let again = world
        .call_with("admin", "PATCH", &path, Some(&body), &fields)
        .await;
    problem(&again, 412, "changed-meanwhile");
    let left = set(&world, &path, json!({ "accent": null })).await;
    assert_eq!(left, json!({ "terms_url": "https://app.example/terms" }));
    assert_eq!(
        set(&world, &path, json!({ "terms_url": null })).await,
        json!({})
    );
}

async fn logos_are_re_encoded_and_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let path = of_web(stack);
    let early = set_logo(&world, &path, "dark").await;
    problem(&early, 400, "invalid-input");
    assert_eq!(set_logo(&world, &path, "blue").await.status, 404);
    let logo = format!("{path}/logo/light");
    let page = put_at(&world, "admin", &logo, "image/png", b"<svg/>".to_vec()).await;
    problem(&page, 400, "invalid-input");
    let first = ok(&set_logo(&world, &path, "light").await, 200)["logo"].clone();
    let second = ok(&set_logo(&world, &path, "light").await, 200)["logo"].clone();
    let dark = ok(&set_logo(&world, &path, "dark").await, 200)["logo_dark"].clone();
    let agent = UserAgent::new();
    let status = async |url: &Value| {
        agent
            .get(stack.at(url.as_str().expect("a URL")))
            .await
            .status
    };
    assert_eq!(status(&first).await, 404, "a new logo has a new URL");
    assert_eq!((status(&second).await, status(&dark).await), (200, 200));
    let file = agent.get(stack.at(second.as_str().expect("a URL"))).await;
    assert_eq!(file.header("content-type"), Some("image/png"));
    let drawn = image::load_from_memory(&file.body).expect("a picture");
    assert_eq!((drawn.width(), drawn.height()), (176, 88));
    let left = ok(&world.change("admin", "DELETE", &logo, None).await, 200);
    assert_eq!(left, json!({}));
    assert_eq!((status(&second).await, status(&dark).await), (404, 404));
}

async fn icon_of_request_is_on_pages(stack: &Stack) {
    let world = World::new(stack).await;
    let icon = ok(&set_logo(&world, ACME, "favicon").await, 200)["favicon"].clone();
    let url = icon.as_str().expect("a URL");
    stack.clear_caches();
    let agent = UserAgent::new();
    let page = sign_in_page(stack, &agent, Some("acme")).await;
    assert_eq!(page.attributes("link[rel=icon]", "href"), [url]);
    let other = sign_in_page(stack, &UserAgent::new(), None).await;
    assert_ne!(other.attributes("link[rel=icon]", "href"), [url]);
    let file = agent.get(stack.at(url)).await;
    assert_eq!(file.header("content-type"), Some("image/png"));
    let drawn = image::load_from_memory(&file.body).expect("a picture");
    assert_eq!((drawn.width(), drawn.height()), (256, 256));
    // Neither logo depends on the icon.
    let logos = set_logo(&world, ACME, "light").await;
    assert_eq!(ok(&logos, 200)["favicon"], icon);
    let path = format!("{ACME}/logo/favicon");
    let left = ok(&world.change("admin", "DELETE", &path, None).await, 200);
    assert!(
        left["favicon"].is_null() && left["logo"].is_string(),
        "{left}"
    );
    assert_eq!(agent.get(stack.at(url)).await.status, 404);
}

async fn brand_ends_with_its_owner(stack: &Stack) {
    let world = World::new(stack).await;
    let logo = ok(&set_logo(&world, ACME, "light").await, 200)["logo"].clone();
    let url = stack.at(logo.as_str().expect("a URL"));
    let agent = UserAgent::new();
    assert_eq!(agent.get(url.clone()).await.status, 200);
    let organization = "/api/admin/organizations/acme";
    let ended = world.change("admin", "DELETE", organization, None).await;
    assert_eq!(ended.status, 204, "{}", ended.dump());
    assert_eq!(agent.get(url).await.status, 404);
}
