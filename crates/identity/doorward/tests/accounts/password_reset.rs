//! Tests of the password reset in its four steps (ASVS 5.0 §7.4.3).

use doorward_testkit::trial::Trial;
use doorward_testkit::{
    Authorization, PASSWORD, Page, Stack, UserAgent, both_backends, flows, flows_with,
};
use serde_json::json;
use tokio::task::JoinSet;
use url::Url;

use crate::support::{NEW_PASSWORD, is_signed_in, location, look, sign_in};

both_backends!(of_32_concurrent_uses_of_link_only_first_counts,);
flows!(
    reset_replaces_password_and_ends_sessions_and_grants,
    known_and_unknown_users_get_same_response,
    weak_password_does_not_consume_link,
    rejects_expired_used_or_overtaken_link,
    reset_link_is_invalid_for_verification,
    step_cannot_be_skipped,
    link_scanners_do_not_consume_link,
    request_headers_do_not_change_link_host,
    reset_continues_authorization_request,
    expired_sign_in_continues_authorization_request,
);
flows_with!(LIMITS; three_mails_hour);

const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
const ALICE: &str = "alice@example.org";

/// Requests a reset in this browser.
pub async fn ask(stack: &Stack, agent: &UserAgent, identifier: &str) -> Page {
    let page = agent.get(stack.at("/forgot-password")).await;
    let form = page.form("#forgot").with("identifier", identifier);
    agent.submit(&form).await
}

/// Requests a reset and returns the link mailed to alice. Waits for earlier messages first, so that the
/// newest message is the one with the link.
pub async fn link(stack: &Stack, identifier: &str) -> Url {
    stack.wait_for_jobs().await;
    ask(stack, &UserAgent::new(), identifier).await;
    stack.mail(ALICE).await.link(stack.issuer())
}

/// Opens a reset link and returns the page it redirects to.
pub async fn follow(agent: &UserAgent, link: &Url) -> Page {
    let page = agent.get(link).await;
    agent.follow(page, "").await
}

/// Submits the form with a new password.
pub async fn choose(agent: &UserAgent, page: &Page, password: &str) -> Page {
    let form = page
        .form("#new-password")
        .with("password", password)
        .with("password_confirm", password);
    agent.submit(&form).await
}

async fn reset_replaces_password_and_ends_sessions_and_grants(stack: &Stack) {
    // Two sessions, and a client with offline access.
    let here = UserAgent::new();
    let client = &stack.seed.web;
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid offline_access");
    let code = request.complete(&here, "alice").await.code();
    let tokens = stack.exchange(client, &code).await.json();
    let refresh = tokens["refresh_token"].as_str().expect("a refresh token");
    assert!(is_signed_in(stack, &here).await);
    stack.set_email_verified("alice", false).await;

    let agent = UserAgent::new();
    let login = agent.get(stack.at("/login")).await;
    assert!(login.has("a[href='/forgot-password']"), "{}", login.dump());
    let sent = ask(stack, &agent, "Alice").await;
    assert_eq!(location(&sent), "/forgot-password?sent=1");
    let link = stack.mail(ALICE).await.link(stack.issuer());
    let page = agent.get(&link).await;
    assert_eq!(
        location(&page),
        "/reset-password",
        "the token is removed from the address"
    );
    let page = agent.follow(page, "").await;
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    let form = page.form("#new-password");
    assert_eq!(form.value("username"), Some("alice"));
    let page = choose(&agent, &page, NEW_PASSWORD).await;
    assert_eq!(location(&page), "/reset-password?done=1");
    let page = agent.follow(page, "").await;
    assert!(
        page.text().contains("Your password is set"),
        "{}",
        page.dump()
    );
    assert!(
        !is_signed_in(stack, &agent).await,
        "a link does not sign in"
    );

    assert!(!is_signed_in(stack, &here).await, "every session ended");
    let refused = stack.refresh(client, refresh).await;
    assert_eq!(refused.member("error").as_deref(), Some("invalid_grant"));
    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(page.status, 401, "the former password is rejected");
    sign_in(stack, &agent, "alice", NEW_PASSWORD).await;
    assert!(is_signed_in(stack, &agent).await);
    // Opening the link has verified the address, and a notification is sent.
    let page = agent.get(stack.at("/account/profile")).await;
    assert!(page.text().contains("Verified"), "{}", page.dump());
    let received = stack.mail(ALICE).await;
    assert_eq!(received.subject, "Your password was changed");
    assert!(!received.text.contains("token="), "{}", received.text);
}

async fn known_and_unknown_users_get_same_response(stack: &Stack) {
    stack.disable_user("bob").await;
    let mut looks = Vec::new();
    for identifier in ["alice", ALICE, "nobody", "nobody@example.org", "bob", "???"] {
        let agent = UserAgent::new();
        let sent = ask(stack, &agent, identifier).await;
        let first = look(&sent, &[]);
        let page = agent.follow(sent, "").await;
        looks.push((first, look(&page, &[])));
    }
    for other in &looks[1..] {
        assert_eq!(other, &looks[0]);
    }
    assert_eq!(stack.mails(ALICE).await.len(), 2);
    assert!(
        stack.mails("bob@example.org").await.is_empty(),
        "the account is disabled"
    );
    assert!(stack.mails("nobody@example.org").await.is_empty());
    let agent = UserAgent::new();
    assert_eq!(ask(stack, &agent, " ").await.status, 422);
}

async fn weak_password_does_not_consume_link(stack: &Stack) {
    let agent = UserAgent::new();
    let page = follow(&agent, &link(stack, "alice").await).await;
    for bad in [
        "",
        "short",
        "password1234567890",
        "alice@example.org",
        "123456789012345",
    ] {
        let refused = choose(&agent, &page, bad).await;
        assert_eq!(refused.status, 422, "{bad}: {}", refused.dump());
        assert!(refused.has("[role=alert]"));
    }
    let form = page
        .form("#new-password")
        .with("password", NEW_PASSWORD)
        .with("password_confirm", "something else entirely");
    assert_eq!(agent.submit(&form).await.status, 422);
    let page = choose(&agent, &page, NEW_PASSWORD).await;
    assert_eq!(location(&page), "/reset-password?done=1");
}

async fn rejects_expired_used_or_overtaken_link(stack: &Stack) {
    let agent = UserAgent::new();
    let old = link(stack, "alice").await;
    let page = follow(&agent, &old).await;
    stack.clock.advance(30 * 60);
    let refused = choose(&agent, &page, NEW_PASSWORD).await;
    assert_eq!(refused.status, 400, "expired: {}", refused.dump());
    assert!(refused.text().contains("This link no longer works"));
    assert_eq!(follow(&agent, &old).await.status, 400, "expired");

    let second = link(stack, "alice").await;
    let third = link(stack, "alice").await;
    assert_ne!(second, third);
    assert_eq!(follow(&agent, &second).await.status, 400, "overtaken");
    let page = follow(&agent, &third).await;
    choose(&agent, &page, NEW_PASSWORD).await;
    assert_eq!(follow(&agent, &third).await.status, 400, "used");
    let page = sign_in(stack, &agent, "alice", NEW_PASSWORD).await;
    assert_eq!(page.status, 303);
}

async fn reset_link_is_invalid_for_verification(stack: &Stack) {
    let link = link(stack, "alice").await;
    let (_, token) = link.query_pairs().next().expect("a token");
    let agent = UserAgent::new();
    let page = agent
        .get(stack.at(&format!("/verify-email?token={token}")))
        .await;
    assert_eq!(agent.follow(page, "").await.status, 400);
    // The link still works afterwards.
    assert_eq!(follow(&agent, &link).await.status, 200);
}

async fn step_cannot_be_skipped(stack: &Stack) {
    let agent = UserAgent::new();
    let asked = ask(stack, &agent, "alice").await;
    agent.follow(asked, "").await;
    let login = agent.get(stack.at("/login")).await;
    let csrf = login.form("#login").value("csrf").unwrap().to_owned();
    // The last step without the link: only the start page is offered.
    assert_eq!(agent.get(stack.at("/reset-password")).await.status, 400);
    let fields = [
        ("csrf", csrf.as_str()),
        ("password", NEW_PASSWORD),
        ("password_confirm", NEW_PASSWORD),
        ("username", "alice"),
        ("token", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ];
    let page = agent.post(stack.at("/reset-password"), &fields).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    // The link with the form of another browser.
    let link = stack.mail(ALICE).await.link(stack.issuer());
    let anonymous_caller = UserAgent::new();
    follow(&anonymous_caller, &link).await;
    let page = anonymous_caller
        .post(stack.at("/reset-password"), &fields)
        .await;
    assert_eq!(
        page.status, 400,
        "the anti-forgery token of another browser"
    );
    let page = sign_in(stack, &agent, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "no password was set");
}

async fn of_32_concurrent_uses_of_link_only_first_counts(stack: &Stack) {
    let trial = Trial::new("R5", "reset link");
    let rounds = trial.size(1, 2_000);
    for _ in 0..rounds {
        race_for_link(stack).await;
        // Even the test limits allow only this many mails in a minute.
        stack.clock.advance(60);
    }
    trial.done(json!({ "rounds": rounds, "at_once": 32, "succeeded": rounds }));
}

async fn race_for_link(stack: &Stack) {
    let link = link(stack, "alice").await;
    let mut ready = Vec::new();
    for number in 0..32 {
        let agent = UserAgent::new();
        let password = format!("{NEW_PASSWORD}-{number}");
        let form = follow(&agent, &link).await.form("#new-password");
        let form = form
            .with("password", &password)
            .with("password_confirm", &password);
        ready.push((agent, form, password));
    }
    let mut attempts = JoinSet::new();
    for (agent, form, password) in ready {
        attempts.spawn(async move { (agent.submit(&form).await.status, password) });
    }
    let done = attempts.join_all().await;
    let (won, lost): (Vec<_>, Vec<_>) = done.into_iter().partition(|(status, _)| *status == 303);
    assert_eq!((won.len(), lost.len()), (1, 31), "{won:?} {lost:?}");
    // 503 means that the hashing queue was full; that request set no password either.
    assert!(
        lost.iter().all(|(status, _)| matches!(status, 400 | 503)),
        "{lost:?}"
    );
    let page = sign_in(stack, &UserAgent::new(), "alice", &won[0].1).await;
    assert_eq!(page.status, 303);
    let page = sign_in(stack, &UserAgent::new(), "alice", &lost[0].1).await;
    assert_eq!(page.status, 401);
}

async fn three_mails_hour(stack: &Stack) {
    for _ in 0..5 {
        let sent = ask(stack, &UserAgent::new(), "alice").await;
        assert_eq!(
            location(&sent),
            "/forgot-password?sent=1",
            "the same response"
        );
    }
    assert_eq!(stack.mails(ALICE).await.len(), 3);
    stack.clock.advance(3601);
    ask(stack, &UserAgent::new(), ALICE).await;
    assert_eq!(stack.mails(ALICE).await.len(), 4);
}

/// Checks that link scanners, which send GET and HEAD requests before the user does, do not consume
/// the link.
async fn link_scanners_do_not_consume_link(stack: &Stack) {
    let link = link(stack, "alice").await;
    let scanner = UserAgent::new();
    for number in 0..100 {
        let page = match number % 4 {
            0 => scanner.send(scanner.http().head(link.clone())).await,
            1 => follow(&UserAgent::new(), &link).await,
            _ => follow(&scanner, &link).await,
        };
        assert!(page.status < 400, "{}", page.dump());
    }
    let agent = UserAgent::new();
    let page = follow(&agent, &link).await;
    let page = choose(&agent, &page, NEW_PASSWORD).await;
    assert_eq!(location(&page), "/reset-password?done=1");
}

/// Checks that links contain the configured address, whatever host the request headers name.
async fn request_headers_do_not_change_link_host(stack: &Stack) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/forgot-password")).await;
    let csrf = page.form("#forgot").value("csrf").unwrap().to_owned();
    let body = doorward_testkit::agent::encode([("csrf", csrf.as_str()), ("identifier", ALICE)]);
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-original-host", "evil.example"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-forwarded-prefix", "//evil.example"),
        ("host", "evil.example"),
    ] {
        let request = agent.http().post(stack.at("/forgot-password"));
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", stack.issuer())
            .header("sec-fetch-site", "same-origin")
            .header(name, value);
        let page = agent.send(request.body(body.clone())).await;
        // The page of 421 names the other host in its text.
        let links = page.attributes("[href], [src], [action]", "href");
        assert!(
            page.status == 421 || !page.text().contains("evil.example"),
            "{}",
            page.dump()
        );
        assert!(
            !links.iter().any(|link| link.contains("evil")),
            "{}",
            page.dump()
        );
        let place = page.header("location").unwrap_or_default();
        assert!(!place.contains("evil"), "{}", page.dump());
    }
    let mails = stack.mails(ALICE).await;
    assert!(!mails.is_empty(), "at least one request was accepted");
    for mail in mails {
        let all = format!("{}{}{}", mail.subject, mail.text, mail.html);
        assert!(!all.contains("evil"), "{all}");
        assert!(
            mail.link(stack.issuer())
                .as_str()
                .starts_with(stack.issuer())
        );
    }
}

/// Returns the ID of the interaction in the sign-in page.
fn flow_of(page: &Page) -> String {
    page.form("#login")
        .value("flow")
        .expect("an interaction")
        .to_owned()
}

/// Signs alice in at the client and returns the path of the next page.
async fn continue_at(
    agent: &UserAgent,
    request: &Authorization,
    page: &Page,
    password: &str,
) -> String {
    let form = page
        .form("#login")
        .with("identifier", "alice")
        .with("password", password);
    let next = agent.submit(&form).await;
    let page = request.follow(agent, next).await.expect_page();
    page.url.path().to_owned()
}

/// Checks "Forgot password?" at a client: the new password leads back to it, also after more than the
/// lifetime of the interaction; on another device, the interaction is left alone.
async fn reset_continues_authorization_request(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web).with("prompt", "consent");
    let login = request.start(&agent).await.expect_page();
    let flow = flow_of(&login);
    let forgot = format!("/forgot-password?flow={flow}");
    assert!(
        login.has(&format!("a[href='{forgot}']")),
        "{}",
        login.dump()
    );
    stack.clock.advance(29 * 60);
    let page = agent.get(stack.at(&forgot)).await;
    let sent = agent
        .submit(&page.form("#forgot").with("identifier", "alice"))
        .await;
    assert_eq!(
        location(&sent),
        format!("/forgot-password?sent=1&flow={flow}")
    );
    let link = stack.mail(ALICE).await.link(stack.issuer());

    let elsewhere = UserAgent::new();
    let page = elsewhere.get(&link).await;
    assert_eq!(location(&page), "/reset-password");
    stack.clock.advance(20 * 60);
    let page = follow(&agent, &link).await;
    let done = choose(&agent, &page, NEW_PASSWORD).await;
    assert_eq!(
        location(&done),
        format!("/reset-password?done=1&flow={flow}")
    );
    let done = agent.follow(done, "").await;
    let next = format!("/login?flow={flow}");
    assert!(done.has(&format!("a[href='{next}']")), "{}", done.dump());
    let page = agent.get(stack.at(&next)).await;
    assert_eq!(
        continue_at(&agent, &request, &page, NEW_PASSWORD).await,
        "/consent"
    );
}

/// Checks "Start again" after the lifetime of the interaction: the same request continues, in the browser
/// that began it only, and once.
async fn expired_sign_in_continues_authorization_request(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web).with("prompt", "consent");
    let login = request.start(&agent).await.expect_page();
    let (flow, again) = (flow_of(&login), format!("/login?flow={}", flow_of(&login)));
    stack.clock.advance(31 * 60);
    let form = login
        .form("#login")
        .with("identifier", "alice")
        .with("password", PASSWORD);
    let expired = agent.submit(&form).await;
    assert_eq!(expired.status, 400, "{}", expired.dump());
    assert!(
        expired.has(&format!("main a[href='{again}']")),
        "{}",
        expired.dump()
    );
    // The cookie of the browser decides, as before.
    let other = UserAgent::new().get(stack.at(&again)).await;
    assert_eq!(other.status, 400, "{}", other.dump());
    let page = agent.get(stack.at(&again)).await;
    assert_eq!(flow_of(&page), flow);
    let form = page
        .form("#login")
        .with("identifier", "alice")
        .with("password", PASSWORD);
    let next = agent.submit(&form).await;
    let consent = request.follow(&agent, next).await.expect_page();
    let form = consent
        .form("form:has([name=decision])")
        .with("decision", "allow");
    let next = agent.submit(&form).await;
    request.follow(&agent, next).await.expect_client();
    // A completed one does not begin again.
    stack.clock.advance(31 * 60);
    let page = agent.get(stack.at(&again)).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    assert!(page.text().contains("flow_finished"), "{}", page.dump());
}
