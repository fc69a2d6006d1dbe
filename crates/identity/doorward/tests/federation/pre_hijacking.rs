//! Tests of the five attacks that prepare an account before its owner registers (Sudhodanan
//! and Paverd, "Pre-hijacked accounts", arXiv 2205.10174), named as in the paper; and
//! CVE-2025-7365, an authentication that links another login state.

use doorward_testkit::{PASSWORD, Page, UserAgent};

use crate::on_both;
use crate::world::{LINKS, World, claims_of, free_name, jane, location};

const MAILING: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];
const ADDRESS: &str = "jane@upstream.example";
const ATTACKERS: &str = "attackers-own-password-77";
const OWNERS: &str = "quartz-bicycle-lemon-42";

on_both!(
    super::MAILING;
    classic_federated_merge,
    unexpired_session,
    trojan_identifier,
    unexpired_email_change,
    non_verifying_provider,
    cve_2025_7365_only_displayed_account_is_linked,
);

/// Registers the attacker with the victim's address, without verifying it.
async fn register_as_victim(world: &World<'_>) -> UserAgent {
    let attacker = UserAgent::new();
    let page = attacker.get(world.stack.at("/register")).await;
    let form = page
        .form("#register")
        .with("username", "mallory")
        .with("email", ADDRESS);
    let form = form
        .with("password", ATTACKERS)
        .with("password_confirm", ATTACKERS);
    assert_eq!(
        location(&attacker.submit(&form).await),
        "/verify-email?sent=1"
    );
    attacker
}

async fn sign_in(world: &World<'_>, agent: &UserAgent, name: &str, password: &str) -> Page {
    let page = agent.get(world.stack.at("/login")).await;
    let form = page
        .form("#login")
        .with("identifier", name)
        .with("password", password);
    agent.submit(&form).await
}

/// Signs the owner of the address in with a trusted identity provider and creates their account.
async fn owner_signs_in(world: &World<'_>) -> UserAgent {
    world.provider(|spec| spec.trusts_email = Some(true)).await;
    world.upstream.set_claims(jane());
    let owner = UserAgent::new();
    assert_eq!(location(&world.sign_in(&owner).await), "/login/new");
    let page = owner.get(world.stack.at("/login/new")).await;
    let page = owner.submit(&page.form("#welcome")).await;
    assert_eq!(location(&page), "/account");
    assert!(world.is_signed_in(&owner).await);
    owner
}

/// Checks that the attacker's password does not open the owner's account.
async fn classic_federated_merge(world: &World<'_>) {
    register_as_victim(world).await;
    owner_signs_in(world).await;
    let account = world.user(ADDRESS).await;
    assert_eq!(account.username, "jane");
    assert_eq!(account.password_hash, None);
    for name in [ADDRESS, "mallory", "jane"] {
        let attacker = UserAgent::new();
        let page = sign_in(world, &attacker, name, ATTACKERS).await;
        assert_eq!(page.status, 401, "{name}: {}", page.dump());
        assert!(!world.is_signed_in(&attacker).await);
    }
}

/// Checks that a session of the attacker does not survive in the owner's account.
async fn unexpired_session(world: &World<'_>) {
    let attacker = register_as_victim(world).await;
    sign_in(world, &attacker, "mallory", ATTACKERS).await;
    let page = attacker.get(world.stack.at("/account")).await;
    assert_eq!(
        location(&page),
        "/verify-email",
        "the session is open and waits for the verification"
    );
    owner_signs_in(world).await;
    let page = attacker.get(world.stack.at("/account")).await;
    assert_eq!(location(&page), "/login");
    // The same if the owner sets a new password instead.
    let attacker = UserAgent::new();
    let page = attacker.get(world.stack.at("/register")).await;
    let form = page
        .form("#register")
        .with("username", "trudy")
        .with("email", "joe@example.org");
    let form = form
        .with("password", ATTACKERS)
        .with("password_confirm", ATTACKERS);
    attacker.submit(&form).await;
    sign_in(world, &attacker, "trudy", ATTACKERS).await;
    new_password(world, "joe@example.org").await;
    assert_eq!(
        location(&attacker.get(world.stack.at("/account")).await),
        "/login"
    );
}

/// Sets a new password with the link mailed to this address.
async fn new_password(world: &World<'_>, address: &str) {
    let owner = UserAgent::new();
    let page = owner.get(world.stack.at("/forgot-password")).await;
    owner
        .submit(
            &page
                .form("form:has([name=identifier])")
                .with("identifier", address),
        )
        .await;
    let link = world.newest_link(address, "/reset-password").await;
    let page = owner.get(link).await;
    let page = owner.follow(page, "").await;
    let form = page.form("form:has([name=password])");
    let page = owner
        .submit(
            &form
                .with("password", OWNERS)
                .with("password_confirm", OWNERS),
        )
        .await;
    assert!(page.status < 400, "{}", page.dump());
}

/// Checks that the attacker's provider account does not stay linked when the owner takes the
/// account over.
async fn trojan_identifier(world: &World<'_>) {
    // The attacker signs in with a provider account and claims the victim's address here.
    world
        .upstream
        .set_claims(claims_of("attacker", "attacker@upstream.example", true));
    let attacker = UserAgent::new();
    assert_eq!(location(&world.sign_in(&attacker).await), "/login/new");
    let page = attacker.get(world.stack.at("/login/new")).await;
    let form = page
        .form("#welcome")
        .with("username", "mallory")
        .with("email", ADDRESS);
    assert_eq!(
        location(&attacker.submit(&form).await),
        "/verify-email?sent=1"
    );
    assert_eq!(world.links("mallory").await.len(), 1);
    // The owner finds an account with their address and sets a password.
    new_password(world, ADDRESS).await;
    assert!(
        world.links("mallory").await.is_empty(),
        "the attacker's link is removed"
    );
    let attacker = UserAgent::new();
    let page = world.sign_in(&attacker).await;
    assert_ne!(location(&page), "/account");
    assert!(!world.is_signed_in(&attacker).await);
    let owner = UserAgent::new();
    assert_eq!(
        location(&sign_in(world, &owner, ADDRESS, OWNERS).await),
        "/account"
    );
}

/// Checks that an address change started by the attacker cannot be completed after the owner has
/// registered.
async fn unexpired_email_change(world: &World<'_>) {
    // The attacker, with a separate account, requests a change to the address.
    let attacker = UserAgent::new();
    world.stack.set_email_verified("bob", true).await;
    sign_in(world, &attacker, "bob", PASSWORD).await;
    let page = attacker.get(world.stack.at("/account/email")).await;
    let form = page.form("#change-email").with("email", ADDRESS);
    attacker
        .submit(&form.with("current_password", PASSWORD))
        .await;
    let link = world.newest_link(ADDRESS, "/account/email/confirm").await;
    owner_signs_in(world).await;
    // A later click on the link changes nothing: the address is taken.
    let page = attacker.get(link).await;
    let page = attacker.follow(page, "").await;
    if let Some(form) = page.find_form("#step") {
        attacker.submit(&form).await;
    }
    assert_eq!(world.user(ADDRESS).await.username, "jane");
    assert_ne!(world.user("bob").await.email, ADDRESS);
}

/// Checks that a provider that does not verify addresses opens no account by address.
async fn non_verifying_provider(world: &World<'_>) {
    world.provider(|spec| spec.links_by_email = None).await;
    let alice = world.user("alice").await;
    world.stack.set_email_verified("alice", true).await;
    for verified in [false, true] {
        let name = free_name("mallory");
        // Whether the provider asserts a verified address or not: the operator does not trust it.
        world
            .upstream
            .set_claims(claims_of("attacker", &alice.email, verified));
        let attacker = UserAgent::new();
        assert_eq!(location(&world.sign_in(&attacker).await), "/login/new");
        let page = attacker.get(world.stack.at("/login/new")).await;
        let page = attacker
            .submit(&page.form("#welcome").with("username", &name))
            .await;
        assert_eq!(location(&page), "/verify-email?sent=1");
        assert!(!world.is_signed_in(&attacker).await);
    }
    assert!(world.links("alice").await.is_empty());
    // Nor is the address of a new account verified by it.
    world.upstream.set_claims(jane());
    let agent = UserAgent::new();
    world.sign_in(&agent).await;
    let page = agent.get(world.stack.at("/login/new")).await;
    agent.submit(&page.form("#welcome")).await;
    assert!(!world.user("jane").await.email_verified);
}

/// Checks that only the displayed provider account is linked: an authentication here, while a
/// sign-up is pending in another browser, links nothing else.
async fn cve_2025_7365_only_displayed_account_is_linked(world: &World<'_>) {
    let attacker = UserAgent::new();
    world
        .upstream
        .set_claims(claims_of("attacker", "attacker@upstream.example", true));
    world.sign_in(&attacker).await;
    // The victim signs in. The attacker's pending sign-up belongs to another browser.
    let victim = UserAgent::new();
    world.stack.set_email_verified("alice", true).await;
    world.with_password(&victim, "alice").await;
    let page = victim.get(world.stack.at(LINKS)).await;
    assert!(!page.has("#connect"), "{}", page.dump());
    let mut forged = page.form("#add");
    forged.action = forged.action.join("/account/providers/connect").unwrap();
    victim.submit(&forged).await;
    assert!(world.links("alice").await.is_empty());
    // A form of another site is rejected, too, because it lacks the anti-forgery token.
    let page = victim
        .post(
            world.stack.at("/account/providers/connect"),
            &[("csrf", "x")],
        )
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
    assert!(world.links("alice").await.is_empty());
}
