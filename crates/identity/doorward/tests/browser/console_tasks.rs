//! Tasks of administrators in the browser, with and without JavaScript. Each starts at the home page, and
//! its clicks and fields are counted. A sign-in before it is not part of
//! the task. The task "Add an identity provider" is in `console_providers`; `keyboard_console` does
//! all of them with the keyboard only.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Member, Organization, TotpFactor};
use doorward_store::repo;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Stack, UserAgent};
use serde_json::json;
use time::OffsetDateTime;
use url::Url;

use crate::console_task::{Input, Task, open_console};
use crate::with_browser;

/// The page at which each task starts.
pub const HOME: &str = "/admin";

/// Does a task with the mouse, with and without JavaScript.
fn with_mouse(task: &impl AsyncFn(&Stack, &Browser, Input)) {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_console(stack, browser).await;
            task(stack, browser, Input::Mouse).await;
        });
    }
}

/// Ends all sessions of a user.
pub async fn end_sessions(stack: &Stack, browser: &Browser, input: Input) {
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.search("alice").await;
    task.click(".danger a[href$='/end-sessions']").await;
    task.click("#confirm button").await;
    task.took(3, 1, "All sessions were ended.").await;
}

#[test]
fn sessions_of_user_end_in_three_clicks() {
    with_mouse(&end_sessions);
}

/// Waits for the page of a failed sign-in.
async fn arrive_at_case(browser: &Browser) {
    let is_case = |url: &Url| url.path().starts_with("/admin/sign-ins/");
    browser.wait_for_url("the case", is_case).await;
    browser.find(".summary").await;
    assert_eq!(browser.text("h1").await, "The password is wrong");
}

/// Finds out why a sign-in failed. The request ID is on every error page.
pub async fn find_reason(stack: &Stack, browser: &Browser, input: Input) {
    let agent = UserAgent::new();
    let credentials = json!({ "username": "alice", "password": "wrong" });
    let request = agent.http().post(stack.at("/api/auth/login"));
    let page = agent.send(request.json(&credentials)).await;
    let id = page.header("x-request-id").expect("a request id");
    stack.wait_for_attempt(id).await;
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.search(id).await;
    arrive_at_case(browser).await;
    task.counted(1, 1);
    task.picture("console-sign-in-case").await;
    task.click(".actions a[href$='/reset-password']").await;
    browser.find("#confirm").await;
    browser.open(stack.at("/admin/sign-ins")).await;
    task.picture("console-sign-ins").await;
    // Without the ID: the page of the user links to the latest failure.
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.search("alice").await;
    task.click(".summary a[href^='/admin/sign-ins/']").await;
    arrive_at_case(browser).await;
    task.counted(2, 1);
}

#[test]
fn reason_of_failed_sign_in_is_found_in_two_clicks() {
    with_mouse(&find_reason);
}

/// Creates an app. The form fills in the kind of the app, and the test is of the administrator's own sign-in.
pub async fn create_app(stack: &Stack, browser: &Browser, input: Input) {
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.click(".side a[href='/admin/apps']").await;
    task.click(".actions a[href='/admin/apps/new']").await;
    task.fill("#name", "Photo Album").await;
    let uri = "https://photos.example.com/callback";
    task.fill("#redirect_uri", uri).await;
    task.click("#entry button.primary").await;
    task.answered().await;
    task.click("a[href$='/test']").await;
    browser.find("#user").await;
    task.counted(4, 2);
    let state = browser.text(".head .pill").await;
    assert!(state.contains("It works now"), "{state}");
    task.picture("console-app-test").await;
}

#[test]
fn app_is_created_and_tested_in_four_clicks() {
    with_mouse(&create_app);
}

/// Replaces a secret and keeps the former one, which is ended afterwards.
pub async fn rotate_secret(stack: &Stack, browser: &Browser, input: Input) {
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.search(&stack.seed.service.id).await;
    browser.find(".actions a[href$='/new-secret']").await;
    task.picture("console-app").await;
    task.click(".actions a[href$='/new-secret']").await;
    browser.find("#keep_old").await;
    task.picture("console-new-secret").await;
    task.click("#confirm button").await;
    task.took(3, 1, "Copy the secret now.").await;
    task.activate("a.primary").await;
    browser.find("tbody a[href$='/end-secret']").await;
    task.picture("console-app-credentials").await;
    // The former secret, when it is unused.
    task.click("tbody a[href$='/end-secret']").await;
    task.click("#confirm button").await;
    task.took(5, 1, "The former secret was ended.").await;
}

#[test]
fn secret_is_rotated_with_overlap_in_three_clicks() {
    with_mouse(&rotate_secret);
}

/// Adds a scope to an app. A checkbox is a field.
pub async fn add_scope(stack: &Stack, browser: &Browser, input: Input) {
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.search(&stack.seed.web.id).await;
    task.click(".sub a[href$='/edit/scopes']").await;
    task.check("#scope input[value=groups]").await;
    task.picture("console-app-scopes").await;
    task.click("#entry button.primary").await;
    browser.find("#confirm").await;
    task.click("#confirm button[value=save]").await;
    task.took(4, 2, "The change was saved.").await;
    browser.find("#scope input[value=groups]:checked").await;
}

#[test]
fn scope_is_added_to_app_in_four_clicks() {
    with_mouse(&add_scope);
}

/// Finds out who changed an app, and undoes the change.
pub async fn undo_change(stack: &Stack, browser: &Browser, input: Input) {
    add_scope(stack, browser, input).await;
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.search(&stack.seed.web.id).await;
    let change = browser.text("tbody tr:has(a[href$='/undo'])").await;
    assert!(change.contains("Admin"), "{change}");
    task.picture("console-app-changed").await;
    task.click("tbody a[href$='/undo']").await;
    task.click("#confirm button.primary").await;
    task.took(3, 1, "set again").await;
}

#[test]
fn change_of_app_is_undone_in_three_clicks() {
    with_mouse(&undo_change);
}

/// Creates an app of the catalogue.
pub async fn create_known_app(stack: &Stack, browser: &Browser, input: Input) {
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.click(".side a[href='/admin/apps']").await;
    task.click(".actions a[href$='/catalogue']").await;
    task.click("tbody a[href$='/grafana']").await;
    task.fill("#url", "https://grafana.example").await;
    task.click("#entry button.primary").await;
    browser.find("#secret").await;
    task.counted(4, 1);
}

#[test]
fn known_app_is_created_in_four_clicks() {
    with_mouse(&create_known_app);
}

/// Gives a role with an end.
pub async fn give_role(stack: &Stack, browser: &Browser, input: Input) {
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.search("alice").await;
    task.click("main a[href$='/access/give']").await;
    task.choose("#role", "manager").await;
    // The form suggests an end.
    let lifetime = browser.property("#lifetime", "value").await;
    assert_eq!(lifetime.as_deref(), Some("8h"));
    task.click("#entry button.primary").await;
    task.took(3, 2, "The role was assigned.").await;
}

#[test]
fn role_with_end_is_given_in_three_clicks() {
    with_mouse(&give_role);
}

/// Gives a role until tomorrow at 17:00.
pub async fn give_role_until(stack: &Stack, browser: &Browser, input: Input) {
    let tomorrow = OffsetDateTime::from_unix_timestamp(stack.clock.now() + 86_400).unwrap();
    let (year, month, day) = (tomorrow.year(), u8::from(tomorrow.month()), tomorrow.day());
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.search("alice").await;
    task.click("main a[href$='/access/give']").await;
    task.choose("#role", "manager").await;
    // The parts of the field are in the order of American English. The year may have six digits, so
    // that Tab leaves it.
    let keys = format!("{month:02}{day:02}{year}\u{e004}0500PM");
    task.fill("#until", &keys).await;
    let until = browser.property("#until", "value").await;
    let expected = format!("{year}-{month:02}-{day:02}T17:00");
    assert_eq!(until, Some(expected));
    task.click("#entry button.primary").await;
    task.took(3, 3, "The role was assigned.").await;
}

#[test]
fn role_until_tomorrow_is_given_in_three_clicks() {
    with_mouse(&give_role_until);
}

/// Creates a role with three permissions.
pub async fn create_role(stack: &Stack, browser: &Browser, input: Input) {
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.click(".side a[href='/admin/roles']").await;
    task.click(".actions a[href='/admin/roles/new']").await;
    task.fill("#name", "night-watch").await;
    for permission in ["sessions:read", "sessions:write", "users:read"] {
        let checkbox = format!("[name=permissions][value='{permission}']");
        task.check(&checkbox).await;
    }
    task.click("#entry button.primary").await;
    task.took(3, 4, "The role was created.").await;
    let shown = browser.text(".summary").await;
    for permission in ["sessions:read", "sessions:write", "users:read"] {
        assert!(shown.contains(permission), "{shown}");
    }
}

#[test]
fn role_with_three_permissions_is_created_in_three_clicks() {
    with_mouse(&create_role);
}

/// Shows the events of yesterday.
pub async fn show_yesterday(stack: &Stack, browser: &Browser, input: Input) {
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.click(".side a[href='/admin/audit']").await;
    task.click(".presets a[href$='period=yesterday']").await;
    browser
        .find(".presets [aria-current][href$='period=yesterday']")
        .await;
    task.counted(2, 0);
    if input == Input::Keyboard {
        return;
    }
    // An event has a page; equal events have a list.
    browser.click(".chosen a[href='/admin/audit']").await;
    browser.click("tbody th a[href^='/admin/audit/']").await;
    browser.find(".summary").await;
    task.picture("console-event").await;
}

#[test]
fn events_of_yesterday_are_shown_in_two_clicks() {
    with_mouse(&show_yesterday);
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

/// Removes the second factor of a user.
pub async fn reset_second_factor(stack: &Stack, browser: &Browser, input: Input) {
    enroll_app(stack).await;
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.search("alice").await;
    task.click("main a[href$='/reset-factors']").await;
    task.click("#confirm button").await;
    task.took(3, 1, "The second factors were removed.").await;
}

#[test]
fn lost_second_factor_is_reset_in_three_clicks() {
    with_mouse(&reset_second_factor);
}

/// Inserts an organization with an owner.
pub async fn insert_organization(stack: &Stack) {
    let (db, now) = (stack.db().await, stack.clock.now());
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let owner = Member {
        user_id: alice.unwrap().unwrap().id,
        is_owner: true,
        created_at: now,
        expires_at: None,
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

/// Invites an address to an organization.
pub async fn invite_address(stack: &Stack, browser: &Browser, input: Input) {
    insert_organization(stack).await;
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.search("acme").await;
    task.click(".actions a[href$='/invite']").await;
    task.fill("#email", "dora@example.org").await;
    task.click("#entry button.primary").await;
    task.took(3, 2, "The invitation is on its way.").await;
    browser.find("tbody a[href$='/withdraw']").await;
    task.picture("console-organization").await;
    task.activate(".actions a[href$='/invite']").await;
    browser.find("#email").await;
    task.picture("console-invite").await;
}

#[test]
fn address_is_invited_in_three_clicks() {
    with_mouse(&invite_address);
}

/// Replaces the signing key.
pub async fn rotate_key(stack: &Stack, browser: &Browser, input: Input) {
    let mut task = Task::start(stack, browser, input, HOME).await;
    task.click(".side a[href='/admin/keys']").await;
    let rotate = ".actions a[href='/admin/keys/rotate/RS256']";
    task.click(rotate).await;
    task.click("#confirm button").await;
    task.took(3, 0, "The new key was made.").await;
}

#[test]
fn signing_key_is_rotated_in_three_clicks() {
    with_mouse(&rotate_key);
}
