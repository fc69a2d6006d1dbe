//! Tests of sign-in with a mailed code or link (decision 61).

use doorward_access::clock::Clock as _;
use doorward_domain::model::AuditKind;
use doorward_testkit::{
    Authorization, Mail, Page, Stack, UserAgent, both_backends_with, flows, flows_with, jwt,
};
use serde_json::json;
use tokio::task::JoinSet;
use url::Url;

use crate::support::{is_signed_in, location, look};
use crate::two_factor::{self, CODE, enrol};

both_backends_with!(
    ENABLED;
    of_32_concurrent_uses_of_code_only_first_signs_in,
);
flows_with!(
    ENABLED;
    email_code_is_single_factor,
    known_and_unknown_users_get_same_response,
    code_works_only_in_requesting_browser,
    link_works_only_in_requesting_browser_by_button,
    code_and_link_sign_in_once_together,
    newer_code_replaces_older_and_expires_in_ten_minutes,
    account_changes_invalidate_mailed_codes,
    email_code_is_followed_by_second_factor,
    sign_in_continues_to_requested_page,
);
flows_with!(LIMITS; mails_attempts_and_forms_are_limited);
flows!(email_sign_in_is_disabled_by_default);

const ENABLED: &[(&str, &str)] = &[("DOORWARD__LOGIN__EMAIL_CODE", "true")];
const LIMITS: &[(&str, &str)] = &[ENABLED[0], ("DOORWARD__LIMITS__MULTIPLIER", "1")];
const PAGE: &str = "/login/email";
const ALICE: &str = "alice@example.org";

/// Requests a code with the form on this page; returns the response.
pub async fn ask_at(agent: &UserAgent, page: &Page, identifier: &str) -> Page {
    let form = page.form("#email-ask").with("identifier", identifier);
    agent.submit(&form).await
}

/// Requests a code; returns the page that waits for it.
pub async fn ask(stack: &Stack, agent: &UserAgent, identifier: &str) -> Page {
    let page = agent.get(stack.at(PAGE)).await;
    let page = ask_at(agent, &page, identifier).await;
    assert!(location(&page).starts_with("/login/email?attempt="));
    agent.follow(page, "").await
}

/// Returns the code in a mail, formatted as in the subject.
pub fn code_of(mail: &Mail) -> String {
    let (code, _) = mail.subject.split_once(" is your code").expect("a code");
    assert!(
        mail.text.contains(code) && mail.html.contains(code),
        "{mail:?}"
    );
    code.to_owned()
}

/// Submits a code; returns the response.
pub async fn enter(agent: &UserAgent, page: &Page, code: &str) -> Page {
    agent.submit(&page.form(CODE).with("code", code)).await
}

/// Returns a code that differs from this one.
fn wrong(code: &str) -> String {
    let first = if code.starts_with('1') { '2' } else { '1' };
    format!("{first}{}", &code[1..])
}

async fn email_code_is_single_factor(stack: &Stack) {
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client);
    let agent = UserAgent::new();
    let page = request.start(&agent).await.expect_page();
    let href = page.link_of("a[href^='/login/email']").expect("the offer");
    let page = agent.get(href).await;
    assert!(page.text().contains("to continue to"), "{}", page.dump());
    let page = ask_at(&agent, &page, "Alice").await;
    let page = agent.follow(page, "").await;
    let mail = stack.mail(ALICE).await;
    let code = code_of(&mail);
    assert_eq!(code.len(), 9, "two groups of four: {code}");
    for word in [
        "within 10 minutes",
        "If this was not you",
        "Never tell anybody",
    ] {
        assert!(mail.text.contains(word), "{}", mail.text);
    }
    stack.clock.advance(60);
    let page = enter(&agent, &page, &wrong(&code)).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let page = enter(&agent, &page, "").await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = enter(&agent, &page, &code.replace(' ', "")).await;
    let code = request.follow(&agent, page).await.code();
    let tokens = stack.exchange(client, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").expect("an ID token"));
    assert_eq!(claims["acr"], "aal1", "{claims}");
    assert_eq!(claims["amr"], json!(["email"]), "{claims}");
    assert_eq!(claims["auth_time"], stack.clock.now(), "{claims}");
    assert!(is_signed_in(stack, &agent).await);
    let [requested, done, failed] = [
        AuditKind::EmailCodeRequested,
        AuditKind::LoginSucceeded,
        AuditKind::LoginFailed,
    ]
    .map(|kind| async move { stack.audited(kind).await });
    let (requested, done, failed) = (requested.await, done.await, failed.await);
    assert!(
        requested[0].success && requested[0].subject.is_some(),
        "{requested:?}"
    );
    assert_eq!(done[0].detail["method"], "email");
    assert_eq!(failed[0].detail["method"], "email");
    assert_eq!(failed[0].subject, done[0].subject);
    let seen = agent.get(stack.at("/account/activity")).await;
    let words = "A code to sign in was asked for by mail";
    assert!(seen.text().contains(words), "{}", seen.dump());
}

/// Checks that responses do not reveal whether an account exists (ASVS 5.0 §6.3.8): on both pages,
/// after a wrong code and after another mail.
async fn known_and_unknown_users_get_same_response(stack: &Stack) {
    stack.disable_user("bob").await;
    stack.set_email_verified("mona", false).await;
    let mut looks = Vec::new();
    for identifier in [
        "alice",
        ALICE,
        "nobody",
        "n@example.org",
        "bob",
        "mona",
        "?",
    ] {
        let (agent, later) = (UserAgent::new(), UserAgent::new());
        let page = agent.get(stack.at(PAGE)).await;
        let sent = ask_at(&agent, &page, identifier).await;
        let place = location(&sent);
        let (_, attempt) = place.split_once('=').expect("an attempt");
        let page = agent.follow(sent.clone(), "").await;
        stack.wait_for_jobs().await;
        let guessed = enter(&agent, &page, "0000 0000").await;
        ask(stack, &later, identifier).await;
        stack.wait_for_jobs().await;
        let again = enter(&agent, &page, "0000 0001").await;
        let reloaded = agent.get(page.url.clone()).await;
        assert_eq!(
            [guessed.status, again.status, reloaded.status],
            [401, 401, 200]
        );
        let pages = [&sent, &page, &guessed, &again, &reloaded];
        looks.push(pages.map(|page| {
            let (status, place, values, names) = look(page, &[attempt]);
            (status, place.replace(attempt, "X"), values, names)
        }));
    }
    for other in &looks[1..] {
        assert_eq!(other, &looks[0]);
    }
    assert_eq!(stack.mails(ALICE).await.len(), 4);
    for address in ["bob@example.org", "mona@example.org", "n@example.org"] {
        assert!(stack.mails(address).await.is_empty(), "{address}");
    }
    let agent = UserAgent::new();
    let page = agent.get(stack.at(PAGE)).await;
    assert_eq!(ask_at(&agent, &page, " ").await.status, 422);
}

async fn code_works_only_in_requesting_browser(stack: &Stack) {
    let (agent, thief) = (UserAgent::new(), UserAgent::new());
    let page = ask(stack, &agent, "alice").await;
    let code = code_of(&stack.mail(ALICE).await);
    // The address of the waiting page does not work in another browser.
    let theirs = thief.get(page.url.clone()).await;
    assert_eq!(theirs.status, 400, "{}", theirs.dump());
    // The attacker's own waiting page does not accept the victim's code, even with the victim's
    // attempt ID.
    let own = ask(stack, &thief, "nobody").await;
    assert_eq!(enter(&thief, &own, &code).await.status, 401);
    let attempt = page.form(CODE).value("attempt").unwrap().to_owned();
    let form = own.form(CODE).with("attempt", &attempt).with("code", &code);
    assert_eq!(thief.submit(&form).await.status, 400);
    assert!(!is_signed_in(stack, &thief).await);
    assert_eq!(location(&enter(&agent, &page, &code).await), "/account");
}

fn link_of(stack: &Stack, mail: &Mail) -> Url {
    mail.link(stack.issuer())
}

async fn link_works_only_in_requesting_browser_by_button(stack: &Stack) {
    let agent = UserAgent::new();
    ask(stack, &agent, "alice").await;
    let link = link_of(stack, &stack.mail(ALICE).await);
    let scanner = UserAgent::new();
    for number in 0..100 {
        let page = match number % 3 {
            0 => scanner.send(scanner.http().head(link.clone())).await,
            1 => scanner.get(&link).await,
            _ => agent.get(&link).await,
        };
        assert_eq!(page.status, 303, "{}", page.dump());
    }
    // In a browser that did not request the link, the link signs no user in (login CSRF).
    let page = scanner.get(&link).await;
    assert_eq!(
        location(&page),
        "/login/email/link",
        "the token is removed from the address"
    );
    let page = scanner.follow(page, "").await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let page = agent.get(&link).await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert!(
        page.text().contains(ALICE),
        "the page names the user: {}",
        page.dump()
    );
    assert!(!is_signed_in(stack, &agent).await);
    let form = page.form("#step");
    assert_eq!(location(&agent.submit(&form).await), "/account");
    assert!(is_signed_in(stack, &agent).await);
    let again = agent.get(&link).await;
    let again = agent.follow(again, "").await;
    assert_eq!(again.status, 400, "{}", again.dump());
}

async fn of_32_concurrent_uses_of_code_only_first_signs_in(stack: &Stack) {
    let agent = UserAgent::new();
    let page = ask(stack, &agent, "alice").await;
    let code = code_of(&stack.mail(ALICE).await);
    let form = page.form(CODE).with("code", &code);
    let mut attempts = JoinSet::new();
    for _ in 0..32 {
        let (agent, form) = (agent.clone(), form.clone());
        attempts.spawn(async move { agent.submit(&form).await.status });
    }
    let mut statuses = attempts.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 303, "{statuses:?}");
    assert!(
        statuses[1..].iter().all(|status| *status == 400),
        "{statuses:?}"
    );
    assert_eq!(stack.audited(AuditKind::LoginSucceeded).await.len(), 1);
}

async fn code_and_link_sign_in_once_together(stack: &Stack) {
    let agent = UserAgent::new();
    let page = ask(stack, &agent, "alice").await;
    let mail = stack.mail(ALICE).await;
    let by_code = page.form(CODE).with("code", &code_of(&mail));
    let followed = agent.get(link_of(stack, &mail)).await;
    let by_link = agent.follow(followed, "").await.form("#step");
    let mut attempts = JoinSet::new();
    for number in 0..16 {
        let form = if number % 2 == 0 { &by_code } else { &by_link };
        let (agent, form) = (agent.clone(), form.clone());
        attempts.spawn(async move { agent.submit(&form).await.status });
    }
    let statuses = attempts.join_all().await;
    let entered = statuses.iter().filter(|status| **status == 303).count();
    assert_eq!(entered, 1, "{statuses:?}");
    assert_eq!(stack.audited(AuditKind::LoginSucceeded).await.len(), 1);
}

async fn newer_code_replaces_older_and_expires_in_ten_minutes(stack: &Stack) {
    let (first, second) = (UserAgent::new(), UserAgent::new());
    let page = ask(stack, &first, "alice").await;
    let mail = stack.mail(ALICE).await;
    stack.clock.advance(1);
    let newer = ask(stack, &second, "alice").await;
    let code = code_of(&stack.mail(ALICE).await);
    assert_eq!(enter(&first, &page, &code_of(&mail)).await.status, 401);
    let followed = first.get(link_of(stack, &mail)).await;
    assert_eq!(first.follow(followed, "").await.status, 400);
    stack.clock.advance(10 * 60 - 1);
    let (third, late) = (UserAgent::new(), UserAgent::new());
    assert_eq!(location(&enter(&second, &newer, &code).await), "/account");
    assert_eq!(enter(&second, &newer, &code).await.status, 400, "used");
    let page = ask(stack, &third, "alice").await;
    let code = code_of(&stack.mail(ALICE).await);
    let unknown = ask(stack, &late, "nobody").await;
    stack.clock.advance(10 * 60);
    for (agent, page) in [(&third, &page), (&late, &unknown)] {
        let over = enter(agent, page, &code).await;
        assert_eq!(over.status, 400, "{}", over.dump());
    }
    assert!(!is_signed_in(stack, &third).await);
}

async fn account_changes_invalidate_mailed_codes(stack: &Stack) {
    // A password reset invalidates codes mailed before it.
    let agent = UserAgent::new();
    let page = ask(stack, &agent, "alice").await;
    let code = code_of(&stack.mail(ALICE).await);
    let reset = crate::password_reset::link(stack, "alice").await;
    let other = UserAgent::new();
    let form = crate::password_reset::follow(&other, &reset).await;
    crate::password_reset::choose(&other, &form, crate::support::NEW_PASSWORD).await;
    assert_eq!(enter(&agent, &page, &code).await.status, 401);
    // An address that is no longer verified, and a disabled account.
    for (who, address) in [("mona", "mona@example.org"), ("bob", "bob@example.org")] {
        let page = ask(stack, &agent, who).await;
        let code = code_of(&stack.mail(address).await);
        match who {
            "mona" => stack.set_email_verified(who, false).await,
            _ => stack.disable_user(who).await,
        }
        assert_eq!(enter(&agent, &page, &code).await.status, 401, "{who}");
    }
    assert!(!is_signed_in(stack, &agent).await);
}

/// Checks that the second factor is an authenticator app or recovery code, never another mail
/// (decision 61).
async fn email_code_is_followed_by_second_factor(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "alice").await;
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client);
    let agent = UserAgent::new();
    let page = request.start(&agent).await.expect_page();
    let href = page.link_of("a[href^='/login/email']").expect("the offer");
    let page = agent.get(href).await;
    let page = ask_at(&agent, &page, "alice").await;
    let page = agent.follow(page, "").await;
    let code = code_of(&stack.mail(ALICE).await);
    let page = enter(&agent, &page, &code).await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.url.path(), "/login/2fa", "{}", page.dump());
    assert!(!page.has("a[href*='/login/email']"), "{}", page.dump());
    assert!(!is_signed_in(stack, &agent).await, "not signed in yet");
    let mails = stack.mails(ALICE).await.len();
    assert_eq!(
        enter(&agent, &page, &code).await.status,
        401,
        "the mailed code is not accepted here"
    );
    let page = two_factor::enter(&agent, &page, &app.next_code(stack)).await;
    let code = request.follow(&agent, page).await.code();
    assert_eq!(stack.mails(ALICE).await.len(), mails, "no second mail");
    let tokens = stack.exchange(client, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").expect("an ID token"));
    assert_eq!(claims["acr"], "aal2", "{claims}");
    assert_eq!(claims["amr"], json!(["email", "otp", "mfa"]), "{claims}");
}

async fn sign_in_continues_to_requested_page(stack: &Stack) {
    let agent = UserAgent::new();
    let login = agent.get(stack.at("/login?next=/account/activity")).await;
    let href = login.link_of("a[href^='/login/email']").expect("the offer");
    let page = agent.get(href).await;
    let form = page.form("#email-ask").with("identifier", "alice");
    let page = agent.submit(&form.with("remember", "on")).await;
    let page = agent.follow(page, "").await;
    let code = code_of(&stack.mail(ALICE).await);
    let page = enter(&agent, &page, &code).await;
    assert_eq!(location(&page), "/account/activity");
    let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().collect();
    let kept = cookies.iter().any(|cookie| {
        let text = cookie.to_str().unwrap_or_default();
        text.starts_with("doorward_session=") && text.contains("Max-Age")
    });
    assert!(kept, "{cookies:?}");
    // The redirect target cannot be changed by the link.
    let page = agent
        .get(stack.at("/login/email?next=https://evil.example/"))
        .await;
    assert_eq!(page.form("#email-ask").value("next"), None);
}

async fn mails_attempts_and_forms_are_limited(stack: &Stack) {
    let agent = UserAgent::new();
    let page = ask(stack, &agent, "alice").await;
    let code = code_of(&stack.mail(ALICE).await);
    for _ in 0..5 {
        assert_eq!(enter(&agent, &page, &wrong(&code)).await.status, 401);
    }
    // The correct code is now rejected; only another mail starts a new count.
    let over = enter(&agent, &page, &code).await;
    assert_eq!(over.status, 400, "{}", over.dump());
    for _ in 0..4 {
        ask(stack, &UserAgent::new(), ALICE).await;
        stack.clock.advance(1);
    }
    assert_eq!(stack.mails(ALICE).await.len(), 3);
    let refused = stack.audited(AuditKind::EmailCodeRequested).await;
    assert_eq!(refused.iter().filter(|event| !event.success).count(), 2);
    stack.clock.advance(3600);
    ask(stack, &UserAgent::new(), ALICE).await;
    assert_eq!(stack.mails(ALICE).await.len(), 4);
    let page = agent.get(stack.at(PAGE)).await;
    let mut answers = Vec::new();
    for _ in 0..20 {
        answers.push(ask_at(&agent, &page, "nobody").await.status);
    }
    assert_eq!(answers.last(), Some(&429), "{answers:?}");
}

async fn email_sign_in_is_disabled_by_default(stack: &Stack) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    assert!(!page.has("a[href*='/login/email']"), "{}", page.dump());
    let csrf = page.form("#login").value("csrf").unwrap().to_owned();
    for path in [PAGE, "/login/email/link"] {
        assert_eq!(agent.get(stack.at(path)).await.status, 404, "{path}");
        let fields = [("csrf", csrf.as_str()), ("identifier", "alice")];
        let page = agent.post(stack.at(path), &fields).await;
        assert_eq!(page.status, 404, "{}", page.dump());
    }
    assert!(stack.mails(ALICE).await.is_empty());
}
