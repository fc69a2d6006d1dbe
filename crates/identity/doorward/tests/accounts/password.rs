//! Tests of changing the password (ASVS 5.0 §7.2.4, §7.4.3).

use doorward_testkit::stack::HASH_MEMORY_KIB;
use doorward_testkit::{Authorization, PASSWORD, Page, Stack, UserAgent, flows};

use crate::support::{NEW_PASSWORD, is_signed_in, location, sign_in};

flows!(
    password_change_ends_other_sessions_and_grants,
    password_change_keeps_other_sessions_if_unchecked,
    change_requires_current_password,
    change_invalidates_pending_reset_link,
    well_known_url_redirects_to_form,
    weaker_hash_is_replaced_at_next_sign_in,
);

async fn signed_in(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    assert!(is_signed_in(stack, &agent).await);
    agent
}

/// Changes the password of the user signed in with this browser.
pub async fn change(
    stack: &Stack,
    agent: &UserAgent,
    current: &str,
    fields: &[(&str, &str)],
) -> Page {
    let page = agent.get(stack.at("/account/password")).await;
    let mut form = page
        .form("#new-password")
        .with("current_password", current)
        .with("password", NEW_PASSWORD)
        .with("password_confirm", NEW_PASSWORD);
    for (name, value) in fields {
        form = form.with(name, value);
    }
    agent.submit(&form).await
}

async fn password_change_ends_other_sessions_and_grants(stack: &Stack) {
    let (here, elsewhere) = (signed_in(stack).await, signed_in(stack).await);
    let client = &stack.seed.web;
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid offline_access");
    let code = request.complete(&elsewhere, "alice").await.code();
    let tokens = stack.exchange(client, &code).await.json();
    let refresh = tokens["refresh_token"].as_str().expect("a refresh token");

    let methods = here.get(stack.at("/account/security")).await;
    assert!(methods.has("a[href='/account/password']"));
    let page = change(stack, &here, PASSWORD, &[]).await;
    assert_eq!(location(&page), "/account?done=password");
    // The response sets a new session cookie and the old session ends; the user stays signed in
    // (ASVS 5.0 §7.2.4).
    let cookie = page.header("set-cookie").expect("a new session cookie");
    assert!(cookie.starts_with("doorward_session="), "{cookie}");
    let page = here.follow(page, "").await;
    assert!(
        page.text().contains("Your password is changed"),
        "{}",
        page.dump()
    );
    assert!(!is_signed_in(stack, &elsewhere).await);
    let refused = stack.refresh(client, refresh).await;
    assert_eq!(refused.member("error").as_deref(), Some("invalid_grant"));
    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(page.status, 401);
    let page = sign_in(stack, &UserAgent::new(), "alice", NEW_PASSWORD).await;
    assert_eq!(page.status, 303);
    let mail = stack.mail("alice@example.org").await;
    assert_eq!(mail.subject, "Your password was changed");
}

async fn password_change_keeps_other_sessions_if_unchecked(stack: &Stack) {
    let (here, elsewhere) = (signed_in(stack).await, signed_in(stack).await);
    let page = change(stack, &here, PASSWORD, &[("others", "")]).await;
    assert_eq!(location(&page), "/account?done=password");
    assert!(is_signed_in(stack, &here).await && is_signed_in(stack, &elsewhere).await);
}

async fn change_requires_current_password(stack: &Stack) {
    let agent = signed_in(stack).await;
    for (current, word) in [
        ("", "Enter your current password"),
        ("wrong horse battery", "not your current password"),
    ] {
        let page = change(stack, &agent, current, &[]).await;
        assert_eq!(page.status, 422, "{}", page.dump());
        assert!(page.text().contains(word), "{}", page.dump());
        let form = page.form("#new-password");
        assert_eq!(form.value("password").unwrap_or_default(), "");
    }
    let page = change(stack, &agent, PASSWORD, &[("password_confirm", "another")]).await;
    assert_eq!(page.status, 422);
    let page = change(stack, &agent, PASSWORD, &[("password", "password1234")]).await;
    assert_eq!(page.status, 422);
    // A browser without a session is sent to the sign-in page and gets no form.
    let anonymous_caller = UserAgent::new();
    let page = anonymous_caller.get(stack.at("/account/password")).await;
    assert_eq!(location(&page), "/login?next=/account/password");
    let page = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "nothing was changed");
    assert!(stack.mails("alice@example.org").await.is_empty());
}

async fn change_invalidates_pending_reset_link(stack: &Stack) {
    let anonymous_caller = UserAgent::new();
    let link = crate::password_reset::link(stack, "alice").await;
    let agent = signed_in(stack).await;
    change(stack, &agent, PASSWORD, &[]).await;
    let page = anonymous_caller.get(&link).await;
    assert_eq!(anonymous_caller.follow(page, "").await.status, 400);
}

async fn well_known_url_redirects_to_form(stack: &Stack) {
    let agent = signed_in(stack).await;
    let page = agent.get(stack.at("/.well-known/change-password")).await;
    assert_eq!(page.status, 302);
    let page = agent.follow(page, "").await;
    assert!(
        page.has("#new-password [autocomplete='current-password']"),
        "{}",
        page.dump()
    );
    let page = agent.get(stack.at("/.well-known/nothing")).await;
    assert_eq!(page.status, 404);
}

async fn weaker_hash_is_replaced_at_next_sign_in(stack: &Stack) {
    use doorward_domain::credentials::password::{HashMemory, HashParams, hash};
    use doorward_store::repo;
    let weak = HashParams {
        m: HASH_MEMORY_KIB / 2,
        t: 1,
        p: 1,
    };
    let weak = hash(
        PASSWORD,
        &weak,
        &mut HashMemory::default(),
        &mut rand::rng(),
    )
    .unwrap();
    let db = stack.db().await;
    let stored = async || {
        let user = repo::users::find_by_identifier(db.read(), "alice").await;
        user.unwrap().unwrap()
    };
    let alice = stored().await;
    let good = alice.password_hash.clone().unwrap();
    let tx = db.begin_write().await.unwrap();
    let put = repo::users::confirm_password_hash(&tx, alice.id, &good, &weak).await;
    assert!(put.unwrap());
    tx.commit().await.unwrap();

    // A sign-in with a wrong password does not replace the hash.
    let page = sign_in(stack, &UserAgent::new(), "alice", NEW_PASSWORD).await;
    assert_eq!(page.status, 401);
    assert_eq!(stored().await.password_hash.as_ref(), Some(&weak));
    signed_in(stack).await;
    let after = stored().await;
    let now = after.password_hash.clone().unwrap();
    let renewed = now.contains(&format!("m={HASH_MEMORY_KIB},t=1,p=1"));
    assert!(now != weak && renewed, "{now}");
    assert_eq!(after.password_changed_at, alice.password_changed_at);
    // A second sign-in with the same password does not replace the hash again.
    signed_in(stack).await;
    assert_eq!(stored().await.password_hash, Some(now));
    db.close().await.unwrap();
}
