//! Tests of the API key page of the account.

use doorward_domain::credentials::api_key::ApiKeyToken;
use doorward_domain::model::AuditKind;
use doorward_testkit::{Stack, UserAgent, flows};

use super::{KEYS, NEW, TASKS, ask, audited, call, introspect, make, signed_in};
use crate::support::location;

flows!(
    key_is_created_shown_once_and_accepted,
    key_is_revoked_on_purpose,
    key_creation_requires_recent_sign_in,
    invalid_form_names_each_error,
    user_has_at_most_twenty,
    anonymous_callers_are_sent_to_sign_in_page,
    keys_of_other_users_cannot_be_revoked,
);

async fn key_is_created_shown_once_and_accepted(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at("/account")).await;
    assert!(page.has("a[href='/account/api-keys']"));
    let key = make(stack, &agent, &["tasks:read", "tasks:write"]).await;
    let parsed = ApiKeyToken::parse(&key).expect("the format of an API key");

    let page = agent.get(stack.at(KEYS)).await;
    assert!(!page.text().contains(&key), "shown once");
    assert!(page.text().contains(&parsed.id().prefix()));
    assert!(page.text().contains("never used"), "{}", page.dump());
    assert_eq!(page.header("cache-control"), Some("no-store"));

    let mail = stack.mail("alice@example.org").await;
    assert_eq!(mail.subject, "An API key was made");
    assert!(!mail.text.contains(&key));

    let page = call(stack, TASKS, &key).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let page = agent.get(stack.at(KEYS)).await;
    assert!(page.text().contains("127.0.0.1"), "{}", page.dump());
    assert!(!page.text().contains("never used"));

    let created = audited(stack, AuditKind::ApiKeyCreated).await;
    assert_eq!(created.len(), 1);
    assert!(created[0].success);
    assert_eq!(created[0].subject.as_deref(), Some(&*parsed.id().prefix()));
    let used = audited(stack, AuditKind::ApiKeyFirstUsed).await;
    assert_eq!(used.len(), 1);
    assert_eq!(used[0].client_id.as_deref(), Some("tasks-api"));
}

async fn key_is_revoked_on_purpose(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read"]).await;
    assert_eq!(call(stack, TASKS, &key).await.status, 200);
    let id = ApiKeyToken::parse(&key).unwrap().id();
    let question = format!("{KEYS}/revoke?key={id}");
    let page = agent.get(stack.at(&question)).await;
    assert_eq!(
        introspect(stack, &key).await["active"],
        true,
        "the confirmation page revokes nothing"
    );
    let form = page.form("#revoke-key");
    let page = agent.submit(&form).await;
    assert_eq!(location(&page), "/account/api-keys?done=revoked");
    super::assert_inactive(&introspect(stack, &key).await);
    assert_eq!(audited(stack, AuditKind::ApiKeyRevoked).await.len(), 1);

    // The tasks API caches the introspection; the revocation takes effect after at most 30
    // seconds (decision 24).
    assert_eq!(call(stack, TASKS, &key).await.status, 200);
    stack.clock.advance(30);
    assert_eq!(call(stack, TASKS, &key).await.status, 401);

    let page = agent.submit(&form).await;
    assert_eq!(location(&page), "/account/api-keys?done=gone");
    let page = agent.get(stack.at(&question)).await;
    assert_eq!(location(&page), "/account/api-keys?done=gone");
    assert_eq!(audited(stack, AuditKind::ApiKeyRevoked).await.len(), 1);
}

/// Checks that an old session must sign in again before it creates keys (ASVS 5.0 §7.5.3).
async fn key_creation_requires_recent_sign_in(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let form = agent.get(stack.at(NEW)).await.form("#new-key");
    stack.clock.advance(15 * 60 + 1);
    let page = agent.get(stack.at(NEW)).await;
    assert_eq!(location(&page), "/login?next=/account/api-keys/new");
    let page = agent
        .submit(&form.with("name", "x").with("scope", "tasks:read"))
        .await;
    assert_eq!(location(&page), "/login?next=/account/api-keys/new");
    let page = agent.get(stack.at(KEYS)).await;
    assert!(
        page.text().contains("You have no API keys"),
        "{}",
        page.dump()
    );
}

async fn invalid_form_names_each_error(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let form = agent.get(stack.at(NEW)).await.form("#new-key");
    let wrong = form
        .with("name", " ")
        .with("expires", "2026-02-30")
        .with("networks", "10.0.0.0/8");
    let page = agent.submit(&wrong).await;
    assert_eq!(page.status, 422);
    assert!(page.has("#expires[aria-invalid=true]"), "{}", page.dump());
    let page = agent
        .submit(&wrong.with("expires", "").with("networks", "here there"))
        .await;
    assert_eq!(page.status, 422);
    for field in ["#name", "#networks"] {
        assert!(page.has(&format!("{field}[aria-invalid=true]")), "{field}");
    }
    assert!(page.text_of("#scope-error").is_some());
    assert!(
        page.has("#networks[value='here there']"),
        "the typed values are shown again"
    );
    assert!(page.text_of("title").unwrap().starts_with("Error"));
}

async fn user_has_at_most_twenty(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    for _ in 0..20 {
        make(stack, &agent, &["tasks:read"]).await;
    }
    let page = ask(stack, &agent, &["tasks:read"], "").await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("as many keys as one person can have"));
    // Keys of another user do not count towards the limit.
    let other = signed_in(stack, "bob").await;
    make(stack, &other, &["tasks:read"]).await;
}

async fn anonymous_callers_are_sent_to_sign_in_page(stack: &Stack) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at(KEYS)).await;
    assert_eq!(location(&page), "/login?next=/account/api-keys");
    let page = agent.get(stack.at(NEW)).await;
    assert_eq!(location(&page), "/login?next=/account/api-keys/new");
    for path in [NEW, "/account/api-keys/revoke"] {
        let page = agent.post(stack.at(path), &[("key", "x")]).await;
        assert!([400, 403].contains(&page.status), "{}", page.dump());
    }
}

async fn keys_of_other_users_cannot_be_revoked(stack: &Stack) {
    let alice = signed_in(stack, "alice").await;
    let key = make(stack, &alice, &["tasks:read"]).await;
    let id = ApiKeyToken::parse(&key).unwrap().id();
    let mona = signed_in(stack, "mona").await;
    assert!(!mona.get(stack.at(KEYS)).await.text().contains(id.as_str()));
    let own = make(stack, &mona, &["tasks:read"]).await;
    let own = ApiKeyToken::parse(&own).unwrap().id();
    let page = mona
        .get(stack.at(&format!("{KEYS}/revoke?key={own}")))
        .await;
    let form = page.form("#revoke-key").with("key", id.as_str());
    assert_eq!(
        location(&mona.submit(&form).await),
        "/account/api-keys?done=gone"
    );
    assert_eq!(introspect(stack, &key).await["active"], true);
}
