//! Tests of the check-up: the security events of the account, reviewed one by one.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditEvent, AuditKind, UserId};
use doorward_domain::random::Random;
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, flows};
use serde_json::json;

use crate::personal_data::alice;
use crate::support::{location, sign_in};
use crate::two_factor::{HOME, first_step, set_up};

flows!(
    events_are_reviewed_one_by_one,
    disowned_event_is_reviewed,
    only_own_events_are_reviewed,
    home_offers_check_up_after_urgent_steps,
    events_of_month_are_reviewed_ten_at_a_time,
    other_events_are_not_reviewed,
);

const PATH: &str = "/account/check-up";

/// Signs in as alice with a browser of this name.
async fn browser(stack: &Stack, name: &str) -> UserAgent {
    let agent = UserAgent::named(name);
    let page = sign_in(stack, &agent, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.clock.advance(1);
    agent
}

async fn open(stack: &Stack, agent: &UserAgent) -> Page {
    let page = agent.get(stack.at(PATH)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page
}

/// Returns the sentence of the event to review.
fn sentence(page: &Page) -> Option<String> {
    page.text_of("main .row strong")
}

/// Answers that the event is known, and returns the next page.
async fn confirm(stack: &Stack, agent: &UserAgent, page: &Page) -> Page {
    let answer = agent.submit(&page.form("#check-up")).await;
    assert_eq!(location(&answer), PATH);
    open(stack, agent).await
}

/// Returns an event about the user.
fn event(stack: &Stack, kind: AuditKind, user: UserId) -> AuditEvent {
    let caller = Caller::of_server(&Random::default());
    caller.event(kind, true, stack.clock.now()).about(user)
}

async fn insert(stack: &Stack, events: &[AuditEvent]) {
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    for event in events {
        repo::audit::insert(&tx, event).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    stack.clock.advance(1);
}

async fn events_are_reviewed_one_by_one(stack: &Stack) {
    let agent = browser(stack, "first").await;
    let page = open(stack, &agent).await;
    assert!(page.text().contains("There is nothing to check."));
    browser(stack, "second").await;
    let id = alice(stack).await.expect("alice");
    let address = event(stack, AuditKind::UserChanged, id)
        .by("01a1f8fa-1770-70f4-a5da-000000000001")
        .with("change", "changed")
        .with("before", json!({ "email": "a@example.org" }))
        .with("after", json!({ "email": "b@example.org" }));
    insert(stack, &[address]).await;

    let page = open(stack, &agent).await;
    assert_eq!(sentence(&page).as_deref(), Some("Signed in"));
    assert!(page.text().contains("2 events to check."));
    assert_eq!(
        page.text_of("#check-up button").as_deref(),
        Some("Yes, that was me")
    );
    // Looking changes nothing.
    assert_eq!(sentence(&open(stack, &agent).await), sentence(&page));
    let page = confirm(stack, &agent, &page).await;
    assert_eq!(
        sentence(&page).as_deref(),
        Some("An administrator changed your email address")
    );
    assert_eq!(
        page.text_of("#check-up button").as_deref(),
        Some("Yes, I know about it")
    );
    let last = page.form("#check-up");
    let page = confirm(stack, &agent, &page).await;
    assert!(!page.has("#check-up"), "{}", page.dump());
    // The answer again, as after going back in the browser.
    assert_eq!(location(&agent.submit(&last).await), PATH);
    assert!(!open(stack, &agent).await.has("#check-up"));
}

async fn disowned_event_is_reviewed(stack: &Stack) {
    let agent = browser(stack, "first").await;
    browser(stack, "second").await;
    let page = open(stack, &agent).await;
    let link = page
        .link_of("main a[href^='/account/secure?event=']")
        .expect("the answer that it was another user");
    let page = agent.get(link).await;
    assert_eq!(page.text_of(".row strong").as_deref(), Some("Signed in"));
    // Only the form of the next page has an effect.
    assert!(open(stack, &agent).await.has("#check-up"));
    let answer = agent.submit(&page.form("#secure")).await;
    assert_eq!(location(&answer), "/account/secure/password");
    assert!(!open(stack, &agent).await.has("#check-up"));
}

async fn only_own_events_are_reviewed(stack: &Stack) {
    let agent = browser(stack, "first").await;
    browser(stack, "second").await;
    let page = open(stack, &agent).await;
    let own = page.form("#check-up");
    let bob = UserAgent::new();
    sign_in(stack, &bob, "bob", PASSWORD).await;
    assert!(!open(stack, &bob).await.has("#check-up"));
    let csrf = bob.get(stack.at("/account")).await;
    let csrf = csrf.form("form[action='/logout']");
    let csrf = csrf.value("csrf").expect("a token").to_owned();
    let event = own.value("event").expect("the event").to_owned();
    for (event, status) in [(event.as_str(), 404), ("", 400), ("1", 400)] {
        let fields = [("csrf", csrf.as_str()), ("event", event)];
        let answer = bob.post(stack.at(PATH), &fields).await;
        assert_eq!(answer.status, status, "{event}: {}", answer.dump());
    }
    assert_eq!(sentence(&open(stack, &agent).await), sentence(&page));
    let anonymous_caller = UserAgent::new();
    let page = anonymous_caller.get(stack.at(PATH)).await;
    assert_eq!(location(&page), format!("/login?next={PATH}"));
}

async fn home_offers_check_up_after_urgent_steps(stack: &Stack) {
    const OFFER: &str = "[aria-labelledby=check-up] a.primary[href='/account/check-up']";
    const LINK: &str = "[aria-labelledby=check-up] a[href='/account/check-up']";
    let agent = browser(stack, "first").await;
    let home = async |agent: &UserAgent| agent.get(stack.at("/account")).await;
    let page = home(&agent).await;
    assert!(!page.has(LINK));
    let second = UserAgent::named("second");
    first_step(stack, &second, "alice").await;
    let offer = second.get(stack.at(HOME)).await;
    let (_, codes) = set_up(stack, &second, &offer).await;
    let saved = codes.form("form[action$='/2fa/saved']");
    second.submit(&saved.with("saved", "on")).await;
    stack.clock.advance(1);
    // The sign-in from a new device, and the second factor.
    let page = home(&second).await;
    assert!(page.has(OFFER), "{}", page.dump());
    assert_eq!(
        page.attributes("[aria-labelledby=check-up] a", "href")
            .len(),
        1
    );
    assert_eq!(
        page.text_of("[aria-labelledby=check-up] .head > p"),
        Some("2 events to check.".to_owned())
    );
    let mut page = open(stack, &second).await;
    for _ in 0..2 {
        page = confirm(stack, &second, &page).await;
    }
    let page = home(&second).await;
    assert!(!page.has(OFFER), "{}", page.dump());
    assert!(page.text().contains("Your account is well protected."));
    // An account with one factor needs another one first.
    let bob = UserAgent::new();
    sign_in(stack, &bob, "bob", PASSWORD).await;
    stack.clock.advance(1);
    let other = UserAgent::named("second");
    sign_in(stack, &other, "bob", PASSWORD).await;
    let page = home(&bob).await;
    assert!(!page.has(OFFER), "{}", page.dump());
    assert!(page.has(LINK));
}

async fn events_of_month_are_reviewed_ten_at_a_time(stack: &Stack) {
    const MONTH: i64 = 30 * 86_400;
    let agent = browser(stack, "first").await;
    let id = alice(stack).await.expect("alice");
    let mut events = Vec::new();
    for _ in 0..12 {
        stack.clock.advance(1);
        events.push(event(stack, AuditKind::ApiKeyCreated, id));
    }
    let mut old = event(stack, AuditKind::PasswordReset, id);
    old.at -= MONTH + 60;
    insert(stack, &events).await;
    insert(stack, &[old]).await;
    let mut page = open(stack, &agent).await;
    assert!(
        page.text().contains("10 events to check."),
        "{}",
        page.dump()
    );
    for left in (0..12).rev() {
        page = confirm(stack, &agent, &page).await;
        assert_eq!(page.has("#check-up"), left > 0, "{left}");
    }
}

async fn other_events_are_not_reviewed(stack: &Stack) {
    let agent = browser(stack, "first").await;
    let id = alice(stack).await.expect("alice");
    let mut failed = event(stack, AuditKind::PasswordChanged, id);
    failed.success = false;
    let known_device = event(stack, AuditKind::LoginSucceeded, id);
    let renamed = event(stack, AuditKind::UserChanged, id)
        .with("change", "changed")
        .with("before", json!({ "username": "a", "email_verified": true }))
        .with(
            "after",
            json!({ "username": "email", "email_verified": false }),
        );
    let by_user = event(stack, AuditKind::RoleChanged, id);
    let elsewhere = AuditEvent {
        subject: Some("reader".to_owned()),
        actor: Some(id.to_string()),
        ..by_user
    };
    insert(stack, &[failed, known_device, renamed, elsewhere]).await;
    assert!(!open(stack, &agent).await.has("#check-up"));
}
