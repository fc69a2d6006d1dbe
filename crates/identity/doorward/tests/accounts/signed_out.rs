//! Tests of "Why did my session end?": each reason with its time, shown only to the holder of the
//! session cookie or to the user of the account.

use doorward_testkit::{PASSWORD, Page, Stack, UserAgent};

use crate::support::{NEW_PASSWORD, is_signed_in, location, sign_in};
use crate::two_factor::enrol;
use doorward_testkit::flows_with;

const SHORT: &[(&str, &str)] = &[
    ("DOORWARD__SESSIONS__IDLE", "1h"),
    ("DOORWARD__SESSIONS__ABSOLUTE", "4h"),
];
const PATH: &str = "/login/ended";
const ALL: &str = "/account/sessions/ended";
const HOUR: i64 = 3600;

flows_with!(
    SHORT;
    without_use,
    by_absolute_limit,
    by_new_password,
    by_administrator,
    by_user_on_second_device,
    by_changed_second_factor,
    by_new_sign_in_in_same_browser,
    by_signing_out,
    first_reason_is_kept,
    reason_requires_session_cookie,
    return_link_stays_on_server,
    list_shows_only_own_sessions,
);

async fn signed_in(stack: &Stack, name: &str) -> UserAgent {
    let agent = UserAgent::new();
    sign_in(stack, &agent, name, PASSWORD).await;
    assert!(is_signed_in(stack, &agent).await);
    agent
}

/// Asserts that the sign-in page leads a browser with an ended session to this reason.
async fn assert_reason(stack: &Stack, agent: &UserAgent, reason: &str, ago: &str) {
    let login = agent.get(stack.at("/login")).await;
    assert_eq!(login.status, 200, "{}", login.dump());
    let notice = login.text_of("[role=status]").unwrap_or_default();
    assert!(
        notice.contains("Your session has ended"),
        "{}",
        login.dump()
    );
    let why = login.link_of("a[href^='/login/ended']").expect("a link");
    let page = agent.get(why).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.text_of("#why").as_deref(), Some(reason));
    let text = page.text_of("main").expect("a page");
    assert!(text.contains(ago), "{ago}: {text}");
    assert!(page.has("time[datetime]"), "{}", page.dump());
    // The page names neither a user nor an address.
    for secret in ["alice", "127.0.0.1"] {
        assert!(!text.to_lowercase().contains(secret), "{text}");
    }
    assert_eq!(
        page.link_of("main a.btn").map(|url| url.to_string()),
        Some(stack.at("/login"))
    );
}

/// Returns the reasons on the account page.
async fn listed(stack: &Stack, agent: &UserAgent) -> Vec<String> {
    let page = agent.get(stack.at(ALL)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.texts_of(".rows p:not(.small)")
}

fn csrf(page: &Page) -> String {
    let form = page.form("form[action='/logout']");
    form.value("csrf").expect("a token").to_owned()
}

async fn without_use(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    stack.clock.advance(HOUR - 1);
    let page = agent.get(stack.at(PATH)).await;
    assert_eq!(location(&page), "/login", "the session is active");
    assert!(is_signed_in(stack, &agent).await);
    stack.clock.advance(3 * HOUR / 2);
    let reason = "It was not used for too long.";
    assert_reason(stack, &agent, reason, "30 minutes ago").await;
    let other = signed_in(stack, "alice").await;
    assert_eq!(listed(stack, &other).await, [reason]);
}

async fn by_absolute_limit(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    for _ in 0..7 {
        stack.clock.advance(HOUR / 2);
        assert!(is_signed_in(stack, &agent).await);
    }
    stack.clock.advance(HOUR / 2);
    assert!(!is_signed_in(stack, &agent).await);
    stack.clock.advance(5 * 60);
    let reason = "It had lasted as long as a session may.";
    assert_reason(stack, &agent, reason, "5 minutes ago").await;
    let other = signed_in(stack, "alice").await;
    assert_eq!(listed(stack, &other).await, [reason]);
}

async fn by_new_password(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let other = signed_in(stack, "alice").await;
    let page = other.get(stack.at("/account/password")).await;
    let form = page
        .form("form:has([name=current_password])")
        .with("current_password", PASSWORD)
        .with("password", NEW_PASSWORD)
        .with("password_confirm", NEW_PASSWORD);
    let page = other.submit(&form).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.clock.advance(120);
    let reason = "The password was changed or reset.";
    assert_reason(stack, &agent, reason, "2 minutes ago").await;
    assert_eq!(listed(stack, &other).await, [reason]);
}

async fn by_administrator(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    stack.end_sessions("alice").await;
    stack.clock.advance(120);
    let reason = "An administrator ended it.";
    assert_reason(stack, &agent, reason, "2 minutes ago").await;
    let other = signed_in(stack, "alice").await;
    assert_eq!(listed(stack, &other).await, [reason]);
}

async fn by_user_on_second_device(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let other = signed_in(stack, "alice").await;
    let page = other.get(stack.at("/account/sessions")).await;
    assert!(
        page.has("a[href='/account/sessions/ended']"),
        "{}",
        page.dump()
    );
    let activity = other.get(stack.at("/account/activity")).await;
    assert!(
        activity.has("a[href='/account/sessions/ended']"),
        "{}",
        activity.dump()
    );
    other.submit(&page.press("button[name=session]")).await;
    stack.clock.advance(120);
    let reason = "You ended it from another device.";
    assert_reason(stack, &agent, reason, "2 minutes ago").await;
    assert_eq!(listed(stack, &other).await, [reason]);
}

async fn by_changed_second_factor(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let other = UserAgent::new();
    enrol(stack, &other, "alice").await;
    stack.clock.advance(120);
    assert!(!is_signed_in(stack, &agent).await);
    let login = agent.get(stack.at(PATH)).await;
    let reason = "Two-step sign-in was changed.";
    assert_eq!(login.text_of("#why").as_deref(), Some(reason));
    assert!(listed(stack, &other).await.contains(&reason.to_owned()));
}

async fn by_new_sign_in_in_same_browser(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at("/login?next=/account/password")).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.clock.advance(20 * 60);
    let page = agent.get(stack.at("/login?next=/account/password")).await;
    let form = page.form("#login").with("identifier", "bob");
    let page = agent.submit(&form.with("password", PASSWORD)).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let other = signed_in(stack, "alice").await;
    let reason = "Another sign-in took its place in the same browser.";
    assert_eq!(listed(stack, &other).await, [reason]);
    assert!(listed(stack, &agent).await.is_empty(), "bob had no session");
}

async fn by_signing_out(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at("/account")).await;
    let token = csrf(&page);
    let fields = [("csrf", token.as_str()), ("confirm", "yes")];
    agent.post(stack.at("/logout"), &fields).await;
    // The cookie is deleted, and the notice disappears with it.
    let login = agent.get(stack.at("/login")).await;
    assert!(!login.has("[role=status]"), "{}", login.dump());
    assert_eq!(location(&agent.get(stack.at(PATH)).await), "/login");
    let other = signed_in(stack, "alice").await;
    assert_eq!(listed(stack, &other).await, ["You signed out there."]);
}

async fn first_reason_is_kept(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    stack.clock.advance(2 * HOUR);
    // The session expired earlier: ending it with the others does not change the reason.
    stack.end_sessions("alice").await;
    assert_reason(stack, &agent, "It was not used for too long.", "1 hour ago").await;
}

async fn reason_requires_session_cookie(stack: &Stack) {
    let alice = signed_in(stack, "alice").await;
    let bob = signed_in(stack, "bob").await;
    stack.end_sessions("alice").await;
    for agent in [&bob, &UserAgent::new()] {
        let page = agent.get(stack.at(PATH)).await;
        assert_eq!(location(&page), "/login", "{}", page.dump());
    }
    assert!(
        listed(stack, &bob).await.is_empty(),
        "none of bob's sessions has ended"
    );
    // Unknown and malformed cookie values reveal nothing either.
    for value in ["A".repeat(43), "x".to_owned()] {
        let request = UserAgent::new();
        let http = request.http().get(stack.at(PATH));
        let cookie = format!("doorward_session={value}");
        let page = request.send(http.header("cookie", cookie)).await;
        assert_eq!(location(&page), "/login", "{value}");
    }
    // The list requires a session.
    let page = alice.get(stack.at(ALL)).await;
    assert_eq!(location(&page), format!("/login?next={ALL}"));
    // After the next sign-in, the notice disappears.
    sign_in(stack, &alice, "alice", PASSWORD).await;
    assert_eq!(location(&alice.get(stack.at(PATH)).await), "/login");
}

async fn return_link_stays_on_server(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    stack.end_sessions("alice").await;
    for (requested, back) in [
        ("?next=/account/profile", "/login?next=/account/profile"),
        ("?next=https://evil.example/", "/login"),
        ("?next=//evil.example", "/login"),
    ] {
        let page = agent.get(stack.at(&format!("{PATH}{requested}"))).await;
        assert_eq!(page.status, 200, "{requested}: {}", page.dump());
        let link = page.link_of("main a.btn").map(|url| url.to_string());
        assert_eq!(link, Some(stack.at(back)), "{requested}");
    }
    let page = agent.get(stack.at(&format!("{PATH}?flow=%22%3E"))).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let fields = [("csrf", "x")];
    assert_eq!(agent.post(stack.at(PATH), &fields).await.status, 405);
    assert_eq!(agent.post(stack.at(ALL), &fields).await.status, 405);
}

async fn list_shows_only_own_sessions(stack: &Stack) {
    for name in ["alice", "alice", "bob"] {
        signed_in(stack, name).await;
    }
    stack.end_sessions("alice").await;
    let alice = signed_in(stack, "alice").await;
    let bob = signed_in(stack, "bob").await;
    let ended = "An administrator ended it.";
    assert_eq!(listed(stack, &alice).await, [ended, ended]);
    assert!(listed(stack, &bob).await.is_empty());
}
