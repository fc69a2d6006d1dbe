//! Tests of session lifetimes: idle timeout, maximum age, and remembered sessions.

use doorward_testkit::{CookieAgent, PASSWORD, Page, Stack};

use crate::two_factor::{App, enrol};
use doorward_testkit::both_backends_with;

const SHORT: &[(&str, &str)] = &[
    ("DOORWARD__SESSIONS__IDLE", "1h"),
    ("DOORWARD__SESSIONS__KEPT_IDLE", "4h"),
    ("DOORWARD__SESSIONS__ABSOLUTE", "10h"),
];
const HOUR: i64 = 3600;

both_backends_with!(
    SHORT;
    session_ends_at_idle_timeout_to_second,
    session_ends_at_maximum_age_to_second,
    remembered_session_has_longer_idle_timeout,
    remembered_session_stays_remembered_after_step_up,
    idle_remembered_session_keeps_only_password_factor,
);

/// Signs alice in; returns the last response.
async fn sign_in(stack: &Stack, jar: &mut CookieAgent, keep: bool, app: Option<&App>) -> Page {
    let page = jar.get(stack.at("/login?next=/account/security/2fa")).await;
    let mut form = page.form("#login");
    form = form.with("identifier", "alice").with("password", PASSWORD);
    // The checkbox is already checked if the session is remembered.
    form.fields.retain(|(name, _)| name != "remember");
    if keep {
        form = form.with("remember", "on");
    }
    let answer = jar.submit(&form).await;
    let Some(app) = app else { return answer };
    let page = jar.follow(answer).await;
    let form = page.form("form:has([name=code])");
    jar.submit(&form.with("code", &app.next_code(stack))).await
}

async fn is_in(stack: &Stack, jar: &mut CookieAgent) -> bool {
    jar.get(stack.at("/account")).await.status == 200
}

async fn session_ends_at_idle_timeout_to_second(stack: &Stack) {
    for (wait, alive) in [(HOUR - 1, true), (HOUR, false), (HOUR + 1, false)] {
        let mut jar = CookieAgent::new();
        sign_in(stack, &mut jar, false, None).await;
        stack.clock.advance(wait);
        assert_eq!(is_in(stack, &mut jar).await, alive, "{wait} s");
        if alive {
            // That request was a use: the idle timeout starts again.
            stack.clock.advance(HOUR - 1);
            assert!(is_in(stack, &mut jar).await);
            stack.clock.advance(HOUR);
            assert!(!is_in(stack, &mut jar).await);
        }
    }
}

async fn session_ends_at_maximum_age_to_second(stack: &Stack) {
    for keep in [false, true] {
        for (last, alive) in [(-1, true), (0, false), (1, false)] {
            let mut jar = CookieAgent::new();
            sign_in(stack, &mut jar, keep, None).await;
            for _ in 0..19 {
                stack.clock.advance(HOUR / 2);
                assert!(is_in(stack, &mut jar).await);
            }
            // Another sign-in continues the same session and does not extend its maximum age.
            let first = sign_in(stack, &mut jar, keep, None).await;
            assert_eq!(first.status, 303, "{}", first.dump());
            stack.clock.advance(HOUR / 2 + last);
            assert_eq!(is_in(stack, &mut jar).await, alive, "keep {keep}, {last} s");
        }
    }
}

/// Returns the `Max-Age` of the session cookie that a response sets, in seconds; `None` for a
/// cookie that ends with the browser.
fn max_age(answer: &Page) -> Option<i64> {
    let cookies = answer.headers.get_all("set-cookie").iter();
    let cookie = cookies
        .filter_map(|cookie| cookie.to_str().ok())
        .find(|cookie| cookie.starts_with("doorward_session="))
        .unwrap_or_else(|| panic!("no session: {}", answer.dump()));
    let age = cookie
        .split("; ")
        .find_map(|part| part.strip_prefix("Max-Age="));
    age.map(|age| age.parse().expect("seconds"))
}

async fn remembered_session_has_longer_idle_timeout(stack: &Stack) {
    for (wait, alive) in [
        (4 * HOUR - 1, true),
        (4 * HOUR, false),
        (4 * HOUR + 1, false),
    ] {
        let mut jar = CookieAgent::new();
        assert_eq!(
            max_age(&sign_in(stack, &mut jar, true, None).await),
            Some(10 * HOUR)
        );
        stack.clock.advance(wait);
        assert_eq!(is_in(stack, &mut jar).await, alive, "{wait} s");
    }
    // The next sign-in may change the choice in either direction.
    let mut jar = CookieAgent::new();
    assert_eq!(max_age(&sign_in(stack, &mut jar, false, None).await), None);
    stack.clock.advance(HOUR / 2);
    assert_eq!(
        max_age(&sign_in(stack, &mut jar, true, None).await),
        Some(19 * HOUR / 2)
    );
    stack.clock.advance(4 * HOUR - 1);
    assert!(is_in(stack, &mut jar).await);
    assert_eq!(max_age(&sign_in(stack, &mut jar, false, None).await), None);
    stack.clock.advance(HOUR);
    assert!(!is_in(stack, &mut jar).await);
}

async fn remembered_session_stays_remembered_after_step_up(stack: &Stack) {
    let app = enrol(stack, &doorward_testkit::UserAgent::new(), "alice").await;
    let mut jar = CookieAgent::new();
    let done = sign_in(stack, &mut jar, true, Some(&app)).await;
    assert_eq!(max_age(&done), Some(10 * HOUR));
    stack.clock.advance(2 * HOUR);
    assert!(is_in(stack, &mut jar).await);
    let page = jar.get(stack.at("/login/2fa?next=/account")).await;
    let page = jar.follow(page).await;
    let form = page.form("form:has([name=code])");
    let done = jar.submit(&form.with("code", &app.next_code(stack))).await;
    assert_eq!(
        max_age(&done),
        Some(8 * HOUR - 30),
        "not longer than the session"
    );
}

async fn idle_remembered_session_keeps_only_password_factor(stack: &Stack) {
    let app = enrol(stack, &doorward_testkit::UserAgent::new(), "alice").await;
    for (wait, strong) in [(HOUR - 1, true), (HOUR, false), (HOUR + 1, false)] {
        let mut jar = CookieAgent::new();
        sign_in(stack, &mut jar, true, Some(&app)).await;
        stack.clock.advance(wait);
        assert!(is_in(stack, &mut jar).await);
        // It stays so for further requests.
        for _ in 0..2 {
            let page = jar.get(stack.at("/login/2fa?next=/account")).await;
            let place = page.location().expect("a redirect");
            let asked = place.path() == "/login/2fa";
            assert_eq!(asked, !strong, "{wait} s: {place}");
            stack.clock.advance(61);
        }
    }
}
