//! Tests of linked accounts: a recently authenticated user adds and removes them.

use doorward_domain::model::AuditKind;
use doorward_testkit::UserAgent;
use doorward_testkit::stack::NO_MAIL;
use futures_util::future::join_all;

use crate::on_both;
use crate::world::{LINKS, World, claims_of, free_name, jane, location};

on_both!(
    linked_account_is_listed_and_removed,
    upstream_account_links_to_single_user,
    linking_and_unlinking_require_recent_authentication,
    login_state_for_linking_ends_with_session,
    last_sign_in_method_cannot_be_removed,
    of_concurrent_removals_last_link_remains,
    links_of_other_users_cannot_be_removed,
    deleted_user_loses_linked_accounts,
    unverified_address_is_no_sign_in_method,
    user_without_password_sets_it_by_mail,
);
on_both!(
    &[super::NO_MAIL];
    without_mail_user_without_password_is_not_asked_for_it,
    without_mail_last_sign_in_method_cannot_be_removed,
    without_mail_of_concurrent_removals_last_link_remains,
);

async fn linked(world: &World<'_>, agent: &UserAgent) {
    world.upstream.set_claims(jane());
    let page = world.link(agent, "alice").await;
    assert_eq!(location(&page), "/account/providers?done=linked");
}

async fn linked_account_is_listed_and_removed(world: &World<'_>) {
    let agent = UserAgent::new();
    linked(world, &agent).await;
    let page = agent
        .get(world.stack.at(&format!("{LINKS}?done=linked")))
        .await;
    let text = page.text_of("main").unwrap();
    for word in ["Acme", "jane@upstream.example", "The account is connected."] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert_eq!(world.stack.audited(AuditKind::AccountLinked).await.len(), 1);
    assert!(
        world
            .has_mail("alice", "An account elsewhere was connected")
            .await
    );
    let page = agent.submit(&page.press(".rows form button")).await;
    assert_eq!(location(&page), "/account/providers?done=removed");
    assert!(world.links("alice").await.is_empty());
    assert_eq!(
        world.stack.audited(AuditKind::AccountUnlinked).await.len(),
        1
    );
    assert!(
        world
            .has_mail("alice", "An account elsewhere was disconnected")
            .await
    );
    // The identity provider's account no longer signs in.
    let page = world.sign_in(&UserAgent::new()).await;
    assert_eq!(location(&page), "/login/new");
}

async fn upstream_account_links_to_single_user(world: &World<'_>) {
    linked(world, &UserAgent::new()).await;
    let bob = UserAgent::new();
    let page = world.link(&bob, "bob").await;
    let place = location(&page);
    assert_eq!(place, "/account/providers?problem=taken");
    let page = bob.get(world.stack.at(&place)).await;
    assert_eq!(page.status, 409);
    assert!(
        page.text()
            .contains("That account is connected to another account here.")
    );
    assert!(world.links("bob").await.is_empty());
    assert_eq!(world.links("alice").await.len(), 1);
}

async fn linking_and_unlinking_require_recent_authentication(world: &World<'_>) {
    let agent = UserAgent::new();
    linked(world, &agent).await;
    let page = agent.get(world.stack.at(LINKS)).await;
    let remove = page.press(".rows form button");
    let login = agent
        .get(world.stack.at("/login?next=/account/providers"))
        .await;
    assert_eq!(location(&login), LINKS, "the authentication is recent");
    world.stack.clock.advance(16 * 60);
    let page = agent.get(world.stack.at(LINKS)).await;
    assert!(!page.has(".rows form"), "{}", page.dump());
    assert!(!page.has("#add"), "{}", page.dump());
    let page = agent.submit(&remove).await;
    assert_eq!(location(&page), format!("/login?next={LINKS}"));
    assert_eq!(world.links("alice").await.len(), 1);
}

async fn login_state_for_linking_ends_with_session(world: &World<'_>) {
    world
        .upstream
        .set_claims(claims_of("attacker", "attacker@upstream.example", true));
    let agent = UserAgent::new();
    world.with_password(&agent, "bob").await;
    let page = agent.get(world.stack.at(LINKS)).await;
    let going = agent.submit(&page.press("#add [value=acme]")).await;
    let callback = world.away(&agent, &going).await;
    // Another user signs in with this browser meanwhile.
    let page = agent.get(world.stack.at("/account")).await;
    agent.submit(&page.form("form[action='/logout']")).await;
    world.with_password(&agent, "alice").await;
    let page = agent.get(callback).await;
    assert_eq!(
        location(&page),
        "/account/providers?problem=provider-rejected"
    );
    assert!(world.links("alice").await.is_empty());
    assert!(world.links("bob").await.is_empty());
}

async fn last_sign_in_method_cannot_be_removed(world: &World<'_>) {
    world.provider(|spec| spec.trusts_email = Some(true)).await;
    world.upstream.set_claims(jane());
    let agent = UserAgent::new();
    world.sign_in(&agent).await;
    let page = agent.get(world.stack.at("/login/new")).await;
    agent.submit(&page.form("#welcome")).await;
    let page = agent.get(world.stack.at(LINKS)).await;
    let page = agent.submit(&page.press(".rows form button")).await;
    if world.can_mail() {
        // A password reset by mail is a sign-in method.
        assert_eq!(location(&page), "/account/providers?done=removed");
    } else {
        assert_eq!(page.status, 409, "{}", page.dump());
        assert!(page.text().contains("This is your only way to sign in."));
        assert_eq!(world.links("jane").await.len(), 1);
    }
}

async fn without_mail_last_sign_in_method_cannot_be_removed(world: &World<'_>) {
    assert!(!world.can_mail());
    last_sign_in_method_cannot_be_removed(world).await;
}

async fn without_mail_of_concurrent_removals_last_link_remains(world: &World<'_>) {
    assert!(!world.can_mail());
    of_concurrent_removals_last_link_remains(world).await;
}

/// Checks that an unverified address does not count: a reset would be mailed to the owner of the
/// typed address.
async fn unverified_address_is_no_sign_in_method(world: &World<'_>) {
    let name = free_name("jane");
    world
        .upstream
        .set_claims(claims_of("jane-there", "jane@typo.example", true));
    let agent = UserAgent::new();
    world.sign_in(&agent).await;
    let page = agent.get(world.stack.at("/login/new")).await;
    agent
        .submit(&page.form("#welcome").with("username", &name))
        .await;
    assert!(!world.user(&name).await.email_verified);
    let page = agent.get(world.stack.at(LINKS)).await;
    let remove = page.press(".rows form button");
    let page = agent.submit(&remove).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert_eq!(world.links(&name).await.len(), 1);
    world.stack.set_email_verified(&name, true).await;
    let page = agent.submit(&remove).await;
    assert_eq!(location(&page), "/account/providers?done=removed");
}

/// Checks that a page that requires the current password is not offered without one.
async fn user_without_password_sets_it_by_mail(world: &World<'_>) {
    const METHODS: &str = "/account/security";
    const CHANGE: &str = "/account/password";

    let agent = UserAgent::new();
    linked(world, &agent).await;
    let page = agent.get(world.stack.at(METHODS)).await;
    assert!(page.has("main a[href='/account/password']"));
    world.forget_password("alice").await;
    let page = agent.get(world.stack.at(METHODS)).await;
    assert!(!page.has("main a[href='/account/password']"));
    assert!(page.text_of("main").unwrap().contains("Not set"));
    let is_offered = page.has("main a[href='/forgot-password']");
    assert_eq!(is_offered, world.can_mail(), "{}", page.dump());
    let page = agent.get(world.stack.at(CHANGE)).await;
    let next = if is_offered {
        "/forgot-password"
    } else {
        METHODS
    };
    assert_eq!(location(&page), next);
    assert_eq!(agent.get(world.stack.at(next)).await.status, 200);
}

async fn without_mail_user_without_password_is_not_asked_for_it(world: &World<'_>) {
    assert!(!world.can_mail());
    user_without_password_sets_it_by_mail(world).await;
}

async fn of_concurrent_removals_last_link_remains(world: &World<'_>) {
    let agent = UserAgent::new();
    linked(world, &agent).await;
    world
        .upstream
        .set_claims(claims_of("second", "second@upstream.example", true));
    let page = agent.get(world.stack.at(LINKS)).await;
    let mut form = page.press(".rows form button").with("link", "");
    form.action = form.action.join("/account/providers/add").unwrap();
    let going = agent.submit(&form.and("provider", "acme")).await;
    let page = world.complete_sign_in(&agent, &going).await;
    assert_eq!(location(&page), "/account/providers?done=linked");
    world.forget_password("alice").await;
    let page = agent.get(world.stack.at(LINKS)).await;
    let ids = page.attributes(".rows [name=link]", "value");
    assert_eq!(ids.len(), 2);
    let form = page.press(".rows form button");
    let forms: Vec<_> = ids.iter().map(|id| form.clone().with("link", id)).collect();
    join_all(forms.iter().map(|form| agent.submit(form))).await;
    let left = usize::from(!world.can_mail());
    assert_eq!(world.links("alice").await.len(), left);
}

async fn links_of_other_users_cannot_be_removed(world: &World<'_>) {
    linked(world, &UserAgent::new()).await;
    let id = world.links("alice").await[0].id.to_string();
    let bob = UserAgent::new();
    world
        .upstream
        .set_claims(claims_of("bob-there", "bob@upstream.example", true));
    world.link(&bob, "bob").await;
    let page = bob.get(world.stack.at(LINKS)).await;
    let page = bob
        .submit(&page.press(".rows form button").with("link", &id))
        .await;
    assert_eq!(location(&page), LINKS);
    assert_eq!(world.links("alice").await.len(), 1);
    assert_eq!(world.links("bob").await.len(), 1);
}

async fn deleted_user_loses_linked_accounts(world: &World<'_>) {
    linked(world, &UserAgent::new()).await;
    world.delete_user("alice").await;
    let page = world.sign_in(&UserAgent::new()).await;
    assert_eq!(location(&page), "/login/new", "no such user here");
}
