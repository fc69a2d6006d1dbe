//! Tests of changing the e-mail address, and of undoing a change.

use doorward_testkit::{Authorization, PASSWORD, Page, Stack, UserAgent, both_backends, flows};
use tokio::task::JoinSet;
use url::Url;

use crate::support::{NEW_PASSWORD, is_signed_in, location, look, sign_in};

both_backends!(
    of_32_concurrent_confirmations_only_first_counts,
    concurrent_profile_save_is_kept,
);
flows!(
    email_changes_after_verification_of_new_address,
    former_address_undoes_change,
    unverified_former_address_undoes_change,
    first_undo_link_wins_over_later_change,
    known_address_gets_same_response_as_free_address,
    change_requires_current_password,
    link_expires_with_time_and_password_change,
);

const OLD: &str = "alice@example.org";
const NEW: &str = "alice@new.example";

async fn signed_in(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    assert!(is_signed_in(stack, &agent).await);
    agent
}

async fn ask(stack: &Stack, agent: &UserAgent, address: &str, password: &str) -> Page {
    let page = agent.get(stack.at("/account/email")).await;
    let form = page
        .form("#change-email")
        .with("email", address)
        .with("current_password", password);
    agent.submit(&form).await
}

async fn press(agent: &UserAgent, link: &Url) -> Page {
    let page = agent.get(link).await;
    let page = agent.follow(page, "").await;
    match page.find_form("#step") {
        Some(form) => {
            let page = agent.submit(&form).await;
            agent.follow(page, "").await
        }
        None => page,
    }
}

async fn address(stack: &Stack, agent: &UserAgent) -> String {
    let page = agent.get(stack.at("/account/email")).await;
    page.text_of(".muted bdi").expect("the current address")
}

/// Changes the address of alice, and returns the link that undoes the change.
async fn moved(stack: &Stack, agent: &UserAgent, from: &str, to: &str) -> Url {
    let page = ask(stack, agent, to, PASSWORD).await;
    assert_eq!(location(&page), "/account/email?sent=1");
    let link = stack.mail(to).await.link(stack.issuer());
    let page = press(&UserAgent::new(), &link).await;
    assert!(
        page.text().contains("Your address is changed"),
        "{}",
        page.dump()
    );
    stack.mail(from).await.link(stack.issuer())
}

async fn email_changes_after_verification_of_new_address(stack: &Stack) {
    let agent = signed_in(stack).await;
    let page = ask(stack, &agent, NEW, PASSWORD).await;
    let page = agent.follow(page, "").await;
    assert!(
        page.text().contains("A mail is on its way"),
        "{}",
        page.dump()
    );
    let mail = stack.mail(NEW).await;
    assert_eq!(mail.subject, "Confirm your new email address");
    assert_eq!(
        address(stack, &agent).await,
        OLD,
        "not before the confirmation"
    );
    // Opening the link does not change the address.
    let link = mail.link(stack.issuer());
    let scanner = UserAgent::new();
    let page = scanner.get(&link).await;
    assert_eq!(
        location(&page),
        "/account/email/confirm",
        "the token is removed from the address"
    );
    scanner.follow(page, "").await;
    assert_eq!(address(stack, &agent).await, OLD);

    press(&agent, &link).await;
    assert_eq!(address(stack, &agent).await, NEW);
    let received = stack.mail(OLD).await;
    assert_eq!(received.subject, "Your email address was changed");
    assert!(received.text.contains("a…@new.example") && !received.text.contains(NEW));
    assert!(received.text.contains("/account/email/undo?token="));
    // Signing in works with the new address and no longer with the old one.
    assert_eq!(
        sign_in(stack, &UserAgent::new(), NEW, PASSWORD)
            .await
            .status,
        303
    );
    assert_eq!(
        sign_in(stack, &UserAgent::new(), OLD, PASSWORD)
            .await
            .status,
        401
    );
    assert_eq!(press(&agent, &link).await.status, 400, "used");
}

async fn former_address_undoes_change(stack: &Stack) {
    let agent = signed_in(stack).await;
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid offline_access");
    let code = request.complete(&agent, "alice").await.code();
    let tokens = stack.exchange(client, &code).await.json();
    let undo = moved(stack, &agent, OLD, NEW).await;
    stack.clock.advance(71 * 3600);
    sign_in(stack, &agent, "alice", PASSWORD).await;
    // A password reset requested for the new address must not survive the undo.
    stack.wait_for_jobs().await;
    let thief = UserAgent::new();
    let page = thief.get(stack.at("/forgot-password")).await;
    let form = page.form("#forgot").with("identifier", NEW);
    thief.submit(&form).await;
    let reset = stack.mail(NEW).await.link(stack.issuer());

    let owner = UserAgent::new();
    let page = press(&owner, &undo).await;
    assert!(
        page.text().contains("Your address is back"),
        "{}",
        page.dump()
    );
    assert!(!is_signed_in(stack, &agent).await, "every session ended");
    let refresh = tokens["refresh_token"].as_str().expect("a refresh token");
    let refused = stack.refresh(client, refresh).await;
    assert_eq!(refused.member("error").as_deref(), Some("invalid_grant"));
    let page = thief.get(&reset).await;
    assert_eq!(
        thief.follow(page, "").await.status,
        400,
        "invalid after the address change"
    );
    assert_eq!(sign_in(stack, &owner, OLD, PASSWORD).await.status, 303);
    assert_eq!(address(stack, &owner).await, OLD);
    assert_eq!(stack.mail(OLD).await.subject, "Your email address is back");
    assert_eq!(press(&owner, &undo).await.status, 400, "used");
}

async fn unverified_former_address_undoes_change(stack: &Stack) {
    stack.set_email_verified("alice", false).await;
    let thief = signed_in(stack).await;
    let undo = moved(stack, &thief, OLD, NEW).await;
    assert_eq!(undo.path(), "/account/email/undo");
    let owner = UserAgent::new();
    let page = press(&owner, &undo).await;
    assert!(
        page.text().contains("Your address is back"),
        "{}",
        page.dump()
    );
    assert!(!is_signed_in(stack, &thief).await, "every session ended");
    assert_eq!(sign_in(stack, &owner, OLD, PASSWORD).await.status, 303);
    assert_eq!(address(stack, &owner).await, OLD);
}

async fn first_undo_link_wins_over_later_change(stack: &Stack) {
    let agent = signed_in(stack).await;
    let first = moved(stack, &agent, OLD, NEW).await;
    let second = moved(stack, &agent, NEW, "thief@evil.example").await;
    let page = press(&UserAgent::new(), &first).await;
    assert!(
        page.text().contains("Your address is back"),
        "{}",
        page.dump()
    );
    let page = press(&UserAgent::new(), &second).await;
    assert_eq!(page.status, 400, "the later undo link is invalid");
    let owner = signed_in(stack).await;
    assert_eq!(address(stack, &owner).await, OLD);
}

async fn known_address_gets_same_response_as_free_address(stack: &Stack) {
    let agent = signed_in(stack).await;
    let free = ask(stack, &agent, NEW, PASSWORD).await;
    let known = ask(stack, &agent, "Bob@example.org", PASSWORD).await;
    assert_eq!(look(&free, &[]), look(&known, &[]));
    let mail = stack.mail("Bob@example.org").await;
    assert_eq!(mail.subject, "You already have an account");
    assert!(!mail.text.contains("token="), "{}", mail.text);

    // The address is registered by another user between the mail and the click; the click changes
    // nothing.
    ask(stack, &agent, "third@example.org", PASSWORD).await;
    let link = stack.mail("third@example.org").await.link(stack.issuer());
    let other = UserAgent::new();
    crate::support::register(stack, &other, "third", "THIRD@example.org").await;
    assert_eq!(press(&agent, &link).await.status, 400);
    assert_eq!(address(stack, &agent).await, OLD);
}

async fn change_requires_current_password(stack: &Stack) {
    let agent = signed_in(stack).await;
    for (to, password, word) in [
        (NEW, "", "Enter your current password"),
        (NEW, "wrong horse battery", "not your current password"),
        ("", PASSWORD, "Enter your email address"),
        ("nonsense", PASSWORD, "Enter an email address like"),
        (OLD, PASSWORD, "This is your address already"),
        (
            "a@b.example, c@d.example",
            PASSWORD,
            "Enter an email address like",
        ),
    ] {
        let page = ask(stack, &agent, to, password).await;
        assert_eq!(page.status, 422, "{to}: {}", page.dump());
        assert!(page.text().contains(word), "{to}: {}", page.dump());
    }
    assert!(stack.mails(NEW).await.is_empty());
    let page = UserAgent::new().get(stack.at("/account/email")).await;
    assert_eq!(location(&page), "/login?next=/account/email");
}

async fn link_expires_with_time_and_password_change(stack: &Stack) {
    let agent = signed_in(stack).await;
    ask(stack, &agent, NEW, PASSWORD).await;
    let link = stack.mail(NEW).await.link(stack.issuer());
    stack.clock.advance(24 * 3600);
    assert_eq!(press(&agent, &link).await.status, 400, "expired");

    sign_in(stack, &agent, "alice", PASSWORD).await;
    ask(stack, &agent, NEW, PASSWORD).await;
    let link = stack.mail(NEW).await.link(stack.issuer());
    let page = agent.get(stack.at("/account/password")).await;
    let form = page
        .form("#new-password")
        .with("current_password", PASSWORD)
        .with("password", NEW_PASSWORD)
        .with("password_confirm", NEW_PASSWORD);
    agent.submit(&form).await;
    assert_eq!(
        press(&agent, &link).await.status,
        400,
        "invalid after the password change"
    );
    assert_eq!(address(stack, &agent).await, OLD);
}

async fn of_32_concurrent_confirmations_only_first_counts(stack: &Stack) {
    let agent = signed_in(stack).await;
    ask(stack, &agent, NEW, PASSWORD).await;
    let link = stack.mail(NEW).await.link(stack.issuer());
    let mut ready = Vec::new();
    for _ in 0..32 {
        let agent = UserAgent::new();
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
    assert_eq!(stack.mails(OLD).await.len(), 1, "one notification");
}

/// Checks that simultaneous changes of the address and the profile do not overwrite each other.
async fn concurrent_profile_save_is_kept(stack: &Stack) {
    let agent = signed_in(stack).await;
    for round in 0..8 {
        let new = format!("new{round}@example.org");
        ask(stack, &agent, &new, PASSWORD).await;
        let link = stack.mail(&new).await.link(stack.issuer());
        let page = agent.get(&link).await;
        let confirm = agent.follow(page, "").await.form("#step");
        let page = agent.get(stack.at("/account/profile")).await;
        let nickname = format!("Al {round}");
        let save = page
            .form("form:has([name=nickname])")
            .with("nickname", &nickname);
        let both = futures_util::future::join(agent.submit(&confirm), agent.submit(&save));
        let (moved, saved) = both.await;
        assert_eq!(moved.status, 303, "{}", moved.dump());
        assert_eq!(address(stack, &agent).await, new);
        if saved.status == 303 {
            let page = agent.get(stack.at("/account/profile")).await;
            let form = page.form("form:has([name=nickname])");
            assert_eq!(form.value("nickname"), Some(&*nickname));
        }
    }
}
