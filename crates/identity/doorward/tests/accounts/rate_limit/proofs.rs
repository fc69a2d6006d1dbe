//! Tests that a lockout ends where the user has authenticated without a password: by the mailbox, by
//! a passkey, or because an administrator has set another password. Attacks from elsewhere do not
//! renew it there. Mails to known devices have their own limit, too.

use doorward_admin::operator::AdminContext;
use doorward_store::repo;
use doorward_testkit::stack::HOST;
use doorward_testkit::{Authenticator, PASSWORD, Stack, UserAgent};

use super::support::{LIMITS, fail, retry_after, sign_in};
use crate::email_code;
use crate::limited;
use crate::passkey;
use crate::password_reset::{ask, choose, follow, link};
use crate::support::{NEW_PASSWORD, is_signed_in, location};

limited!(SETTINGS;
    reset_ends_lockout_in_that_browser,
    reset_ends_lockout_of_known_device,
    mailed_code_ends_lockout_in_that_browser,
    mailed_code_ends_lockout_of_known_device,
    administrators_password_ends_lockout,
    known_devices_have_own_limit_of_codes,
    known_devices_have_own_limit_of_resets,
);
limited!(LOCALHOST;
    passkey_ends_lockout_in_that_browser,
    passkey_ends_lockout_of_known_device,
);

const SETTINGS: &[(&str, &str)] = &[LIMITS[0], ("DOORWARD__LOGIN__EMAIL_CODE", "true")];
const LOCALHOST: &[(&str, &str)] = &[LIMITS[0], (HOST, "localhost")];
const ALICE: &str = "alice@example.org";

/// Fails from unknown browsers until they are locked out.
async fn lock(stack: &Stack) {
    for _ in 0..5 {
        fail(stack, "alice").await;
    }
    retry_after(&fail(stack, "alice").await);
}

/// Fails in this browser, which the account knows, until it is locked out.
async fn lock_known(stack: &Stack, agent: &UserAgent) {
    let page = sign_in(stack, agent, "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.end_sessions("alice").await;
    for _ in 0..5 {
        let page = sign_in(stack, agent, "alice", "a wrong password").await;
        assert_eq!(page.status, 401, "{}", page.dump());
    }
    retry_after(&sign_in(stack, agent, "alice", PASSWORD).await);
}

/// Asserts that the user can sign in with this browser.
async fn assert_unlocked(stack: &Stack, agent: &UserAgent, password: &str) {
    stack.end_sessions("alice").await;
    let page = sign_in(stack, agent, "alice", password).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

/// Asserts the same, also after an attacker has failed once an hour elsewhere.
async fn assert_unlocked_under_attack(stack: &Stack, agent: &UserAgent, password: &str) {
    assert_unlocked(stack, agent, password).await;
    for _ in 0..7 {
        stack.clock.advance(3600);
        fail(stack, "alice").await;
    }
    assert_unlocked(stack, agent, password).await;
    // The attack is still slowed down.
    retry_after(&sign_in(stack, &UserAgent::new(), "alice", password).await);
}

async fn reset(stack: &Stack, agent: &UserAgent) {
    let page = follow(agent, &link(stack, "alice").await).await;
    let page = choose(agent, &page, NEW_PASSWORD).await;
    assert_eq!(location(&page), "/reset-password?done=1");
}

async fn reset_ends_lockout_in_that_browser(stack: &Stack) {
    let agent = UserAgent::new();
    lock(stack).await;
    reset(stack, &agent).await;
    assert_unlocked_under_attack(stack, &agent, NEW_PASSWORD).await;
}

async fn reset_ends_lockout_of_known_device(stack: &Stack) {
    let agent = UserAgent::new();
    lock_known(stack, &agent).await;
    reset(stack, &agent).await;
    assert_unlocked(stack, &agent, NEW_PASSWORD).await;
}

async fn sign_in_by_mail(stack: &Stack, agent: &UserAgent) {
    let page = email_code::ask(stack, agent, "alice").await;
    let mails = stack.mails(ALICE).await;
    let mail = mails
        .iter()
        .find(|mail| mail.subject.contains("is your code"));
    let code = email_code::code_of(mail.expect("a code"));
    let page = email_code::enter(agent, &page, &code).await;
    assert_eq!(location(&page), "/account");
}

async fn mailed_code_ends_lockout_in_that_browser(stack: &Stack) {
    let agent = UserAgent::new();
    lock(stack).await;
    sign_in_by_mail(stack, &agent).await;
    assert_unlocked_under_attack(stack, &agent, PASSWORD).await;
}

async fn mailed_code_ends_lockout_of_known_device(stack: &Stack) {
    let agent = UserAgent::new();
    lock_known(stack, &agent).await;
    sign_in_by_mail(stack, &agent).await;
    assert_unlocked(stack, &agent, PASSWORD).await;
}

async fn administrators_password_ends_lockout(stack: &Stack) {
    lock(stack).await;
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().unwrap();
    let operator = AdminContext::command_line(&db, &stack.clock);
    let hash = alice.password_hash.unwrap();
    doorward_admin::users::set_password(&operator, alice.id, hash)
        .await
        .unwrap();
    db.close().await.unwrap();
    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

async fn passkey_owner(stack: &Stack) -> Authenticator {
    let mut device = Authenticator::synced();
    passkey::enrol(stack, &UserAgent::new(), "alice", &mut device).await;
    stack.clock.advance(60);
    device
}

async fn passkey_ends_lockout_in_that_browser(stack: &Stack) {
    let (agent, mut device) = (UserAgent::new(), passkey_owner(stack).await);
    lock(stack).await;
    let page = passkey::sign_in(stack, &agent, &mut device).await;
    assert_eq!(location(&page), "/account");
    assert_unlocked_under_attack(stack, &agent, PASSWORD).await;
}

async fn passkey_ends_lockout_of_known_device(stack: &Stack) {
    let (agent, mut device) = (UserAgent::new(), passkey_owner(stack).await);
    lock_known(stack, &agent).await;
    let page = passkey::sign_in(stack, &agent, &mut device).await;
    assert_eq!(location(&page), "/account");
    assert_unlocked(stack, &agent, PASSWORD).await;
}

/// Returns the number of mails to alice with this text.
async fn count(stack: &Stack, text: &str) -> usize {
    let mails = stack.mails(ALICE).await;
    mails.iter().filter(|mail| mail.text.contains(text)).count()
}

/// Returns a browser that this user has signed in with.
async fn known_to(stack: &Stack, name: &str) -> UserAgent {
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, name, PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.end_sessions(name).await;
    agent
}

async fn known_devices_have_own_limit_of_codes(stack: &Stack) {
    const TEXT: &str = "/login/email/link?token=";
    let (own, bobs) = (known_to(stack, "alice").await, known_to(stack, "bob").await);
    for _ in 0..4 {
        email_code::ask(stack, &UserAgent::new(), "alice").await;
    }
    assert_eq!(count(stack, TEXT).await, 3);
    email_code::ask(stack, &bobs, "alice").await;
    assert_eq!(count(stack, TEXT).await, 3, "the browser knows bob only");
    sign_in_by_mail(stack, &own).await;
    assert!(is_signed_in(stack, &own).await);
    stack.end_sessions("alice").await;
    for _ in 0..4 {
        email_code::ask(stack, &own, "alice").await;
    }
    assert_eq!(
        count(stack, TEXT).await,
        6,
        "the known device has a limit, too"
    );
}

async fn known_devices_have_own_limit_of_resets(stack: &Stack) {
    const TEXT: &str = "/reset-password?token=";
    let (own, bobs) = (known_to(stack, "alice").await, known_to(stack, "bob").await);
    for _ in 0..4 {
        ask(stack, &UserAgent::new(), "alice").await;
    }
    assert_eq!(count(stack, TEXT).await, 3);
    ask(stack, &bobs, "alice").await;
    assert_eq!(count(stack, TEXT).await, 3, "the browser knows bob only");
    for _ in 0..4 {
        ask(stack, &own, "alice").await;
    }
    assert_eq!(
        count(stack, TEXT).await,
        6,
        "the known device has a limit, too"
    );
    let mails = stack.mails(ALICE).await;
    let newest = mails.iter().find(|mail| mail.text.contains(TEXT)).unwrap();
    let page = follow(&own, &newest.link(stack.issuer())).await;
    let page = choose(&own, &page, NEW_PASSWORD).await;
    assert_eq!(location(&page), "/reset-password?done=1");
}
