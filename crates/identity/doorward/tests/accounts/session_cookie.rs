//! Tests of the session cookie: replaced at each authentication, never accepted from outside, not
//! guessable (ASVS 5.0 §7.2.4), and kept while the database is unavailable.

use doorward_store::repo;
use doorward_testkit::{CookieAgent, PASSWORD, Page, Stack, UserAgent, flows};
use tokio::task::JoinSet;

use crate::support::NEW_PASSWORD;
use crate::two_factor::{App, HOME, set_up};

flows!(
    session_cookie_is_renewed_at_each_authentication,
    planted_value_is_never_adopted,
    no_byte_of_any_cookie_can_be_changed,
    unavailable_store_keeps_session_cookies,
    no_sign_in_with_former_password_outlives_reset,
    reset_invalidates_pending_sign_ins,
);

const SESSION: &str = "doorward_session";

async fn first_step(stack: &Stack, jar: &mut CookieAgent) -> Page {
    // This page is shown to signed-in browsers, too.
    let page = jar.get(stack.at("/forgot-password")).await;
    let mut form = page.form("#forgot").with("identifier", "alice");
    form.action = form.action.join("/login").unwrap();
    jar.submit(&form.with("password", PASSWORD)).await
}

async fn is_in(stack: &Stack, jar: &CookieAgent) -> bool {
    jar.clone().get(stack.at("/account")).await.status == 200
}

/// Asserts that the session cookie changed and that the previous value is no longer accepted.
async fn assert_renewed(stack: &Stack, jar: &CookieAgent, before: &mut CookieAgent, name: &str) {
    assert!(is_in(stack, jar).await, "{name}");
    if before.cookies.contains_key(SESSION) {
        assert_ne!(jar.cookies[SESSION], before.cookies[SESSION], "{name}");
        assert!(
            !is_in(stack, before).await,
            "{name}: the previous session is still active"
        );
    }
    *before = jar.clone();
}

async fn session_cookie_is_renewed_at_each_authentication(stack: &Stack) {
    let mut jar = CookieAgent::new();
    let mut before = jar.clone();
    first_step(stack, &mut jar).await;
    assert_renewed(stack, &jar, &mut before, "sign-in").await;
    stack.clock.advance(901);
    first_step(stack, &mut jar).await;
    assert_renewed(stack, &jar, &mut before, "signing in again").await;

    let home = jar.get(stack.at(HOME)).await;
    let page = jar.submit(&home.form("form[action$='/2fa/start']")).await;
    let page = jar.follow(page).await;
    let key = page.text_of("#key").expect("the key");
    let secret = doorward_domain::credentials::totp::TotpSecret::from_base32(&key).unwrap();
    let app = App {
        secret,
        recovery: Vec::new(),
    };
    let form = page.form("form:has([name=code])");
    jar.submit(&form.with("code", &app.code(stack))).await;
    assert_renewed(stack, &jar, &mut before, "a second factor").await;

    let page = jar.get(stack.at("/login/2fa?next=/account")).await;
    assert_eq!(
        page.location().unwrap().path(),
        "/account",
        "no second factor page for a strong session"
    );
    stack.clock.advance(901);
    let page = first_step(stack, &mut jar).await;
    let page = jar.follow(page).await;
    let form = page.form("form:has([name=code])");
    jar.submit(&form.with("code", &app.next_code(stack))).await;
    assert_renewed(stack, &jar, &mut before, "both steps again").await;

    let page = jar.get(stack.at("/account/password")).await;
    let form = page
        .form("#new-password")
        .with("current_password", PASSWORD);
    let form = form.with("password", NEW_PASSWORD);
    jar.submit(&form.with("password_confirm", NEW_PASSWORD))
        .await;
    assert_renewed(stack, &jar, &mut before, "a new password").await;

    let home = jar.get(stack.at(HOME)).await;
    jar.submit(&home.form("form[action$='/2fa/off']")).await;
    assert_renewed(stack, &jar, &mut before, "without the second factor").await;

    let page = jar.get(stack.at("/logout")).await;
    let page = jar
        .submit(&page.form("form#logout").with("confirm", "yes"))
        .await;
    assert_eq!(
        page.header("clear-site-data"),
        Some("\"cache\", \"storage\"")
    );
    assert!(!jar.cookies.contains_key(SESSION), "the cookie is deleted");
    assert!(
        !is_in(stack, &before).await,
        "the former session value is invalid"
    );
}

async fn planted_value_is_never_adopted(stack: &Stack) {
    // A value made up by the attacker, the value of an ended session, and the attacker's own
    // session.
    let mut over = CookieAgent::new();
    first_step(stack, &mut over).await;
    stack.end_sessions("alice").await;
    let mut own = CookieAgent::new();
    let page = own.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "bob");
    own.submit(&form.with("password", PASSWORD)).await;
    let planted = [
        "A".repeat(43),
        over.cookies[SESSION].clone(),
        own.cookies[SESSION].clone(),
        String::new(),
        "x".to_owned(),
    ];
    for value in planted {
        let mut victim = CookieAgent::new();
        victim.cookies.insert(SESSION.to_owned(), value.clone());
        let mut thief = victim.clone();
        let page = first_step(stack, &mut victim).await;
        if page.is_redirect() {
            assert_ne!(victim.cookies[SESSION], value, "adopted");
            assert!(is_in(stack, &victim).await);
        }
        let page = thief.get(stack.at("/account")).await;
        let page = thief.follow(page).await;
        assert!(
            !page.text().contains("alice@example.org"),
            "{}",
            page.dump()
        );
    }
}

/// Returns the value with each single character replaced by others that a cookie may contain.
fn mutations(value: &str) -> impl Iterator<Item = String> + '_ {
    let changed = |at: usize, to: char| {
        let mut text: Vec<char> = value.chars().collect();
        text[at] = to;
        text.into_iter().collect::<String>()
    };
    let each = value.char_indices().flat_map(move |(at, had)| {
        let other = if had == 'A' { 'B' } else { 'A' };
        [other, '%', '!'].map(|to| changed(at, to))
    });
    let cut = value.len().saturating_sub(1);
    let extended = format!("{value}A");
    each.chain([value[..cut].to_owned(), extended, String::new()])
}

async fn no_byte_of_any_cookie_can_be_changed(stack: &Stack) {
    let mut jar = CookieAgent::new();
    first_step(stack, &mut jar).await;
    let page = jar.get(stack.at("/account")).await;
    let form = page.form("form[action='/preferences']").with("lang", "de");
    jar.submit(&form).await;
    let form = page
        .form("form[action='/preferences']")
        .with("theme", "dark");
    jar.submit(&form).await;
    // A reset link in the mail, and a sign-in that waits for the second factor.
    let page = jar.get(stack.at("/forgot-password")).await;
    jar.submit(&page.form("#forgot").with("identifier", "bob"))
        .await;
    let link = stack.mail("bob@example.org").await.link(stack.issuer());
    jar.get(&link).await;
    let names: Vec<String> = jar.cookies.keys().cloned().collect();
    let all = ["browser", "device", "lang", "link", "session", "theme"];
    assert_eq!(names, all.map(|name| format!("doorward_{name}")));
    let form = jar.get(stack.at("/account")).await;
    let form = form.form("form[action='/preferences']").with("lang", "en");

    for name in names {
        for value in mutations(&jar.cookies[&name]) {
            let mut changed = jar.clone();
            changed.cookies.insert(name.clone(), value.clone());
            let account = changed.clone().get(stack.at("/account")).await;
            let reset = changed.clone().get(stack.at("/reset-password")).await;
            let sent = changed.clone().submit(&form).await;
            let case = format!("{name}={value}");
            for page in [&account, &reset, &sent] {
                assert!(page.status < 500, "{case}: {}", page.dump());
            }
            assert_eq!(account.status == 200, name != SESSION, "{case}");
            assert_eq!(reset.status == 200, name != "doorward_link", "{case}");
            assert_eq!(sent.status == 303, name != "doorward_browser", "{case}");
        }
    }
    // The real sessions are unaffected, and a cookie sent twice is not accepted.
    assert!(is_in(stack, &jar).await);
    let mut twice = jar.clone();
    let value = format!("{0}; {SESSION}={0}", jar.cookies[SESSION]);
    twice.cookies.insert(SESSION.to_owned(), value);
    assert!(!is_in(stack, &twice).await);
}

async fn unavailable_store_keeps_session_cookies(stack: &Stack) {
    let mut jar = CookieAgent::new();
    first_step(stack, &mut jar).await;
    let anonymous_caller = jar.new_session();
    // The last use is stored once a minute; it cannot be stored now, because the database is
    // unavailable.
    stack.clock.advance(61);
    let outage = stack.storage().interrupt().await;
    let page = jar.get(stack.at("/account")).await;
    assert_eq!(page.status, 503, "{}", page.dump());
    assert!(page.header("retry-after").is_some(), "{}", page.dump());
    let cookies = page.headers.get_all("set-cookie").iter();
    assert_eq!(cookies.count(), 0, "the cookie is not deleted");
    let page = anonymous_caller.clone().get(stack.at("/login")).await;
    assert_eq!(
        page.status,
        200,
        "pages without a session are served: {}",
        page.dump()
    );
    outage.end().await;
    // Connections broken by the outage are detected one after the other.
    for _ in 0..20 {
        let page = jar.get(stack.at("/account")).await;
        if page.status == 200 {
            return;
        }
        assert_eq!(page.status, 503, "the same session: {}", page.dump());
    }
    panic!("the session did not come back");
}

// --- races --------------------------------------------------------------------------------------

/// Returns a password reset form that is ready to be submitted.
async fn reset_form(stack: &Stack) -> (CookieAgent, doorward_testkit::Form) {
    let link = crate::password_reset::link(stack, "alice").await;
    let mut jar = CookieAgent::new();
    let page = jar.get(&link).await;
    let page = jar.follow(page).await;
    let form = page.form("#new-password").with("password", NEW_PASSWORD);
    (jar, form.with("password_confirm", NEW_PASSWORD))
}

/// Submits 32 forms and the reset at the same time; asserts that no session survives.
async fn against_a_reset(stack: &Stack, ready: Vec<(CookieAgent, doorward_testkit::Form)>) {
    let (mut owner, reset) = reset_form(stack).await;
    let mut attempts = JoinSet::new();
    for (number, (mut jar, form)) in ready.into_iter().enumerate() {
        attempts.spawn(async move {
            // The requests are spread over the time that the password hash of the reset takes.
            tokio::time::sleep(std::time::Duration::from_millis(number as u64)).await;
            jar.submit(&form).await
        });
    }
    let mut done = owner.submit(&reset).await;
    // With 32 others, a hash may have to wait longer than a request does.
    for _ in 0..20 {
        if done.status == 503 {
            done = owner.submit(&reset).await;
        }
    }
    assert_eq!(done.status, 303, "{}", done.dump());
    attempts.join_all().await;
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), "alice")
        .await
        .unwrap()
        .unwrap();
    let left = repo::sessions::list_for_user(db.read(), user.id, 0)
        .await
        .unwrap();
    db.close().await.unwrap();
    assert_eq!(left, [], "sessions of the former password are active");
}

async fn no_sign_in_with_former_password_outlives_reset(stack: &Stack) {
    let first = CookieAgent::new();
    let mut ready = Vec::new();
    for _ in 0..32 {
        let mut jar = first.new_session();
        let page = jar.get(stack.at("/login")).await;
        let form = page.form("#login").with("identifier", "alice");
        ready.push((jar, form.with("password", PASSWORD)));
    }
    against_a_reset(stack, ready).await;
}

async fn reset_invalidates_pending_sign_ins(stack: &Stack) {
    let owner = UserAgent::new();
    let page = crate::two_factor::first_step(stack, &owner, "alice").await;
    assert!(crate::two_factor::is_account(&page));
    let home = owner.get(stack.at(HOME)).await;
    let (app, _) = set_up(stack, &owner, &home).await;
    let first = CookieAgent::new();
    let mut ready = Vec::new();
    // Ten of the codes are correct.
    for number in 0..32 {
        let mut jar = first.new_session();
        let page = first_step(stack, &mut jar).await;
        let page = jar.follow(page).await;
        let code = app.recovery[number % 10].clone();
        ready.push((jar, page.form("form:has([name=code])").with("code", &code)));
    }
    against_a_reset(stack, ready).await;
}
