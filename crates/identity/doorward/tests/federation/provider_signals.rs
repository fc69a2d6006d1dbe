//! Tests of signals that an identity provider pushes (RFC 8935, SSF 1.0, CAEP 1.0, RISC 1.0).

use doorward_domain::model::AuditKind;
use doorward_testkit::upstream::{ABSENT, Misbehavior};
use doorward_testkit::{Page, UserAgent};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{World, jane, location};

on_both!(
    rfc_8935_2_2_disabled_account_ends_sessions_from_there,
    session_of_user_ends_alone,
    wrong_token_ends_nothing_and_is_named,
    token_counts_once_and_is_acknowledged_again,
    sessions_that_began_later_stay,
    provider_without_setting_ends_nothing,
);

const DISABLED: &str = "https://schemas.openid.net/secevent/risc/event-type/account-disabled";
const REVOKED: &str = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

/// Links alice to Jane, and lets the provider push signals.
async fn listening(world: &World<'_>) {
    world.provider(|spec| spec.signals = Some(true)).await;
    world.upstream.set_claims(jane());
    let page = world.link(&UserAgent::new(), "alice").await;
    assert_eq!(location(&page), "/account/providers?done=linked");
}

async fn signed_in(world: &World<'_>, sid: &str) -> UserAgent {
    let mut person = jane();
    person["sid"] = json!(sid);
    world.upstream.set_claims(person);
    let agent = UserAgent::new();
    world.sign_in(&agent).await;
    assert!(world.is_signed_in(&agent).await);
    agent
}

async fn push_as(world: &World<'_>, kind: &str, token: &str) -> Page {
    let agent = UserAgent::new();
    let request = agent
        .http()
        .post(world.stack.at("/login/signals/acme"))
        .header("content-type", kind)
        .header("accept", "application/json")
        // Another server, without a browser's header fields; tokens are signed, so this is not read.
        .header("authorization", "Bearer of-the-transmitter")
        .body(token.to_owned());
    agent.send(request).await
}

async fn push(world: &World<'_>, token: &str) -> Page {
    push_as(world, "application/secevent+jwt", token).await
}

fn subject() -> String {
    jane()["sub"].as_str().unwrap().to_owned()
}

async fn send(world: &World<'_>, event: &str, changes: Value) -> Page {
    let token = world.upstream.signal(event, &subject(), &changes);
    push(world, &token).await
}

#[track_caller]
fn assert_taken(page: &Page) {
    assert_eq!(page.status, 202, "{}", page.dump());
    assert!(page.body.is_empty(), "{}", page.dump());
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

async fn rfc_8935_2_2_disabled_account_ends_sessions_from_there(world: &World<'_>) {
    listening(world).await;
    let by_password = UserAgent::new();
    world.with_password(&by_password, "alice").await;
    let agents = [signed_in(world, "s-1").await, signed_in(world, "s-2").await];

    // Events without an effect here are acknowledged, or the transmitter would send them again and again.
    for event in [
        "https://schemas.openid.net/secevent/ssf/event-type/verification",
        "https://schemas.openid.net/secevent/risc/event-type/account-enabled",
        "https://schemas.openid.net/secevent/caep/event-type/credential-change",
        "https://example.com/event",
    ] {
        assert_taken(&send(world, event, json!({})).await);
    }
    let somebody = world.upstream.signal(DISABLED, "somebody-else", &json!({}));
    assert_taken(&push(world, &somebody).await);
    for agent in &agents {
        assert!(world.is_signed_in(agent).await);
    }

    assert_taken(&send(world, DISABLED, json!({})).await);
    for agent in &agents {
        assert!(!world.is_signed_in(agent).await);
    }
    assert!(
        world.is_signed_in(&by_password).await,
        "it came from elsewhere"
    );
    let event = world.stack.audited(AuditKind::LoggedOut).await;
    let event = event.last().unwrap();
    assert_eq!(event.detail["provider"], "acme", "{event:?}");
}

async fn session_of_user_ends_alone(world: &World<'_>) {
    listening(world).await;
    let (first, second) = (signed_in(world, "s-1").await, signed_in(world, "s-2").await);
    let session = json!({ "sub_id": {
        "format": "complex",
        "user": { "format": "iss_sub", "iss": world.upstream.issuer(), "sub": subject() },
        "session": { "format": "opaque", "id": "s-1" },
    } });
    assert_taken(&send(world, REVOKED, session).await);
    assert!(!world.is_signed_in(&first).await);
    assert!(world.is_signed_in(&second).await);
}

async fn wrong_token_ends_nothing_and_is_named(world: &World<'_>) {
    listening(world).await;
    let agent = signed_in(world, "s-1").await;
    let expect = async |changes: Value, err: &str| {
        let page = send(world, DISABLED, changes.clone()).await;
        assert_eq!(page.status, 400, "{changes}: {}", page.dump());
        assert_eq!(page.json()["err"], err, "{changes}: {}", page.dump());
    };
    let now = world.upstream_now();
    for (changes, err) in [
        (json!({ "iss": "https://other.example" }), "invalid_issuer"),
        (json!({ "iss": ABSENT }), "invalid_issuer"),
        (json!({ "aud": "somebody" }), "invalid_audience"),
        (json!({ "aud": ABSENT }), "invalid_audience"),
        (json!({ "sub": subject() }), "invalid_request"),
        (json!({ "exp": now + 60 }), "invalid_request"),
        (json!({ "iat": now - 8 * 86_400 }), "invalid_request"),
        (json!({ "jti": ABSENT }), "invalid_request"),
        (json!({ "events": {} }), "invalid_request"),
        (json!({ "sub_id": ABSENT }), "invalid_request"),
    ] {
        expect(changes, err).await;
    }
    for (lie, err) in [
        (Misbehavior::ForeignKey, "invalid_key"),
        (Misbehavior::Unsigned, "invalid_key"),
    ] {
        world.upstream.set_misbehavior(lie);
        expect(json!({}), err).await;
    }
    world.upstream.repents();
    for token in ["", "x", "a.b.c"] {
        let page = push(world, token).await;
        assert_eq!(page.status, 400, "{token}: {}", page.dump());
        assert_eq!(page.json()["err"], "invalid_request", "{token}");
    }
    let token = world.upstream.signal(DISABLED, &subject(), &json!({}));
    assert_eq!(push_as(world, "application/jwt", &token).await.status, 415);
    let long = "a".repeat(70_000);
    assert_eq!(push(world, &long).await.status, 413);
    // Each provider has its own URL.
    let other = UserAgent::new();
    let request = other
        .http()
        .post(world.stack.at("/login/signals/other"))
        .header("content-type", "application/secevent+jwt")
        .body(token);
    assert_eq!(other.send(request).await.status, 400);
    assert!(world.is_signed_in(&agent).await);
}

async fn token_counts_once_and_is_acknowledged_again(world: &World<'_>) {
    listening(world).await;
    let agent = signed_in(world, "s-1").await;
    // Dated ahead within the tolerated difference, so that only its jti keeps it from the next session.
    let ahead = json!({ "iat": world.upstream_now() + 30 });
    let token = world.upstream.signal(DISABLED, &subject(), &ahead);
    for page in join_all((0..8).map(|_| push(world, &token))).await {
        assert_taken(&page);
    }
    assert!(!world.is_signed_in(&agent).await);
    let agent = signed_in(world, "s-2").await;
    assert_taken(&push(world, &token).await);
    assert!(world.is_signed_in(&agent).await);
}

async fn sessions_that_began_later_stay(world: &World<'_>) {
    listening(world).await;
    let agent = signed_in(world, "s-1").await;
    let before =
        json!({ "events": { DISABLED: { "event_timestamp": world.upstream_now() - 3600 } } });
    assert_taken(&send(world, DISABLED, before).await);
    assert!(world.is_signed_in(&agent).await);
    assert_taken(&send(world, DISABLED, json!({})).await);
    assert!(!world.is_signed_in(&agent).await);
}

async fn provider_without_setting_ends_nothing(world: &World<'_>) {
    listening(world).await;
    let agent = signed_in(world, "s-1").await;
    world.provider(|spec| spec.signals = None).await;
    let page = send(world, DISABLED, json!({})).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    assert_eq!(page.json()["err"], "access_denied", "{}", page.dump());
    world.provider(|spec| spec.signals = Some(true)).await;
    world.switch(false).await;
    let page = send(world, DISABLED, json!({})).await;
    assert_eq!(page.json()["err"], "invalid_request", "{}", page.dump());
    assert!(world.is_signed_in(&agent).await);
}
