//! The administration console in the browser: pictures of its pages with the rules for all pages,
//! and tasks with and without JavaScript.

use std::path::Path;

use doorward_access::clock::Clock as _;
use doorward_domain::model::ScimSourceId;
use doorward_domain::model::scim::ScimSource;
use doorward_domain::secret::TokenHash;
use doorward_store::repo;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};
use uuid::Uuid;

use crate::admin::world::World;
use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, sign_in};
use crate::stream_objects::{insert_stream, paused_stream, stream};
use crate::with_browser;

/// The pictures of each template of the console.
const PICTURED: &[(&str, &[&str])] = &[
    (
        "confirmation.html",
        &[
            "console-delete",
            "console-delete-error",
            "console-new-secret",
            "console-trial-question",
        ],
    ),
    (
        "detail.html",
        &[
            "console-person",
            "console-roles-held",
            "console-app",
            "console-organization",
            "console-event",
            "console-app-test",
            "console-trial",
            "console-trial-error",
            "console-trial-expired",
        ],
    ),
    (
        "form.html",
        &["console-new-app", "console-new-app-error", "console-invite"],
    ),
    ("guide.html", &["console-guide", "console-guide-section"]),
    ("home.html", &["console-home"]),
    ("list.html", &["console-people", "console-audit"]),
    ("secret.html", &["console-secret", "console-known-app"]),
];

async fn open_console(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/admin")).await;
    sign_in(browser, "admin").await;
    arrive(browser, "/admin").await;
}

/// Inserts two streams, and a source whose token has expired.
async fn insert_connections(stack: &Stack) {
    let world = World::new(stack).await;
    insert_stream(&world, stream(&world)).await;
    insert_stream(&world, paused_stream(&world)).await;
    let now = stack.clock.now();
    let source = ScimSource {
        id: ScimSourceId::from_uuid(Uuid::from_u128(7)),
        name: "Entra ID".to_owned(),
        org: None,
        token_hash: TokenHash::digest("a token"),
        verifies_email: true,
        created_by: None,
        created_at: now,
        used_at: Some(now),
        expires_at: Some(now),
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::scim::insert(&tx, &source).await.unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn console_pages_follow_rules_for_all_pages() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open_console(stack, browser).await;
        browser.click(".side a[href='/admin/people']").await;
        arrive(browser, "/admin/people").await;
        picture_in_both(browser, "console-people").await;
        browser.click("tbody tr:last-child a").await;
        browser.find(".summary").await;
        picture_in_both(browser, "console-person").await;
        browser.click(".sub a[href$='/access']").await;
        browser.find(".sub a[href$='/access'][aria-current]").await;
        picture(browser, "console-roles-held").await;
        browser.open(stack.at("/admin/people?q=alice")).await;
        browser.click("tbody a").await;
        browser.click(".actions a[href$='/edit']").await;
        browser.find("#entry").await;
        picture(browser, "console-edit-user").await;
        browser.click("#entry a.btn").await;
        browser.click(".danger a[href$='/delete']").await;
        browser.find("#confirm").await;
        picture(browser, "console-delete").await;
        browser.fill("#name", "somebody else").await;
        browser.click("#confirm button.risky").await;
        browser.find("[role=alert]").await;
        picture(browser, "console-delete-error").await;
        insert_connections(stack).await;
        for (path, name) in [
            ("/admin", "console-home"),
            ("/admin/apps", "console-apps"),
            ("/admin/keys", "console-keys"),
            ("/admin/reports", "console-reports"),
            ("/admin/signals", "console-signals"),
            ("/admin/reports/1970-01", "console-report"),
            ("/admin/roles", "console-roles"),
            ("/admin/roles/admin", "console-role"),
            ("/admin/roles/admin/edit", "console-edit-role"),
            ("/admin/grants", "console-grants"),
            ("/admin/groups", "console-groups"),
            ("/admin/groups/new", "console-new-group"),
            ("/admin/people/new", "console-new-user"),
            ("/admin/organizations", "console-organizations"),
            ("/admin/providers", "console-providers"),
            ("/admin/sessions?q=admin", "console-sessions"),
            ("/admin/streams", "console-streams"),
            ("/admin/guides/console", "console-guide"),
            (
                "/admin/guides/console/undo-a-change",
                "console-guide-section",
            ),
            ("/admin/system", "console-system"),
            ("/admin/system/jobs", "console-jobs"),
            ("/admin/system/provisioning", "console-provisioning"),
            ("/admin/system/configuration", "console-configuration"),
        ] {
            browser.open(stack.at(path)).await;
            picture(browser, name).await;
        }
        browser.open(stack.at("/admin/audit")).await;
        picture_in_both(browser, "console-audit").await;
    });
}

#[test]
fn app_is_created_in_one_form() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_console(stack, browser).await;
            browser.open(stack.at("/admin/apps")).await;
            browser.click(".actions a[href='/admin/apps/new']").await;
            browser.find("#entry").await;
            picture(browser, "console-new-app").await;
            browser.fill("#name", "Photo Album").await;
            browser.click("#entry button.primary").await;
            browser.find("[role=alert]").await;
            picture(browser, "console-new-app-error").await;
            let uri = "https://photos.example.com/callback";
            browser.fill("#redirect_uri", uri).await;
            browser.click("#entry button.primary").await;
            browser.find("#secret").await;
            picture(browser, "console-secret").await;
            browser.click("a.primary").await;
            browser.find(".summary").await;
            assert_eq!(browser.text("h1").await, "Photo Album");
        });
    }
}

#[test]
fn known_app_shows_its_configuration() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_console(stack, browser).await;
            browser.open(stack.at("/admin/apps")).await;
            browser.click(".actions a[href$='/catalogue']").await;
            browser.fill("#q", "graf").await;
            browser.click(".filters button").await;
            browser.find("tbody tr:only-child").await;
            picture(browser, "console-catalogue").await;
            browser.click("tbody a[href$='/grafana']").await;
            browser.find("#url").await;
            picture(browser, "console-catalogue-app").await;
            browser.fill("#url", "https://grafana.example").await;
            browser.click("#entry button.primary").await;
            browser.find("#secret").await;
            let text = browser.text("pre").await;
            assert!(text.contains("[auth.generic_oauth]"), "{text}");
            picture(browser, "console-known-app").await;
        });
    }
}

#[test]
fn group_is_created_with_member_in_two_forms() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_console(stack, browser).await;
            browser.open(stack.at("/admin/groups")).await;
            browser.click(".actions a[href='/admin/groups/new']").await;
            browser.find("#entry").await;
            browser.fill("#path", "/support").await;
            browser.click("#entry button.primary").await;
            browser.find(".summary").await;
            browser.click(".actions a[href$='/members/add']").await;
            browser.find("#user").await;
            browser.fill("#user", "alice").await;
            browser.click("#entry button.primary").await;
            browser.find("tbody td a[href$='/remove']").await;
            let notice = browser.text(".notice").await;
            assert!(notice.contains("The member was added."), "{notice}");
        });
    }
}

#[test]
fn end_of_role_is_changed_in_three_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_console(stack, browser).await;
            browser.open(stack.at("/admin/grants?role=manager")).await;
            browser.click("tbody a[href$='/extend']").await;
            browser.find("#lifetime").await;
            picture(browser, "console-extend").await;
            browser.click("#confirm button.btn").await;
            browser.find(".notice.good").await;
            let notice = browser.text(".notice").await;
            assert!(notice.contains("The end was changed."), "{notice}");
            browser.click(".presets a[href$='end=soon']").await;
            browser.find(".presets [aria-current]").await;
            browser.find("tbody a[href$='/extend']").await;
        });
    }
}

#[test]
fn change_is_undone_in_four_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_console(stack, browser).await;
            browser.open(stack.at("/admin/people")).await;
            browser.fill("#q", "alice").await;
            browser.click(".filters button").await;
            browser.click("tbody a").await;
            // The change is the newest event.
            stack.clock.advance(1);
            browser.click("a[href$='/disable']").await;
            browser.click("#confirm button.btn").await;
            browser.find(".notice").await;
            browser.click(".side a[href='/admin/audit']").await;
            browser.click("tbody tr:first-child th a").await;
            browser.click(".actions a[href$='/undo']").await;
            browser.find("#confirm").await;
            picture(browser, "console-undo").await;
            browser.click("#confirm button.btn").await;
            let notice = browser.text(".notice").await;
            assert!(notice.contains("set again"), "{notice}");
        });
    }
}

#[test]
fn people_are_filtered_by_choices() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_console(stack, browser).await;
            browser.open(stack.at("/admin/people")).await;
            browser.fill("#q", "alice").await;
            browser.click(".filters summary").await;
            browser.click("#state option[value=disabled]").await;
            browser.click(".filters button").await;
            let remove = ".chosen li:nth-child(2) a";
            let chosen = browser.text(remove).await;
            assert_eq!(chosen, "Remove filter “State: Disabled”");
            picture(browser, "console-people-filtered").await;
            browser.click(remove).await;
            let query = Some("q=alice");
            browser
                .wait_for_url("the rest", |url| url.query() == query)
                .await;
            browser.find("tbody a").await;
        });
    }
}

#[test]
fn every_console_template_is_pictured() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(root.join("../../../templates/console")).unwrap();
    let mut templates: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        // These are parts of the others.
        .filter(|name| !["frame.html", "parts.html"].contains(&name.as_str()))
        .collect();
    templates.sort();
    let listed: Vec<_> = PICTURED.iter().map(|(template, _)| *template).collect();
    assert_eq!(templates, listed);
    let files = ["console.rs", "console_providers.rs", "console_tasks.rs"];
    let checks = files
        .map(|file| std::fs::read_to_string(root.join("tests/browser").join(file)).unwrap())
        .concat();
    for page in PICTURED.iter().flat_map(|(_, pages)| *pages) {
        let taken = checks.matches(&format!("\"{page}\"")).count();
        assert!(taken > 1, "no test takes the picture {page}");
    }
}
