//! Tests of e-mail address verification (ASVS 5.0 §6.3.8).

use doorward_domain::model::AuditKind;
use doorward_testkit::{
    Authorization, Outcome, PASSWORD, Stack, UserAgent, both_backends_with, flows_with,
};
use tokio::task::JoinSet;

use crate::support::{NEW_PASSWORD, is_signed_in, location, look, register, sign_in};

const ENABLED: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];
const ENABLED_WITH_LIMITS: &[(&str, &str)] = &[
    ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true"),
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
];

both_backends_with!(
    ENABLED;
    of_32_concurrent_uses_of_link_only_first_counts,
);
flows_with!(
    ENABLED;
    new_user_must_verify_address_first,
    link_returns_to_authorization_request,
    link_verifies_on_another_device,
    viewing_link_does_not_consume_link,
    link_verifies_only_in_session_of_account,
    known_address_gets_same_response_as_new_address,
    rejects_old_used_or_overtaken_link,
    address_of_created_account_is_verified_too,
    mails_use_language_of_page,
);
flows_with!(ENABLED_WITH_LIMITS; verification_mail_is_resent_three_times_per_hour);

const NEW: &str = "newcomer@example.org";

async fn new_user_must_verify_address_first(stack: &Stack) {
    let agent = UserAgent::new();
    let sent = register(stack, &agent, "newcomer", NEW).await;
    assert_eq!(location(&sent), "/verify-email?sent=1");
    assert!(!is_signed_in(stack, &agent).await);
    let page = agent.follow(sent, "").await;
    assert!(page.text().contains("Check your mail"), "{}", page.dump());

    // The correct password opens only the page that requests the verification.
    let page = sign_in(stack, &agent, "newcomer", NEW_PASSWORD).await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.url.path(), "/verify-email", "{}", page.dump());
    assert!(page.text().contains(NEW));
    for path in ["/account", "/"] {
        let page = agent.get(stack.at(path)).await;
        let page = agent.follow(page, "").await;
        assert_eq!(page.url.path(), "/verify-email", "{path}: {}", page.dump());
    }
    let csrf = page.form("#step").value("csrf").unwrap().to_owned();
    for path in ["/account/sessions/end", "/account/apps/remove"] {
        let page = agent.post(stack.at(path), &[("csrf", &csrf)]).await;
        assert_eq!(location(&page), "/verify-email", "{path}");
    }

    // Only one mail: the sign-in did not send a second one.
    let mails = stack.mails(NEW).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    let link = mails[0].link(stack.issuer());
    let page = agent.get(&link).await;
    assert_eq!(
        location(&page),
        "/verify-email?link=1",
        "the token is removed from the address"
    );
    let page = agent.follow(page, "").await;
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    let page = agent.submit(&page.form("#step")).await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.url.path(), "/account", "{}", page.dump());
    assert!(is_signed_in(stack, &agent).await);
}

async fn link_returns_to_authorization_request(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let login = request.start(&agent).await.expect_page();
    let flow = login.form("#login").value("flow").unwrap().to_owned();
    let page = agent.get(stack.at(&format!("/register?flow={flow}"))).await;
    let form = page
        .form("#register")
        .with("username", "newcomer")
        .with("email", NEW)
        .with("password", NEW_PASSWORD)
        .with("password_confirm", NEW_PASSWORD);
    agent.submit(&form).await;

    // Signing in before the verification: the client gets no code, interactively or silently.
    let other = UserAgent::new();
    sign_in(stack, &other, "newcomer", NEW_PASSWORD).await;
    let page = request.start(&other).await.expect_page();
    assert_eq!(page.url.path(), "/verify-email", "{}", page.dump());
    let quiet = request.clone().with("prompt", "none");
    let answer = quiet.start(&other).await.expect_client();
    assert_eq!(answer["error"], "interaction_required");

    // The link in the browser that started: sign-in, verification, consent, and redirect to the
    // client.
    let link = stack.mail(NEW).await.link(stack.issuer());
    let page = agent.get(&link).await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.url.path(), "/login", "{}", page.dump());
    assert_eq!(page.form("#login").value("flow"), Some(flow.as_str()));
    let form = page
        .form("#login")
        .with("identifier", "newcomer")
        .with("password", NEW_PASSWORD);
    let next = agent.submit(&form).await;
    let page = agent.follow(next, "").await;
    assert_eq!(page.url.path(), "/verify-email", "{}", page.dump());
    let next = agent.submit(&page.form("#step")).await;
    let consent = request.follow(&agent, next).await.expect_page();
    let form = consent
        .form("form:has([name=decision])")
        .with("decision", "allow");
    let next = agent.submit(&form).await;
    assert!(matches!(
        request.follow(&agent, next).await,
        Outcome::Client(answer) if answer.contains_key("code")
    ));
    // The other browser continues as well.
    assert!(is_signed_in(stack, &other).await);
}

/// Checks a registration at a client whose link is opened on a telephone: the address is verified there
/// after a sign-in, which the link does not replace, and the first browser returns to the client.
async fn link_verifies_on_another_device(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    let login = request.start(&agent).await.expect_page();
    let flow = login.form("#login").value("flow").unwrap().to_owned();
    let page = agent.get(stack.at(&format!("/register?flow={flow}"))).await;
    let form = page
        .form("#register")
        .with("username", "newcomer")
        .with("email", NEW)
        .with("password", NEW_PASSWORD)
        .with("password_confirm", NEW_PASSWORD);
    let sent = agent.submit(&form).await;
    let sent = agent.follow(sent, "").await;

    let telephone = UserAgent::new();
    let link = stack.mail(NEW).await.link(stack.issuer());
    let page = telephone.get(&link).await;
    assert_eq!(location(&page), "/verify-email?link=1");
    let page = telephone.follow(page, "").await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.url.path(), "/login");
    assert!(
        page.text()
            .contains("Sign in to confirm your email address"),
        "{}",
        page.dump()
    );
    assert!(!is_signed_in(stack, &telephone).await);
    let form = page
        .form("#login")
        .with("identifier", "newcomer")
        .with("password", NEW_PASSWORD);
    let page = telephone.submit(&form).await;
    let page = telephone.follow(page, "").await;
    assert!(page.text().contains(NEW), "{}", page.dump());
    let page = telephone.submit(&page.form("#step")).await;
    let page = telephone.follow(page, "").await;
    assert_eq!(page.url.path(), "/account", "{}", page.dump());

    // The first browser waits on its page, which leads to the sign-in at the client.
    assert!(
        sent.has(&format!("a[href='/login?flow={flow}']")),
        "{}",
        sent.dump()
    );
    let page = agent.get(stack.at(&format!("/login?flow={flow}"))).await;
    let form = page
        .form("#login")
        .with("identifier", "newcomer")
        .with("password", NEW_PASSWORD);
    let next = agent.submit(&form).await;
    let consent = request.follow(&agent, next).await.expect_page();
    assert_eq!(consent.url.path(), "/consent", "{}", consent.dump());
}

async fn viewing_link_does_not_consume_link(stack: &Stack) {
    let agent = UserAgent::new();
    register(stack, &agent, "newcomer", NEW).await;
    let link = stack.mail(NEW).await.link(stack.issuer());
    for _ in 0..20 {
        // A scanner follows redirects, keeps cookies, and sends HEAD requests.
        let scanner = UserAgent::new();
        let page = scanner.get(&link).await;
        let page = scanner.follow(page, "").await;
        assert_eq!(page.status, 200, "{}", page.dump());
        let head = scanner.http().head(link.clone());
        assert_eq!(scanner.send(head).await.status, 303);
    }
    let page = agent.get(&link).await;
    agent.follow(page, "").await;
    let page = sign_in(stack, &agent, "newcomer", NEW_PASSWORD).await;
    let page = agent.follow(page, "").await;
    agent.submit(&page.form("#step")).await;
    assert!(is_signed_in(stack, &agent).await);
}

/// Checks that a click by the address's owner does not verify the address for an attacker's
/// account.
async fn link_verifies_only_in_session_of_account(stack: &Stack) {
    let attacker = UserAgent::new();
    register(stack, &attacker, "newcomer", NEW).await;
    let link = stack.mail(NEW).await.link(stack.issuer());
    let is_proved = async || {
        let agent = UserAgent::new();
        let page = sign_in(stack, &agent, "newcomer", NEW_PASSWORD).await;
        let page = agent.follow(page, "").await;
        page.url.path() != "/verify-email"
    };
    // The address's owner has no session, or a session of another account.
    let owner = UserAgent::new();
    let page = owner.get(&link).await;
    assert_eq!(location(&page), "/verify-email?link=1");
    let page = owner.follow(page, "").await;
    assert_eq!(page.url.path(), "/login", "{}", page.dump());
    assert!(!is_proved().await);
    let csrf = page.form("#login").value("csrf").unwrap().to_owned();
    let press = [("csrf", csrf.as_str())];
    let page = owner.post(stack.at("/verify-email"), &press).await;
    assert_eq!(location(&page), "/verify-email?link=1");
    sign_in(stack, &owner, "alice", PASSWORD).await;
    let page = owner.get(stack.at("/verify-email?link=1")).await;
    assert_eq!(location(&page), "/logout");
    let page = owner.get(stack.at("/account")).await;
    let form = page.form("form[action='/logout']");
    let csrf = form.value("csrf").unwrap().to_owned();
    let press = [("csrf", csrf.as_str())];
    let page = owner.post(stack.at("/verify-email"), &press).await;
    assert_eq!(location(&page), "/verify-email?link=1");
    assert!(!is_proved().await);
    assert!(stack.audited(AuditKind::EmailVerified).await.is_empty());
    // The link is not consumed: in another browser, after the sign-in, it verifies the address.
    let own = UserAgent::new();
    own.get(&link).await;
    let page = sign_in(stack, &own, "newcomer", NEW_PASSWORD).await;
    let page = own.follow(page, "").await;
    own.submit(&page.form("#step")).await;
    assert!(is_signed_in(stack, &own).await);
}

async fn known_address_gets_same_response_as_new_address(stack: &Stack) {
    // A unique name, because earlier runs may have used the shared Redis.
    let name = format!("s{}", &uuid::Uuid::new_v4().simple().to_string()[..20]);
    let agents = [UserAgent::new(), UserAgent::new()];
    let new = register(stack, &agents[0], "newcomer", NEW).await;
    let known = register(stack, &agents[1], &name, "ALICE@example.org").await;
    let secrets = ["newcomer", name.as_str()];
    assert_eq!(look(&new, &secrets), look(&known, &secrets));
    let [new, known] = [
        agents[0].follow(new, "").await,
        agents[1].follow(known, "").await,
    ];
    assert_eq!(look(&new, &secrets), look(&known, &secrets));

    // The user of the address is notified; the mail contains nothing that the registration form
    // contained.
    let mail = stack.mail("alice@example.org").await;
    assert_eq!(mail.subject, "You already have an account");
    assert!(!mail.text.contains(&name), "{}", mail.text);
    // No account was created, and the name reveals nothing either: it is taken in both cases.
    let page = sign_in(stack, &UserAgent::new(), &name, NEW_PASSWORD).await;
    assert_eq!(page.status, 401);
    for name in ["newcomer", name.as_str()] {
        let page = register(stack, &UserAgent::new(), name, "third@example.org").await;
        assert_eq!(page.status, 422, "{}", page.dump());
        assert!(page.text().contains("This username is taken"), "{name}");
    }
}

async fn rejects_old_used_or_overtaken_link(stack: &Stack) {
    let follow = async |agent: &UserAgent, link: &url::Url| {
        let page = agent.get(link).await;
        agent.follow(page, "").await
    };
    let agent = UserAgent::new();
    register(stack, &agent, "newcomer", NEW).await;
    let first = stack.mail(NEW).await.link(stack.issuer());
    stack.clock.advance(24 * 3600);
    let page = follow(&agent, &first).await;
    assert_eq!(page.status, 400, "the page has expired: {}", page.dump());
    assert!(page.text().contains("This link no longer works"));

    // A sign-in sends another link; requesting a new one invalidates it.
    let page = sign_in(stack, &agent, "newcomer", NEW_PASSWORD).await;
    let page = agent.follow(page, "").await;
    let second = stack.mail(NEW).await.link(stack.issuer());
    let page = agent.submit(&page.form("#step")).await;
    assert!(page.text().contains("on its way again"), "{}", page.dump());
    let third = stack.mail(NEW).await.link(stack.issuer());
    assert_eq!(follow(&agent, &second).await.status, 400, "overtaken");

    let page = follow(&agent, &third).await;
    let form = page.form("#step");
    // Another browser has no token, and this browser can use it once.
    let anonymous_caller = UserAgent::new();
    let page = anonymous_caller.get(stack.at("/verify-email?link=1")).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let page = agent.submit(&form).await;
    assert_eq!(location(&page), "/verify-email");
    assert_eq!(agent.submit(&form).await.status, 400, "used");
    assert_eq!(follow(&agent, &third).await.status, 400, "used");
    for nonsense in [
        "",
        "x",
        "%00",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        let page = anonymous_caller
            .get(stack.at(&format!("/verify-email?token={nonsense}")))
            .await;
        let page = anonymous_caller.follow(page, "").await;
        assert!(
            page.status == 400 || page.url.path() == "/login",
            "{}",
            page.dump()
        );
    }
}

async fn address_of_created_account_is_verified_too(stack: &Stack) {
    stack.set_email_verified("bob", false).await;
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, "bob", PASSWORD).await;
    assert_eq!(agent.follow(page, "").await.url.path(), "/verify-email");
    let link = stack.mail("bob@example.org").await.link(stack.issuer());
    let page = agent.get(&link).await;
    let page = agent.follow(page, "").await;
    agent.submit(&page.form("#step")).await;
    assert!(is_signed_in(stack, &agent).await);
}

async fn of_32_concurrent_uses_of_link_only_first_counts(stack: &Stack) {
    let agent = UserAgent::new();
    register(stack, &agent, "newcomer", NEW).await;
    let link = stack.mail(NEW).await.link(stack.issuer());
    let mut ready = Vec::new();
    for _ in 0..32 {
        let agent = UserAgent::new();
        sign_in(stack, &agent, "newcomer", NEW_PASSWORD).await;
        let page = agent.get(&link).await;
        let form = agent.follow(page, "").await.form("#step");
        ready.push((agent, form));
    }
    let mut attempts = JoinSet::new();
    for (agent, form) in ready {
        attempts.spawn(async move { agent.submit(&form).await.status });
    }
    let mut statuses = attempts.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 303);
    assert_eq!(statuses[1..], [400; 31]);
}

async fn mails_use_language_of_page(stack: &Stack) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/register")).await;
    let form = page.form("form[action='/preferences']").with("lang", "de");
    agent.submit(&form).await;
    register(stack, &agent, "newcomer", NEW).await;
    let mail = stack.mail(NEW).await;
    assert_eq!(mail.subject, "Bestätigen Sie Ihre E-Mail-Adresse");
    assert!(mail.html.contains("<html lang=\"de\""));
}

async fn verification_mail_is_resent_three_times_per_hour(stack: &Stack) {
    let agent = UserAgent::new();
    register(stack, &agent, "newcomer", NEW).await;
    let page = sign_in(stack, &agent, "newcomer", NEW_PASSWORD).await;
    let page = agent.follow(page, "").await;
    let form = page.form("#step");
    let statuses = [
        agent.submit(&form).await.status,
        agent.submit(&form).await.status,
        agent.submit(&form).await.status,
    ];
    assert_eq!(
        statuses,
        [200, 200, 429],
        "three mails, including that of the registration"
    );
    assert_eq!(stack.mails(NEW).await.len(), 3);
    stack.clock.advance(3601);
    assert_eq!(agent.submit(&form).await.status, 200);
}
