//! Tasks of administrators in the browser, with and without JavaScript. Each starts at a page that
//! the task does not need, and its clicks and fields are counted. A sign-in before it is not part of
//! the task. The task "Add an identity provider" is in `console_providers`.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Member, Organization, TotpFactor};
use doorward_store::repo;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Stack, UserAgent};
use serde_json::json;

use crate::screenshots::picture;
use crate::steps::{arrive, search_console, sign_in};
use crate::with_browser;

/// A page that most tasks do not need.
const KEYS: &str = "/admin/keys";

/// A task with its clicks and fields up to now. A search is a field and a click.
struct Task<'b> {
    browser: &'b Browser,
    clicks: u32,
    fields: u32,
}

impl<'b> Task<'b> {
    /// Opens a page of the console as the administrator.
    async fn start(stack: &Stack, browser: &'b Browser, path: &str) -> Self {
        browser.open(stack.at(path)).await;
        sign_in(browser, "admin").await;
        arrive(browser, path).await;
        Self {
            browser,
            clicks: 0,
            fields: 0,
        }
    }

    async fn click(&mut self, selector: &str) {
        self.clicks += 1;
        self.browser.click(selector).await;
    }

    async fn fill(&mut self, selector: &str, text: &str) {
        self.fields += 1;
        self.browser.fill(selector, text).await;
    }

    /// Selects an option of a field.
    async fn choose(&mut self, option: &str) {
        self.fields += 1;
        self.browser.click(option).await;
    }

    async fn search(&mut self, text: &str) {
        self.fields += 1;
        self.clicks += 1;
        search_console(self.browser, text).await;
    }

    /// Asserts the clicks and fields, and the notice after the last click.
    async fn took(&self, clicks: u32, fields: u32, notice: &str) {
        assert_eq!((self.clicks, self.fields), (clicks, fields));
        let shown = self.browser.text(".notice").await;
        assert!(shown.contains(notice), "{shown}");
    }
}

#[test]
fn sessions_of_user_end_in_three_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            let mut task = Task::start(stack, browser, KEYS).await;
            task.search("alice").await;
            task.click(".actions a[href$='/end-sessions']").await;
            task.click("#confirm button").await;
            task.took(3, 1, "All sessions were ended.").await;
        });
    }
}

/// The request ID is on every error page.
#[test]
fn reason_of_failed_sign_in_is_found_in_two_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            let agent = UserAgent::new();
            let credentials = json!({ "username": "alice", "password": "wrong" });
            let request = agent.http().post(stack.at("/api/auth/login"));
            let page = agent.send(request.json(&credentials)).await;
            let id = page.header("x-request-id").expect("a request id");
            stack.wait_for_attempt(id).await;
            let mut task = Task::start(stack, browser, KEYS).await;
            task.search(id).await;
            browser.find(".summary").await;
            assert_eq!(browser.text("h1").await, "The password is wrong");
            assert_eq!((task.clicks, task.fields), (1, 1));
            picture(browser, "console-sign-in-case").await;
            task.click(".actions a[href$='/reset-password']").await;
            browser.find("#confirm").await;
            browser.open(stack.at("/admin/sign-ins")).await;
            picture(browser, "console-sign-ins").await;
            // Without the ID: the page of the user links to the latest failure.
            let mut task = Task {
                browser,
                clicks: 0,
                fields: 0,
            };
            task.search("alice").await;
            task.click(".summary a[href^='/admin/sign-ins/']").await;
            assert_eq!(browser.text("h1").await, "The password is wrong");
            assert_eq!((task.clicks, task.fields), (2, 1));
        });
    }
}

/// The form fills in the kind of the app, and the test is of the administrator's own sign-in.
#[test]
fn app_is_created_and_tested_in_four_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            let mut task = Task::start(stack, browser, KEYS).await;
            task.click(".side a[href='/admin/apps']").await;
            task.click(".actions a[href='/admin/apps/new']").await;
            task.fill("#name", "Photo Album").await;
            let uri = "https://photos.example.com/callback";
            task.fill("#redirect_uri", uri).await;
            task.click("#entry button.primary").await;
            task.click("a[href$='/test']").await;
            browser.find("#user").await;
            assert_eq!((task.clicks, task.fields), (4, 2));
            let state = browser.text(".head .pill").await;
            assert!(state.contains("It works now"), "{state}");
            picture(browser, "console-app-test").await;
        });
    }
}

#[test]
fn secret_is_rotated_with_overlap_in_three_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            let mut task = Task::start(stack, browser, KEYS).await;
            task.search(&stack.seed.service.id).await;
            task.click(".actions a[href$='/new-secret']").await;
            browser.find("#keep_old").await;
            picture(browser, "console-new-secret").await;
            task.click("#confirm button").await;
            task.took(3, 1, "Copy the secret now.").await;
            browser.click("a.primary").await;
            browser.find("tbody a[href$='/end-secret']").await;
            picture(browser, "console-app").await;
            // The former secret, when it is unused.
            task.click("tbody a[href$='/end-secret']").await;
            task.click("#confirm button").await;
            task.took(5, 1, "The former secret was ended.").await;
        });
    }
}

#[test]
fn role_with_end_is_given_in_three_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            let mut task = Task::start(stack, browser, KEYS).await;
            task.search("alice").await;
            task.click("main a[href$='/access/give']").await;
            task.choose("#role option[value=manager]").await;
            // The form suggests an end.
            let lifetime = browser.property("#lifetime", "value").await;
            assert_eq!(lifetime.as_deref(), Some("8h"));
            task.click("#entry button.primary").await;
            task.took(3, 2, "The role was given.").await;
        });
    }
}

#[test]
fn events_of_yesterday_are_shown_in_two_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            let mut task = Task::start(stack, browser, KEYS).await;
            task.click(".side a[href='/admin/audit']").await;
            task.click(".presets a[href$='period=yesterday']").await;
            browser
                .find(".presets [aria-current][href$='period=yesterday']")
                .await;
            assert_eq!((task.clicks, task.fields), (2, 0));
            // The events of today have a page each.
            browser.click(".chosen a[href='/admin/audit']").await;
            browser.click("tbody th a").await;
            browser.find(".summary").await;
            picture(browser, "console-event").await;
        });
    }
}

/// Stores an authenticator app of alice.
async fn enroll_app(stack: &Stack) {
    let (db, now) = (stack.db().await, stack.clock.now());
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let factor = TotpFactor {
        user_id: alice.unwrap().unwrap().id,
        secret_sealed: vec![1; 48],
        confirmed_at: Some(now),
        last_step: 0,
        failures: 0,
        locked_until: None,
        codes_saved_at: Some(now),
        created_at: now,
    };
    let tx = db.begin_write().await.unwrap();
    let inserted = repo::totp_factors::insert_unconfirmed(&tx, &factor).await;
    assert!(inserted.unwrap());
    tx.commit().await.unwrap();
}

#[test]
fn lost_second_factor_is_reset_in_three_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            enroll_app(stack).await;
            let mut task = Task::start(stack, browser, KEYS).await;
            task.search("alice").await;
            task.click("main a[href$='/reset-factors']").await;
            task.click("#confirm button").await;
            task.took(3, 1, "The second step was removed.").await;
        });
    }
}

/// Inserts an organization with an owner.
pub async fn insert_organization(stack: &Stack) {
    let (db, now) = (stack.db().await, stack.clock.now());
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let owner = Member {
        user_id: alice.unwrap().unwrap().id,
        is_owner: true,
        created_at: now,
    };
    let organization = Organization {
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        active: true,
        domain: None,
        created_at: now,
        updated_at: now,
    };
    let tx = db.begin_write().await.unwrap();
    repo::organizations::insert(&tx, &organization)
        .await
        .unwrap();
    repo::organizations::put_member(&tx, "acme", &owner)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn address_is_invited_in_three_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            insert_organization(stack).await;
            let mut task = Task::start(stack, browser, KEYS).await;
            task.search("acme").await;
            task.click(".actions a[href$='/invite']").await;
            task.fill("#email", "dora@example.org").await;
            task.click("#entry button.primary").await;
            task.took(3, 2, "The invitation is on its way.").await;
            browser.find("tbody a[href$='/withdraw']").await;
            picture(browser, "console-organization").await;
            browser.click(".actions a[href$='/invite']").await;
            browser.find("#email").await;
            picture(browser, "console-invite").await;
        });
    }
}

#[test]
fn signing_key_is_rotated_in_three_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            let mut task = Task::start(stack, browser, "/admin/people").await;
            task.click(".side a[href='/admin/keys']").await;
            let rotate = ".actions a[href='/admin/keys/rotate/RS256']";
            task.click(rotate).await;
            task.click("#confirm button").await;
            task.took(3, 0, "The new key was made.").await;
        });
    }
}
