//! Tests of security notifications by mail, which the user cannot disable.

use doorward_domain::model::AuditKind;
use doorward_testkit::{Mail, PASSWORD, Page, Stack, UserAgent, flows};

use crate::rate_limit::support as rate_limit;
use crate::two_factor::{HOME, enrol, enter, first_step};
use doorward_testkit::flows_with;

flows!(
    second_factor_changes_are_reported,
    used_recovery_code_is_reported_with_number_left,
    new_device_is_reported_and_known_device_is_not,
    first_sign_in_is_not_reported,
    rolled_back_change_sends_no_notification,
);

flows_with!(LIMITS; lock_is_reported_once, unknown_user_names_cause_no_mail, locked_codes_are_reported);

const LIMITS: &[(&str, &str)] = rate_limit::LIMITS;
const ALICE: &str = "alice@example.org";

/// Returns the subjects of the mails to alice, oldest first.
async fn subjects(stack: &Stack) -> Vec<String> {
    let mails = stack.mails(ALICE).await;
    mails.into_iter().rev().map(|mail| mail.subject).collect()
}

fn assert_notification(stack: &Stack, mail: &Mail) {
    assert!(
        mail.link(stack.issuer()).path() == "/account/secure",
        "{}",
        mail.text
    );
    for part in [&mail.text, &mail.html] {
        assert!(
            part.contains("127.0.0.1") && part.contains("If not, secure your account"),
            "{part}"
        );
        assert!(!part.contains(PASSWORD));
    }
    assert!(
        mail.html.len() < 15_000 && mail.html.contains("lang=\"en\""),
        "{}",
        mail.html
    );
    for outside in ["<img", "<script", "<link", "url("] {
        assert!(!mail.html.contains(outside), "{}", mail.html);
    }
}

async fn second_factor_changes_are_reported(stack: &Stack) {
    let agent = UserAgent::new();
    enrol(stack, &agent, "alice").await;
    for form in ["form[action$='/2fa/codes']", "form[action$='/2fa/off']"] {
        // Mails of the same second have no order.
        stack.wait_for_jobs().await;
        stack.clock.advance(1);
        let home = agent.get(stack.at(HOME)).await;
        agent.submit(&home.form(form)).await;
    }
    let expected = [
        "Two-step sign-in was turned on",
        "New recovery codes were made",
        "Two-step sign-in was turned off",
    ];
    assert_eq!(subjects(stack).await, expected);
    for mail in stack.mails(ALICE).await {
        assert_notification(stack, &mail);
    }
}

async fn used_recovery_code_is_reported_with_number_left(stack: &Stack) {
    let agent = UserAgent::new();
    let app = enrol(stack, &agent, "alice").await;
    let mut left = 10;
    for code in &app.recovery[..7] {
        stack.wait_for_jobs().await;
        stack.clock.advance(1);
        let other = UserAgent::new();
        let page = first_step(stack, &other, "alice").await;
        enter(&other, &page, code).await;
        left -= 1;
        let mail = stack.mail(ALICE).await;
        assert_eq!(mail.subject, "A recovery code was used");
        let words = if left <= 3 {
            format!("Only {left} are left. Make new ones")
        } else {
            format!("{left} codes are left.")
        };
        assert!(mail.text.contains(&words), "{words}: {}", mail.text);
        assert_notification(stack, &mail);
    }
    assert_eq!(
        subjects(stack).await.len(),
        1 + 7,
        "one mail for each event"
    );
    let events = stack.audited(AuditKind::RecoveryCodeUsed).await;
    assert_eq!(events[0].detail["left"], 3);
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";

/// Signs alice in with a browser of this name.
async fn sign_in_as(stack: &Stack, agent: &UserAgent, name: &str) -> Page {
    let form = rate_limit::form(stack, agent, "alice", PASSWORD).await;
    let pairs = form
        .fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let request = agent
        .http()
        .post(form.action.clone())
        .header("origin", stack.issuer())
        .header("user-agent", name)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(doorward_testkit::agent::encode(pairs));
    let page = agent.send(request).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    page
}

async fn new_device_is_reported_and_known_device_is_not(stack: &Stack) {
    let (own, other) = (UserAgent::new(), UserAgent::new());
    sign_in_as(stack, &own, "curl/8").await;
    assert_eq!(
        subjects(stack).await,
        Vec::<String>::new(),
        "the first sign-in sends no mail"
    );
    sign_in_as(stack, &other, FIREFOX).await;
    let mails = stack.mails(ALICE).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "New sign-in to your account");
    assert!(
        mails[0].text.contains("Firefox on Linux"),
        "{}",
        mails[0].text
    );
    assert_notification(stack, &mails[0]);
    // The browser is known by its cookie, even if its name changes after an update.
    let form = other.get(stack.at("/logout")).await.form("#logout");
    other.submit(&form.with("confirm", "yes")).await;
    sign_in_as(stack, &other, "Something else").await;
    // Without the cookie, the browser is known by its name and address.
    sign_in_as(stack, &UserAgent::new(), FIREFOX).await;
    assert_eq!(subjects(stack).await.len(), 1);
    // A browser is remembered for at most 90 days.
    stack.clock.advance(91 * 86_400);
    sign_in_as(stack, &UserAgent::new(), FIREFOX).await;
    // The inbox deletes mails of that age, so this is the only one.
    let newest = stack.mail(ALICE).await;
    assert_eq!(newest.subject, mails[0].subject);
    assert_ne!(newest.text, mails[0].text, "the mail names another day");
}

async fn first_sign_in_is_not_reported(stack: &Stack) {
    let agent = UserAgent::new();
    crate::support::register(stack, &agent, "newcomer", "newcomer@example.org").await;
    let other = UserAgent::new();
    crate::support::sign_in(stack, &other, "newcomer", crate::support::NEW_PASSWORD).await;
    let mails = stack.mails("newcomer@example.org").await;
    assert!(
        mails
            .iter()
            .all(|mail| !mail.subject.contains("New sign-in")),
        "{mails:?}"
    );
}

async fn rolled_back_change_sends_no_notification(stack: &Stack) {
    let agent = UserAgent::new();
    enrol(stack, &agent, "alice").await;
    let home = agent.get(stack.at(HOME)).await;
    let rename = |from, to| [format!("ALTER TABLE {from} RENAME TO {to}")];
    let url = stack.storage().identity.clone();
    doorward_testkit::backend::tamper(&url, &rename("audit_waiting", "audit_nothing")).await;
    let page = agent.submit(&home.form("form[action$='/2fa/off']")).await;
    assert!(page.status >= 500, "{}", page.dump());
    doorward_testkit::backend::tamper(&url, &rename("audit_nothing", "audit_waiting")).await;
    assert_eq!(subjects(stack).await, ["Two-step sign-in was turned on"]);
    assert_eq!(stack.audited(AuditKind::FactorRemoved).await, []);
}

/// Submits wrong passwords until sign-in is locked.
async fn until_locked(stack: &Stack, name: &str) {
    for _ in 0..5 {
        let page = rate_limit::fail(stack, name).await;
        assert_eq!(page.status, 401, "{}", page.dump());
        stack.clock.advance(13);
    }
}

async fn lock_is_reported_once(stack: &Stack) {
    until_locked(stack, "alice").await;
    assert_eq!(rate_limit::fail(stack, "alice").await.status, 429);
    let mails = stack.mails(ALICE).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].subject, "Too many failed sign-ins");
    assert!(mails[0].text.contains("one minute"), "{}", mails[0].text);
    assert_notification(stack, &mails[0]);
    let locks = stack.audited(AuditKind::LoginLocked).await;
    assert_eq!(locks.len(), 1);
    assert_eq!(locks[0].detail["wait"], 60);
}

async fn unknown_user_names_cause_no_mail(stack: &Stack) {
    until_locked(stack, "nobody").await;
    stack.wait_for_jobs().await;
    let mails = UserAgent::new()
        .get(stack.at("/dev/mail?format=json"))
        .await;
    assert_eq!(mails.json(), serde_json::json!([]));
    assert_eq!(
        stack.audited(AuditKind::LoginLocked).await.len(),
        1,
        "the same number of events"
    );
}

async fn locked_codes_are_reported(stack: &Stack) {
    let agent = UserAgent::new();
    let app = enrol(stack, &agent, "alice").await;
    stack.wait_for_jobs().await;
    stack.clock.advance(60);
    let other = UserAgent::new();
    let page = first_step(stack, &other, "alice").await;
    for _ in 0..5 {
        enter(&other, &page, &app.wrong_code(stack)).await;
    }
    let mail = stack.mail(ALICE).await;
    assert_eq!(mail.subject, "Too many wrong codes");
    assert_notification(stack, &mail);
    assert_eq!(subjects(stack).await.len(), 2, "once");
    let failed = stack.audited(AuditKind::FactorFailed).await;
    let waits = failed
        .iter()
        .filter(|event| event.detail.contains_key("wait"));
    assert_eq!(waits.count(), 1);
}
