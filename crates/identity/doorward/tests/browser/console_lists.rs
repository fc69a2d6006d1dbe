//! Lists of the administration console: sessions, API keys, registration keys and unused apps.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::console_gallery::insert_objects;
use crate::console_tasks::insert_organization;
use crate::screenshots::picture;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

async fn open_console(stack: &Stack, browser: &Browser) {
    open_console_as(stack, browser, "admin").await;
}

async fn open_console_as(stack: &Stack, browser: &Browser, name: &str) {
    browser.open(stack.at("/admin")).await;
    sign_in(browser, name).await;
    arrive(browser, "/admin").await;
}

#[test]
fn owner_invites_from_home_of_organization() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            insert_organization(stack).await;
            open_console_as(stack, browser, "alice").await;
            assert_eq!(browser.text("h1").await, "Acme");
            browser.click(".actions a[href$='/invite']").await;
            browser.fill("#email", "dora@example.org").await;
            browser.click("#entry button.primary").await;
            browser.find(".notice").await;
            browser.click(".side a[href='/admin']").await;
            browser.find("tbody a[href$='/withdraw']").await;
            picture(browser, "console-home-of-owner").await;
        });
    }
}

#[test]
fn lists_follow_rules_for_all_pages() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open_console(stack, browser).await;
        let app = format!("/admin/apps/{}", stack.seed.web.id);
        let [consents, users, logo] =
            ["consents", "users", "logo"].map(|below| format!("{app}/{below}"));
        for (path, name) in [
            ("/admin/sessions", "console-all-sessions"),
            ("/admin/sessions?app=web-app", "console-sessions-of-app"),
            ("/admin/api-access", "console-api-access"),
            ("/admin/apps/tokens", "console-registration-keys"),
            ("/admin/unused", "console-unused"),
            ("/admin/unused?kind=api-keys", "console-unused-keys"),
            ("/admin/unused?kind=accounts", "console-unused-accounts"),
            (consents.as_str(), "console-consents"),
            (users.as_str(), "console-app-people"),
            (logo.as_str(), "console-app-logo-form"),
        ] {
            browser.open(stack.at(path)).await;
            picture(browser, name).await;
        }
    });
}

/// Lists with at least one row.
const LISTS: [&str; 10] = [
    "/admin/people",
    "/admin/groups",
    "/admin/organizations",
    "/admin/roles",
    "/admin/grants",
    "/admin/apps",
    "/admin/sign-ins",
    "/admin/sessions",
    "/admin/audit",
    "/admin/keys",
];

/// Returns the distance of the first row from the top of the page.
async fn first_row(browser: &Browser) -> f64 {
    let script = "return scrollY + document.querySelector('tbody tr').getBoundingClientRect().top;";
    browser.execute(script).await.as_f64().expect("a row")
}

#[test]
fn lists_begin_on_first_screen_and_fit() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        insert_objects(stack).await;
        open_console(stack, browser).await;
        for path in LISTS {
            browser.open(stack.at(path)).await;
            browser.resize(1280, 900).await;
            let top = first_row(browser).await;
            assert!(top <= 320.0, "{path}: the first row is at {top} px");
            for width in [1280, 1024, 768, 390] {
                browser.resize(width, 844).await;
                assert!(!browser.overflows().await, "{path} at {width} px");
            }
            let top = first_row(browser).await;
            assert!(top < 700.0, "{path} on a phone: {top} px");
        }
    });
}

/// Orders the users by headings, and adds a column.
#[test]
fn users_are_ordered_by_headings() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            insert_organization(stack).await;
            open_console(stack, browser).await;
            browser.open(stack.at("/admin/people")).await;
            let sorted = browser.text("thead [aria-sort=ascending]").await;
            assert_eq!(sorted, "Name");
            let name = "tbody tr:nth-child(2) th a bdi";
            assert_eq!(browser.text(name).await, "Alice Example");
            browser.click("thead a[href$='sort=newest']").await;
            browser.find("thead [aria-sort=descending]").await;
            assert_eq!(browser.text(name).await, "Mona Example");
            browser.click(".tools > .fold summary").await;
            browser
                .click(".tools a[href*='columns=organizations']")
                .await;
            let slug = browser
                .text("tbody td a[href='/admin/organizations/acme']")
                .await;
            assert_eq!(slug, "acme");
            // A search keeps order and columns.
            browser.fill("#q", "alice").await;
            browser.click(".filters button").await;
            let has_both = |url: &url::Url| {
                let query = url.query().unwrap_or_default();
                ["q=alice", "sort=newest", "columns=organizations"]
                    .iter()
                    .all(|part| query.contains(part))
            };
            browser.wait_for_url("the search", has_both).await;
        });
    }
}

/// Returns the times that are not in the format of the page's language and the reader's time zone.
const OTHER_TIMES: &str = r#"
    const shown = (time, dateStyle, timeStyle) =>
        new Date(time.dateTime).toLocaleString("en", { dateStyle, timeStyle });
    const times = [...document.querySelectorAll("main time")];
    const wrong = times.filter((time) => time.title !== shown(time, "full", "long") + "\n" + new Date(time.dateTime).toUTCString()
        || (time.dataset.at !== "" && time.textContent !== shown(time, ...(time.dataset.at ?? "medium").split(" "))));
    return [times.length > 0, wrong.map((time) => time.outerHTML)];
"#;

#[test]
fn times_are_those_of_reader_and_exact() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open_console(stack, browser).await;
        for path in ["/admin/audit", "/admin/people", "/admin/grants", "/account"] {
            browser.open(stack.at(path)).await;
            let found = browser.execute(OTHER_TIMES).await;
            assert_eq!(found, serde_json::json!([true, []]), "{path}");
        }
    });
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        open_console(stack, browser).await;
        browser.open(stack.at("/admin/audit")).await;
        let recent = browser.text("tbody time").await;
        assert!(!recent.ends_with(" UTC"), "{recent}");
        let exact = browser.property("tbody time", "title").await;
        assert!(exact.is_some_and(|text| text.ends_with(" UTC")));
        browser.open(stack.at("/admin/keys")).await;
        let text = browser.text("tbody time").await;
        assert!(text.ends_with(" UTC"), "{text}");
    });
}

#[test]
fn registration_key_is_made_and_revoked() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_console(stack, browser).await;
            browser.click(".side a[href='/admin/apps']").await;
            browser.click(".tools > .fold summary").await;
            browser.click(".actions a[href='/admin/apps/tokens']").await;
            browser
                .find(".actions a[href='/admin/apps/tokens/new']")
                .await;
            browser
                .click(".actions a[href='/admin/apps/tokens/new']")
                .await;
            browser.fill("#note", "Shop").await;
            browser.click("#entry button.primary").await;
            browser.find("#secret").await;
            browser.click("a.primary").await;
            browser.click("tbody a[href$='/revoke']").await;
            browser.click("#confirm button.risky").await;
            let notice = browser.text(".notice").await;
            assert!(notice.contains("The key no longer works."), "{notice}");
        });
    }
}
